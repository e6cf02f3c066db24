/// Offsets from UTC for many instants near each other, without asking the time zone for each.
///
/// It asks for both ends of a day (of UTC). Where they agree, they hold for all of the day: no zone changes its offset
/// twice in a day.
package struct OffsetMemory: Sendable {
    private let calendar: BusinessCalendar
    private var day: Int64?
    /// `nil` on a day on which the offset changes.
    private var offset: Int?

    package init(calendar: BusinessCalendar) {
        self.calendar = calendar
    }

    /// As `BusinessCalendar.offsetSeconds(at:)`.
    package mutating func offsetSeconds(at instant: Timestamp) -> Int {
        let day = instant.microseconds.flooredDivision(by: 86_400_000_000).quotient
        if self.day != day { self.ask(day) }
        return self.offset ?? self.calendar.offsetSeconds(at: instant)
    }

    private mutating func ask(_ day: Int64) {
        let start = Timestamp(microseconds: day * 86_400_000_000)
        let first = self.calendar.offsetSeconds(at: start)
        let last = self.calendar.offsetSeconds(at: start.advanced(bySeconds: 86_399))
        self.day = day
        self.offset = first == last ? first : nil
    }
}
