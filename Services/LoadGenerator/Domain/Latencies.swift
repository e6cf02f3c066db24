/// Durations measured, kept whole: percentiles are exact.
package struct Latencies: Sendable {
    private var nanoseconds: [Int64] = []
    private var isSorted = true

    package init() {}

    package var count: Int { self.nanoseconds.count }

    package mutating func add(nanoseconds: Int64) {
        self.nanoseconds.append(nanoseconds)
        self.isSorted = false
    }

    /// The smallest duration that at least this share of all does not exceed (nearest rank); `nil` without any.
    ///
    /// - Parameter thousandths: of a percent: 99,900 for the 99.9th percentile.
    package mutating func percentile(thousandths: Int) -> Int64? {
        guard !self.nanoseconds.isEmpty else { return nil }
        if !self.isSorted {
            self.nanoseconds.sort()
            self.isSorted = true
        }
        let rank = (self.nanoseconds.count * thousandths + 99_999) / 100_000
        return self.nanoseconds[min(max(rank, 1), self.nanoseconds.count) - 1]
    }

    package mutating func summary() -> LatencySummary? {
        guard let p50 = self.percentile(thousandths: 50_000),
            let p99 = self.percentile(thousandths: 99_000),
            let p999 = self.percentile(thousandths: 99_900),
            let maximum = self.percentile(thousandths: 100_000)
        else { return nil }
        func milliseconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds / 1000) / 1000 }
        return LatencySummary(
            count: self.count,
            p50Milliseconds: milliseconds(p50),
            p99Milliseconds: milliseconds(p99),
            p999Milliseconds: milliseconds(p999),
            maximumMilliseconds: milliseconds(maximum))
    }
}

/// What a report tells of many durations.
package struct LatencySummary: Codable, Hashable, Sendable {
    package var count: Int
    package var p50Milliseconds: Double
    package var p99Milliseconds: Double
    package var p999Milliseconds: Double
    package var maximumMilliseconds: Double
}

extension [Double] {
    /// The middle value, or the mean of the two in the middle; `nil` without any.
    package var median: Double? {
        guard !self.isEmpty else { return nil }
        let sorted = self.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
