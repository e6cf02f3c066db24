import LoadGeneratorDomain

/// `bench/usage.json`.
struct UsageReport: Codable, Sendable {
    struct Rate: Codable, Sendable {
        /// Records a second, round by round.
        var perSecond: [Double] = []
        /// Of the machine, without rating.
        var ceiling: [Double] = []

        /// The median of the rounds' ratios.
        var ratio: Double {
            zip(self.perSecond, self.ceiling).map { $1 > 0 ? $0 / $1 : 0 }.median ?? 0
        }

        mutating func add(_ rate: Double, _ ceiling: Double) {
            self.perSecond.append(rate)
            self.ceiling.append(ceiling)
        }
    }

    struct Latency: Codable, Sendable {
        var recordsPerSecond: Int
        /// From publication to `usage.rated`.
        var summary: LatencySummary?
    }

    struct Scale: Codable, Sendable {
        var accounts: Int
        var inOrder = Rate()
        var shuffled = Rate()
        var latency: Latency?
    }

    var instances: Int
    var scales: [Scale] = []
}

extension UsageReport {
    /// For people.
    var lines: [String] {
        var rows = [["usage, \(self.instances) instances", "records/s", "ceiling", "ratio"]]
        for scale in self.scales {
            for (name, rate) in [("in order", scale.inOrder), ("shuffled", scale.shuffled)] {
                rows.append([
                    "\(scale.accounts) accounts, \(name)", (rate.perSecond.median ?? 0).text(0),
                    (rate.ceiling.median ?? 0).text(0), rate.ratio.text(3),
                ])
            }
        }
        var lines = TextTable.draw(rows, rightAligned: [1, 2, 3])
        for case let latency? in self.scales.map(\.latency) {
            guard let summary = latency.summary else { continue }
            lines.append(
                "publication to usage.rated at \(latency.recordsPerSecond) records/s: p50 "
                    + "\(summary.p50Milliseconds.text(1)) ms, p99 \(summary.p99Milliseconds.text(1)) ms, p99.9 "
                    + "\(summary.p999Milliseconds.text(1)) ms")
        }
        return lines
    }
}
