/// Service numbers that no earlier run has used, in the formats of the contract.
///
/// Numbers belong to an order for good, so a second run needs others. A run begins at a place given by its start
/// time and takes the numbers that follow; runs that start later begin further on. None ends like a test number
/// (9900 to 9999) unless asked.
package struct ServiceNumbers: Sendable {
    /// More numbers than a run takes in a second, so that the next run's begin behind them.
    private static let perSecond: Int64 = 5000
    /// Endings 0000 to 9899.
    private static let endings: Int64 = 9900

    private var next: Int64

    /// - Parameter startedAtSecond: seconds since 1970. Numbers repeat after some three weeks.
    package init(startedAtSecond: Int64) {
        self.next = startedAtSecond &* Self.perSecond
    }

    /// 1 and ten digits.
    package mutating func mobile() -> String { self.make("1", serialDigits: 6) }

    /// 0 and eleven digits.
    package mutating func fixedLine() -> String { self.make("0", serialDigits: 7) }

    /// Sixteen letters and digits.
    ///
    /// - Parameter ending: the last four digits of a test number, such as `9902`.
    package mutating func broadband(ending: Int? = nil) -> String { self.make("LG", serialDigits: 10, ending: ending) }

    /// Thirteen digits.
    package mutating func dataCard() -> String { self.make("14", serialDigits: 7) }

    private mutating func make(_ prefix: String, serialDigits: Int, ending: Int? = nil) -> String {
        defer { self.next += 1 }
        let serials = (0..<serialDigits).reduce(Int64(1)) { power, _ in power * 10 }
        let place = self.next % (serials * Self.endings)
        let serial = place / Self.endings
        return prefix + Self.padded(serial, serialDigits)
            + Self.padded(ending.map(Int64.init) ?? place % Self.endings, 4)
    }

    static func padded(_ number: Int64, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
