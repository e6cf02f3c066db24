import Contracts
import Foundation
import Kafka
import LoadGeneratorDomain
import Postgres

/// Measures the system against what its machine can do, and checks first that its answers are right.
struct Bench: Sendable {
    let broker: Broker
    let pool: PostgresPool
    let orders: Int
    let rounds: Int
    let latencySeconds: Int
    /// Orders that may be under way at a time.
    let inFlight: Int

    /// Topics that the services write; the simulator's responses are not theirs.
    private static let outputs: [Topic] = [.ordersEvents, .workOrdersIssued, .workOrdersEvents, .networkCommands]
    private static let warmUpOrders = 200

    func run() async throws -> BenchReport {
        let started = Int64(Date().timeIntervalSince1970)
        var source = OrderSource(SyntheticOrders(seed: 1, startedAtSecond: started, mix: .benchmark))
        Terminal.note("warming up, and counting what an order causes")
        let shape = try await self.warmUp(&source)
        let messages = try CeilingMessages(shape)
        Terminal.note("ceiling of the broker")
        try await ScratchTopic.prepare(on: self.broker)
        let broker = try await BrokerCeiling(broker: self.broker, messages: messages).measure(orders: self.orders)
        let (flows, ceilings) = try await self.alternate(&source, shape, messages)
        let perSecond = flows.map(\.perSecond).median ?? 0
        let ratios = zip(flows, ceilings).map { $1 > 0 ? $0.perSecond / $1 : 0 }
        let rate = max(1, Int(perSecond / 2))
        Terminal.note("latency: \(self.latencySeconds) s at \(rate) orders/s")
        let latency = try await self.latency(rate: rate, &source)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return BenchReport(
            orderFlow: .init(
                perSecond: perSecond, ceiling: ceilings.median ?? 0, ratio: ratios.median ?? 0,
                perSecondAndCore: perSecond / Double(cores), rounds: flows.map(\.perSecond), ceilingRounds: ceilings,
                ratioRounds: ratios, ordersPerRound: self.orders, workOrdersPerOrder: shape.workOrders,
                tasksPerOrder: shape.tasks,
                messagesPerOrder: flows.map(\.messagesPerOrder).median ?? 0),
            relay: .init(perSecond: flows.map(\.messagesPerSecond).median ?? 0),
            broker: broker,
            latency: latency,
            cores: cores)
    }

    // MARK: The system

    private struct Flow: Sendable {
        var perSecond: Double
        var messagesPerSecond: Double
        var messagesPerOrder: Double
        var messages: [String: Int64]
    }

    private func warmUp(_ source: inout OrderSource) async throws -> OrderShape {
        let flow = try await self.flow(Self.warmUpOrders, &source)
        func perOrder(_ topic: Topic) -> Int {
            Int((Double(flow.messages[topic.name] ?? 0) / Double(Self.warmUpOrders)).rounded())
        }
        return OrderShape(workOrders: perOrder(.workOrdersIssued), tasks: perOrder(.networkCommands))
    }

    private func flow(_ orders: Int, _ source: inout OrderSource) async throws -> Flow {
        try source.prepare(orders)
        let counter = try await TopicFollower(Self.outputs, on: self.broker)
        let plan = LoadPlan(pace: .fullSpeed(inFlight: self.inFlight), extent: .orders(orders))
        let result = try await self.checked(plan, &source)
        var messages: [String: Int64] = [:]
        for (partition, end) in try await counter.ends() {
            messages[partition.topic, default: 0] += end - (counter.start[partition] ?? 0)
        }
        await counter.close()
        let total = Double(messages.values.reduce(0, +))
        return Flow(
            perSecond: result.perSecond, messagesPerSecond: total / result.seconds,
            messagesPerOrder: total / Double(orders), messages: messages)
    }

    private func latency(rate: Int, _ source: inout OrderSource) async throws -> BenchReport.Latency {
        let plan = LoadPlan(pace: .perSecond(rate), extent: .seconds(self.latencySeconds))
        try source.prepare(plan.count ?? 0)
        let result = try await self.checked(plan, &source)
        guard let acknowledged = result.acknowledged, let completed = result.completed else {
            throw LoadGeneratorError(description: "no order was completed, so there is no latency")
        }
        return BenchReport.Latency(
            ordersPerSecond: rate,
            acknowledgedP50Milliseconds: acknowledged.p50Milliseconds,
            acknowledgedP99Milliseconds: acknowledged.p99Milliseconds,
            acknowledgedP999Milliseconds: acknowledged.p999Milliseconds,
            completedP50Milliseconds: completed.p50Milliseconds,
            completedP99Milliseconds: completed.p99Milliseconds,
            completedP999Milliseconds: completed.p999Milliseconds)
    }

    /// A measurement of wrong answers is none.
    private func checked(_ plan: LoadPlan, _ source: inout OrderSource) async throws -> LoadResult {
        let result = try await LoadRun(broker: self.broker, plan: plan).run(&source)
        guard result.problems.isEmpty else {
            throw LoadGeneratorError(description: result.accountingLines.joined(separator: "\n"))
        }
        return result
    }

    // MARK: The machine

    /// Rounds of the system and of the machine in turn: one that gets slower meanwhile slows both of a pair alike.
    private func alternate(
        _ source: inout OrderSource, _ shape: OrderShape, _ messages: CeilingMessages
    ) async throws -> ([Flow], [Double]) {
        Terminal.note("order flow and ceiling: \(self.rounds) rounds of \(self.orders) orders each, in turn")
        try await self.script(CeilingSchema.create)
        let ceiling = FlowCeiling(broker: self.broker, pool: self.pool, shape: shape, messages: messages)
        var flows: [Flow] = []
        var ceilings: [Double] = []
        for round in 1...self.rounds {
            let flow = try await self.flow(self.orders, &source)
            let rate = try await ceiling.measure(orders: self.orders)
            Terminal.note(
                "  round \(round): \(flow.perSecond.text(0)) orders/s; without business logic \(rate.text(0))")
            flows.append(flow)
            ceilings.append(rate)
        }
        try await self.script(CeilingSchema.drop)
        return (flows, ceilings)
    }

    private func script(_ sql: String) async throws {
        try await self.pool.withConnection { connection in
            try await connection.execute(unsafeSQL: sql, name: "set up the ceiling's schema")
        }
    }
}
