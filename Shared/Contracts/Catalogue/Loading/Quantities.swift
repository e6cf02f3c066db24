/// Quantities that are written with a unit or as a range.
extension Field {
    /// `1`, or `0-2`.
    func range(atMost limit: Int) -> ClosedRange<Int>? {
        let text = self.text() ?? ""
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(bounds.count), let first = bounds[0], let last = bounds[bounds.count - 1], first >= 0
        else {
            if !text.isEmpty { self.mistake("takes a number or a range such as 0-2, not '\(text)'") }
            return nil
        }
        guard first <= last, last <= limit else {
            self.mistake(first > last ? "is \(text): the minimum is above the maximum" : "may be at most \(limit)")
            return nil
        }
        return first...last
    }

    /// A whole number of a unit; bytes also as `500 MB`, minutes of a hotspot also as `40 hours`.
    func amount(of unit: Plan.Unit) -> Int64? {
        let factors: [Substring: Int64] =
            switch unit {
            case .bytes: ["KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30]
            case .wlanMinutes: ["hours": 60]
            case .minutes, .messages: [:]
            }
        guard let text = self.text() else { return nil }
        let words = text.split(separator: " ")
        let factor = words.count == 1 ? 1 : words.count == 2 ? factors[words[1]] : nil
        guard let factor, let first = words.first, let number = Int64(first) else {
            let units = factors.keys.sorted().map { ", or with the unit \($0)" }.joined()
            self.mistake("takes a whole number of \(unit.rawValue)\(units), not '\(text)'")
            return nil
        }
        let (amount, overflows) = number.multipliedReportingOverflow(by: factor)
        guard !overflows, (0...Int64(1) << 50).contains(amount) else {
            self.mistake("is \(text); it may be 0 to 2⁵⁰")
            return nil
        }
        return amount
    }

    /// `30 minutes`, `4 hours`, `2 days`, each also as `working`: `18 working hours`, `2 working days`.
    ///
    /// - Parameter workingDaySeconds: how long people work on one day.
    func targetTime(workingDaySeconds: Int) -> TargetTime? {
        guard let text = self.text() else { return nil }
        var words = text.split(separator: " ").map(String.init)
        let counting: TargetTime.Counting = words.count == 3 && words[1] == "working" ? .working : .calendar
        if counting == .working { words.remove(at: 1) }
        let day = counting == .working ? workingDaySeconds : 86_400
        let units = ["second": 1, "minute": 60, "hour": 3600, "day": day]
        guard words.count == 2, let number = Int(words[0]),
            let unit = units[words[1].hasSuffix("s") ? String(words[1].dropLast()) : words[1]]
        else {
            self.mistake("takes a time such as 30 minutes, 18 working hours or 2 working days, not '\(text)'")
            return nil
        }
        guard number > 0, number / (86_400 / unit) < 366 else {
            self.mistake("is \(text); it may be one second to one year")
            return nil
        }
        return TargetTime(seconds: number * unit, counting: counting)
    }

    /// `09:00`, as seconds after midnight; `24:00` is the end of the day.
    func timeOfDay() -> Int? {
        let text = self.text() ?? ""
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0...59).contains(minute), (0...24).contains(hour), hour < 24 || minute == 0
        else {
            if !text.isEmpty { self.mistake("takes a time of day such as 09:00, not '\(text)'") }
            return nil
        }
        return hour * 3600 + minute * 60
    }

    /// `2026-10-01`.
    func date() -> CivilDate? {
        guard let text = self.text() else { return nil }
        guard let date = CivilDate(text) else {
            self.mistake("takes a day such as 2026-10-01, not '\(text)'")
            return nil
        }
        return date
    }
}
