import LoadGeneratorDomain

/// What a run measured and found.
struct LoadResult: Sendable {
    var orders: Int
    /// Orders that came to the end that the rules give them.
    var settled: Int
    var workOrders: Int
    /// Messages published again under the same id.
    var repeats: Int
    /// From the first submission to the last order's end.
    var seconds: Double
    var acknowledged: LatencySummary?
    var completed: LatencySummary?
    var problems: [Accounting.Problem]

    var perSecond: Double { self.seconds > 0 ? Double(self.settled) / self.seconds : 0 }
}

extension LoadResult {
    /// For people.
    var lines: [String] {
        var lines = [
            "\(self.settled) of \(self.orders) orders as expected, \(self.workOrders) work orders, "
                + "in \(self.seconds.text(2)) s: \(self.perSecond.text(1)) orders a second"
        ]
        let rows = [("acknowledged", self.acknowledged), ("completed", self.completed)].compactMap { name, summary in
            summary.map { [name] + $0.cells }
        }
        lines += TextTable.draw([["latency, ms", "p50", "p99", "p99.9", "max"]] + rows, rightAligned: [1, 2, 3, 4])
        lines.append(contentsOf: self.accountingLines)
        return lines
    }

    /// The audit's verdict.
    var accountingLines: [String] {
        let repeats = self.repeats > 0 ? "; \(self.repeats) messages were published twice, under the same id" : ""
        guard !self.problems.isEmpty else { return ["every order accounted for exactly once\(repeats)"] }
        let shown = self.problems.prefix(20).map { "  \($0)" }
        let rest = self.problems.count > shown.count ? ["  and \(self.problems.count - shown.count) more"] : []
        return ["NOT ACCOUNTED FOR: \(self.problems.count) problems\(repeats)"] + shown + rest
    }
}

extension LatencySummary {
    var cells: [String] {
        [self.p50Milliseconds, self.p99Milliseconds, self.p999Milliseconds, self.maximumMilliseconds].map { $0.text(1) }
    }
}

extension Double {
    /// With so many decimals.
    func text(_ decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int64((self * scale).rounded())
        guard decimals > 0 else { return "\(scaled)" }
        let (whole, rest) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt64(scale))
        let fraction = String(rest)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(scaled < 0 ? "-" : "")\(whole).\(zeros)\(fraction)"
    }
}
