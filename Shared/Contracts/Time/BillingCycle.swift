/// A calendar month, in business time: what is metered, billed and reset together.
///
/// In messages it is text: `2026-12`.
package struct BillingCycle: Hashable, Comparable, Sendable {
    package let year: Int
    /// 1 to 12.
    package let month: Int

    /// `nil` when there is no such month, or its year has not four digits.
    package init?(year: Int, month: Int) {
        guard (0...9999).contains(year), (1...12).contains(month) else { return nil }
        self.init(unchecked: year, month)
    }

    private init(unchecked year: Int, _ month: Int) {
        self.year = year
        self.month = month
    }

    /// The month of a day.
    package init(of day: CivilDate) {
        self.init(unchecked: min(max(0, day.year), 9999), day.month)
    }

    /// Reads `2026-12`; `nil` when the text is anything else.
    package init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 7, digits[4] == UInt8(ascii: "-"),
            [0, 1, 2, 3, 5, 6].allSatisfy({ (48...57).contains(digits[$0]) })
        else { return nil }
        let numbers = digits.map { Int($0) - 48 }
        self.init(
            year: numbers[0] * 1000 + numbers[1] * 100 + numbers[2] * 10 + numbers[3],
            month: numbers[5] * 10 + numbers[6]
        )
    }

    package var next: BillingCycle {
        self.month == 12
            ? BillingCycle(unchecked: self.year + 1, 1) : BillingCycle(unchecked: self.year, self.month + 1)
    }

    package var previous: BillingCycle {
        self.month == 1
            ? BillingCycle(unchecked: self.year - 1, 12) : BillingCycle(unchecked: self.year, self.month - 1)
    }

    package static func < (left: BillingCycle, right: BillingCycle) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }
}

extension BillingCycle: CustomStringConvertible, Codable {
    package var description: String {
        let year = String(self.year)
        return String(repeating: "0", count: max(0, 4 - year.count)) + year + (self.month < 10 ? "-0" : "-")
            + String(self.month)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let cycle = BillingCycle(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text.prefix(40))' is no month, such as 2026-12"
            )
        }
        self = cycle
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}

extension BusinessCalendar {
    /// The cycle in which an instant falls.
    package func cycle(of instant: Timestamp) -> BillingCycle { BillingCycle(of: self.date(of: instant)) }

    /// The first instant of a cycle.
    package func start(of cycle: BillingCycle) -> Timestamp {
        self.start(of: CivilDate(firstOf: cycle))
    }

    /// The first instant after a cycle.
    package func end(of cycle: BillingCycle) -> Timestamp { self.start(of: cycle.next) }
}
