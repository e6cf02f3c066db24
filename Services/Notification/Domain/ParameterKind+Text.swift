import Contracts

extension ParameterKind {
    /// - Returns: `nil` when the value is not of this kind.
    func text(of value: JSONValue, _ language: MessageLanguage, _ calendar: BusinessCalendar) -> String? {
        switch (self, value) {
        case (.text, .string(let text)): text.isEmpty ? nil : text
        case (.text, .integer(let number)), (.number, .integer(let number)): String(number)
        case (.minutes, .integer(let number)): language == .chinese ? "\(number)分钟" : "\(number) min"
        case (.money, .integer(let milliyuan)):
            language == .chinese ? "\(Self.yuan(milliyuan))元" : "CNY \(Self.yuan(milliyuan))"
        case (.data, .integer(let bytes)): bytes < 0 ? nil : "\(Self.megabytes(bytes))MB"
        case (.date, .string(let text)):
            Timestamp(rfc3339: text).map { Self.day(calendar.date(of: $0), language) }
        case (.dateTime, .string(let text)):
            Timestamp(rfc3339: text).map { Self.day(calendar.date(of: $0), language) + " " + Self.clock($0, calendar) }
        case (.month, .string(let text)): Self.month(of: text, calendar).map { Self.month($0, language) }
        default: nil
        }
    }

    /// With fen; with a third digit only where there are parts of a fen, which may not be hidden.
    private static func yuan(_ milliyuan: Int64) -> String {
        let magnitude = milliyuan.magnitude
        let rest = magnitude % 1000
        let fraction =
            rest % 10 == 0 ? Self.padded(rest / 10, 2) : Self.padded(rest, 3)
        return "\(milliyuan < 0 ? "-" : "")\(magnitude / 1000).\(fraction)"
    }

    /// To a tenth, never more than there is.
    private static func megabytes(_ bytes: Int64) -> String {
        let (whole, rest) = bytes.quotientAndRemainder(dividingBy: 1_048_576)
        let tenth = rest * 10 / 1_048_576
        return tenth == 0 ? "\(whole)" : "\(whole).\(tenth)"
    }

    private static func day(_ date: CivilDate, _ language: MessageLanguage) -> String {
        switch language {
        case .chinese: "\(date.year)年\(date.month)月\(date.day)日"
        case .english: "\(date.year)-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))"
        }
    }

    private static func clock(_ instant: Timestamp, _ calendar: BusinessCalendar) -> String {
        let minute = calendar.microsecondOfDay(of: instant) / 60_000_000
        return "\(Self.padded(minute / 60, 2)):\(Self.padded(minute % 60, 2))"
    }

    private static func month(of text: String, _ calendar: BusinessCalendar) -> BillingCycle? {
        BillingCycle(text) ?? Timestamp(rfc3339: text).map { BillingCycle(of: calendar.date(of: $0)) }
    }

    private static func month(_ cycle: BillingCycle, _ language: MessageLanguage) -> String {
        switch language {
        case .chinese: "\(cycle.year)年\(cycle.month)月"
        case .english: "\(cycle.year)-\(Self.padded(cycle.month, 2))"
        }
    }

    private static func padded(_ number: some BinaryInteger, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
}
