import ArgumentParser
import Foundation
import LoadGeneratorDomain

/// Publishes a seeded mix of synthetic orders.
struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Publishes a mix of synthetic orders and reports throughput and latencies.",
        discussion: """
            With a rate, orders are sent at that rate whatever the system does, and latencies count from the time at \
            which an order should have been sent. With rate 0, as many are kept in flight as --in-flight says.
            """
    )

    @Option(help: "Orders a second; 0 is as fast as the system takes them.")
    var rate = 100

    @Option(help: "For how long orders are sent.")
    var seconds = 30

    @Option(help: "The same seed makes the same orders, but for their ids and numbers.")
    var seed: UInt64 = 1

    @Option(help: "Share of orders that meet a failure: invalid ones, network elements that fail once or for good.")
    var failures = 0.05

    @Option(help: "Orders that may be under way at a time, with --rate 0.")
    var inFlight = 2000

    @Option(help: "Seconds without any progress after which what is still open counts as lost.")
    var patience = 30

    @Option(help: "Also write the results to this file, as JSON.")
    var json: String?

    func validate() throws {
        guard self.rate >= 0, self.seconds > 0, self.inFlight > 0, self.patience > 0 else {
            throw ValidationError("--rate takes 0 or more; --seconds, --in-flight and --patience take 1 or more")
        }
        guard (0...1).contains(self.failures) else { throw ValidationError("--failures takes 0 to 1") }
    }

    func run() async throws {
        let generator = SyntheticOrders(
            seed: self.seed,
            startedAtSecond: Int64(Date().timeIntervalSince1970),
            failuresPerThousand: Int((self.failures * 1000).rounded()))
        var source = OrderSource(generator)
        let plan = LoadPlan(
            pace: self.rate == 0 ? .fullSpeed(inFlight: self.inFlight) : .perSecond(self.rate),
            extent: .seconds(self.seconds), patience: .seconds(self.patience), showsProgress: true)
        let result = try await LoadRun(broker: Broker(), plan: plan).run(&source)
        for line in result.lines { Terminal.show(line) }
        if let json = self.json { try OrdersReport(result).write(to: json) }
        if !result.problems.isEmpty { throw ExitCode.failure }
    }
}

/// `orders --json`.
private struct OrdersReport: Codable {
    struct Latency: Codable {
        var acknowledged: LatencySummary?
        var completed: LatencySummary?
    }

    var orders: Int
    var asExpected: Int
    var workOrders: Int
    var seconds: Double
    var perSecond: Double
    var latency: Latency
    var repeatedMessages: Int
    var problems: [String]

    init(_ result: LoadResult) {
        self.orders = result.orders
        self.asExpected = result.settled
        self.workOrders = result.workOrders
        self.seconds = result.seconds
        self.perSecond = result.perSecond
        self.latency = Latency(acknowledged: result.acknowledged, completed: result.completed)
        self.repeatedMessages = result.repeats
        self.problems = result.problems.map(\.description)
    }
}

extension Encodable {
    /// Readable JSON with stable order.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try encoder.encode(self).write(to: url)
    }
}
