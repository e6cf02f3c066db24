/// The hours of a day in which messages go out, in the business time zone.
package struct DeliveryHours: Sendable, Hashable {
    /// From one second of a day up to, but not including, another one.
    package struct Opening: Sendable, Hashable {
        package var from: Int
        /// At most 86,400, the end of the day.
        package var until: Int

        package init(from: Int, until: Int) {
            self.from = from
            self.until = until
        }
    }

    /// In their order, at least one, none of them empty, without overlaps.
    package let openings: [Opening]

    /// - Returns: `nil` when an opening is empty or no part of a day, when two overlap, or when there is none.
    package init?(_ openings: [Opening]) {
        let sorted = openings.sorted { $0.from < $1.from }
        guard !sorted.isEmpty, sorted.allSatisfy({ 0 <= $0.from && $0.from < $0.until && $0.until <= 86_400 }),
            zip(sorted, sorted.dropFirst()).allSatisfy({ $0.until <= $1.from })
        else { return nil }
        self.openings = sorted
    }

    private init(hours: [(Int, Int)]) {
        self.openings = hours.map { Opening(from: $0.0 * 3600, until: $0.1 * 3600) }
    }

    package static let always = DeliveryHours(hours: [(0, 24)])
    /// Of normal and bulk messages: not at night, nor at noon.
    package static let day = DeliveryHours(hours: [(8, 12), (14, 21)])
    /// Of quota reminders (NTF-04).
    package static let morning = DeliveryHours(hours: [(8, 11)])
}
