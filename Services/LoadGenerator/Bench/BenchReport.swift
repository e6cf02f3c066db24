import LoadGeneratorDomain

/// `bench/results.json`.
struct BenchReport: Codable, Sendable {
    struct OrderFlow: Codable, Sendable {
        var perSecond: Double
        /// Orders a second with no business logic, in the same run.
        var ceiling: Double
        /// The median of the rounds' ratios.
        var ratio: Double
        var perSecondAndCore: Double
        var rounds: [Double]
        var ceilingRounds: [Double]
        var ratioRounds: [Double]
        var ordersPerRound: Int
        var workOrdersPerOrder: Int
        var tasksPerOrder: Int
        var messagesPerOrder: Double
    }

    struct Relay: Codable, Sendable {
        /// Messages that the services published, during the order flow.
        var perSecond: Double
    }

    struct Latency: Codable, Sendable {
        var ordersPerSecond: Int
        var acknowledgedP50Milliseconds: Double
        var acknowledgedP99Milliseconds: Double
        var acknowledgedP999Milliseconds: Double
        var completedP50Milliseconds: Double
        var completedP99Milliseconds: Double
        var completedP999Milliseconds: Double
    }

    var orderFlow: OrderFlow
    var relay: Relay
    var broker: BrokerCeiling.Rates
    var latency: Latency
    var cores: Int
}

extension BenchReport {
    /// For people.
    var lines: [String] {
        let flow = self.orderFlow
        let rows = [
            ["order flow", "\(flow.perSecond.text(0)) orders/s", "rounds \(Self.list(flow.rounds))"],
            [
                "", "\(flow.workOrdersPerOrder) work orders, \(flow.tasksPerOrder) tasks",
                "\(flow.messagesPerOrder.text(1)) messages an order, \(flow.ordersPerRound) orders a round",
            ],
            [
                "ceiling, no business logic", "\(flow.ceiling.text(0)) orders/s",
                "rounds \(Self.list(flow.ceilingRounds))",
            ],
            [
                "ratio", flow.ratio.text(3),
                "order flow to ceiling; rounds \(flow.ratioRounds.map { $0.text(3) }.joined(separator: ", "))",
            ],
            ["index", "\(flow.perSecondAndCore.text(0)) orders/s and core", "\(self.cores) cores"],
            [
                "outbox messages", "\(self.relay.perSecond.text(0)) messages/s",
                "published by the services in the order flow",
            ],
            [
                "broker, produce", "\(self.broker.producedPerSecond.text(0)) messages/s",
                "the same messages, nothing else",
            ],
            [
                "broker, consume", "\(self.broker.consumedPerSecond.text(0)) messages/s",
                "the same messages, nothing else",
            ],
        ]
        let latency = self.latency
        let latencies = [
            ["latency at \(latency.ordersPerSecond) orders/s, ms", "p50", "p99", "p99.9"],
            [
                "submission to acknowledgement", latency.acknowledgedP50Milliseconds.text(1),
                latency.acknowledgedP99Milliseconds.text(1), latency.acknowledgedP999Milliseconds.text(1),
            ],
            [
                "submission to completion", latency.completedP50Milliseconds.text(1),
                latency.completedP99Milliseconds.text(1), latency.completedP999Milliseconds.text(1),
            ],
        ]
        return TextTable.draw(rows) + [""] + TextTable.draw(latencies, rightAligned: [1, 2, 3])
    }

    private static func list(_ values: [Double]) -> String { values.map { $0.text(0) }.joined(separator: ", ") }
}
