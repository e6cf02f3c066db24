import Contracts
import Foundation
import SeededRandom
import Testing

@testable import ComplaintsDomain

/// The clock against one that looks at every minute by itself.
@Suite("Deadlines are what counting minute by minute makes of them (CMP-01 to CMP-03, G-23)")
struct DeadlineModelTests {
    private static let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)
    private static let start = Timestamp(rfc3339: "2026-12-21T00:00:00+08:00") ?? Timestamp(microseconds: 0)

    private static let firstDay = Self.calendar.date(of: Self.start).daysSinceEpoch

    /// Everything in minutes since `start`.
    private struct Model {
        var rule: DeadlineRule
        var history: [(minute: Int, change: ClockEvent.Change)]
        /// As days since 1970-01-01.
        let holidays: Set<Int>

        init(rule: DeadlineRule, history: [(minute: Int, change: ClockEvent.Change)]) {
            self.rule = rule
            self.history = history
            self.holidays = Set(rule.hours.holidays.map(\.daysSinceEpoch))
        }

        /// `start` is midnight, and no clock is ever put forward.
        func isOpen(_ minute: Int) -> Bool {
            guard let windows = self.rule.hours.windows else { return true }
            let day = DeadlineModelTests.firstDay + minute / 1440
            if self.holidays.contains(day) { return false }
            let second = minute % 1440 * 60
            // 1970-01-01 was a Thursday.
            return (windows[(day + 3) % 7 + 1] ?? []).contains { $0.from <= second && second < $0.until }
        }

        /// Goes through the minutes one by one, from the submission on, and says of each whether the clock runs in it.
        ///
        /// - Parameter visit: says whether to go on.
        private func walk(minutes: Int, _ visit: (_ minute: Int, _ runs: Bool) -> Bool) {
            guard let first = self.history.first?.minute else { return }
            var rest = self.history[...]
            var isEnded = false
            var isWaiting = false
            for minute in first..<(first + minutes) {
                while let event = rest.first, event.minute <= minute {
                    rest = rest.dropFirst()
                    switch event.change {
                    case .waits(let party): isWaiting = self.rule.uncounted.contains(party)
                    case .goesOn: isWaiting = false
                    case .replied: if self.rule.clock == .reply { isEnded = true }
                    case .repaired: if self.rule.clock == .repair { isEnded = true }
                    case .resolved, .ended: isEnded = true
                    case .reopened: if self.rule.clock != .reply { isEnded = false }
                    case .submitted, .changed: break
                    }
                }
                // Nothing will happen any more, and it stands still.
                if rest.isEmpty, isEnded || isWaiting { return }
                guard visit(minute, !isEnded && !isWaiting && self.isOpen(minute)) else { return }
            }
        }

        /// The minute at whose beginning so many have been counted, looking ahead as long as need be.
        func reaches(_ count: Int, within: Int) -> Int? {
            var counted = 0
            var reached: Int?
            self.walk(minutes: within) { minute, runs in
                if counted == count { reached = minute }
                if runs { counted += 1 }
                return reached == nil
            }
            // With the last minute that ran, before it stood still for good.
            return reached ?? (counted == count ? self.lastCounted(within).map { $0 + 1 } : nil)
        }

        private func lastCounted(_ within: Int) -> Int? {
            var last: Int?
            self.walk(minutes: within) { minute, runs in
                if runs { last = minute }
                return true
            }
            return last
        }

        func counted(until minute: Int) -> Int {
            guard let first = self.history.first?.minute else { return 0 }
            var counted = 0
            self.walk(minutes: max(0, minute - first)) { _, runs in
                if runs { counted += 1 }
                return true
            }
            return counted
        }
    }

    private static func hours(_ random: inout SeededGenerator) -> ServiceHours {
        guard random.next() % 3 > 0 else { return ServiceHours(calendar: Self.calendar) }
        var windows: [Int: [ServiceHours.Window]] = [:]
        for weekday in 1...7 where random.next() % 5 > 0 {
            windows[weekday] = [
                .init(from: 8 * 3600, until: 12 * 3600), .init(from: 14 * 3600, until: 17 * 3600 + 1800),
                .init(from: 20 * 3600, until: 86_400),
            ].filter { _ in random.next() % 4 > 0 }
        }
        windows[3, default: []].isEmpty ? windows[3] = [.init(from: 32_400, until: 64_800)] : ()
        let holidays = (0..<20).filter { _ in random.next() % 6 == 0 }.map {
            CivilDate(daysSinceEpoch: Self.calendar.date(of: Self.start).daysSinceEpoch + $0)
        }
        return ServiceHours(calendar: Self.calendar, windows: windows, holidays: Set(holidays))
    }

    private static func facts(_ random: inout SeededGenerator) -> TicketFacts {
        TicketFacts(
            tier: ["vip", "gold", "standard"].randomElement(using: &random) ?? "",
            category: ["fault", "billing"].randomElement(using: &random) ?? "",
            subCategory: ["terminal", "noService"].randomElement(using: &random) ?? "",
            area: ["urban", "rural"].randomElement(using: &random) ?? "")
    }

    private static func rule(_ random: inout SeededGenerator) -> DeadlineRule {
        let kind: DeadlineRule.Clock =
            DeadlineRule.Clock.allCases.filter { $0 != .level }.randomElement(using: &random) ?? .reply
        let hour = 3600
        let limits: [DeadlineRule.Limit] =
            switch kind {
            case .reply:
                [
                    .init(tiers: ["vip"], seconds: 8 * hour), .init(tiers: ["gold"], seconds: 24 * hour),
                    .init(seconds: 48 * hour),
                ]
            case .handling: [.init(seconds: 48 * hour)]
            case .repair, .level: [.init(areas: ["rural"], seconds: 72 * hour), .init(seconds: 48 * hour)]
            }
        return DeadlineRule(
            clock: kind, categories: kind == .repair ? ["fault"] : [],
            excludedSubCategories: kind == .repair ? ["terminal"] : [], limits: limits, hours: Self.hours(&random),
            uncounted: random.next() % 4 == 0 ? [.customer, .vendor] : [.customer])
    }

    private static func change(_ random: inout SeededGenerator) -> ClockEvent.Change {
        switch random.next() % 9 {
        case 0, 1: .waits(on: DeadlineRule.Party.allCases.randomElement(using: &random) ?? .customer)
        case 2, 3: .goesOn
        case 4: .replied
        case 5: .repaired
        case 6: .resolved
        case 7: .reopened
        default: .changed(Self.facts(&random))
        }
    }

    @Test("2,000 random histories", arguments: Array(1...8) as [UInt64])
    func histories(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            let rule = Self.rule(&random)
            var minute = Int(random.next() % 2000)
            var facts = Self.facts(&random)
            var history: [(minute: Int, change: ClockEvent.Change)] = [(minute, .submitted(facts))]
            for _ in 0..<(random.next() % 8) {
                minute += Int(random.next() % 900)
                let change = Self.change(&random)
                if case .changed(let new) = change { facts = new }
                history.append((minute, change))
            }
            let now = minute + Int(random.next() % 3000)
            let model = Model(rule: rule, history: history)
            let reading = rule.reading(
                of: history.map { ClockEvent($0.change, at: Self.start.advanced(bySeconds: $0.minute * 60)) },
                at: Self.start.advanced(bySeconds: now * 60))
            guard
                let limit = rule.limit(
                    tier: facts.tier, category: facts.category, subCategory: facts.subCategory, area: facts.area)
            else {
                #expect(reading == nil)
                continue
            }
            let shown = try #require(reading)
            #expect(shown.countedMicroseconds == Int64(model.counted(until: now)) * 60_000_000)
            for (seconds, instant) in [(limit, shown.dueAt), (limit / 100 * 75, shown.warnsAt)] {
                let expected = model.reaches(seconds / 60, within: 60 * 24 * 60)
                #expect(
                    instant == expected.map { Self.start.advanced(bySeconds: $0 * 60) },
                    "\(seed) \(rule.clock) \(history)")
            }
            self.checkIntervals(shown, from: history[0].minute, to: now)
        }
    }

    /// They cover the time without gaps, and what is counted of them is what the clock shows.
    private func checkIntervals(_ reading: DeadlineReading, from: Int, to now: Int) {
        let counted = reading.intervals.filter(\.isCounted).reduce(Int64(0)) { sum, interval in
            sum + interval.until.microseconds(since: interval.from)
        }
        #expect(counted == reading.countedMicroseconds)
        guard from < now else { return #expect(reading.intervals.isEmpty) }
        #expect(reading.intervals.first?.from == Self.start.advanced(bySeconds: from * 60))
        #expect(reading.intervals.last?.until == Self.start.advanced(bySeconds: now * 60))
        for (one, next) in zip(reading.intervals, reading.intervals.dropFirst()) {
            #expect(one.until == next.from && one.reason != next.reason)
        }
    }
}
