import ArgumentParser
import Foundation
import Postgres

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures the system against what its machine can do.",
        subcommands: [OrderBenchCommand.self, UsageBenchCommand.self, NotificationBenchCommand.self],
        defaultSubcommand: OrderBenchCommand.self
    )
}

/// Measures order flow, latency and ceilings in one run.
struct OrderBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Measures the order flow against the ceilings of the same broker and database.",
        discussion: """
            DATABASE_URL names the database that the services use, with the right to create a schema: the ceilings are \
            measured in one called bench, which is dropped again. The simulator should run with NETWORK_DELAY_MS=0.
            """
    )

    @Option(help: "Where the results go, as JSON.")
    var output = "bench/results.json"

    @Option(help: "Orders a round.")
    var orders = 3000

    @Option(help: "Rounds, of which the median counts.")
    var rounds = 3

    @Option(help: "For how long latencies are measured, at half of the throughput.")
    var latencySeconds = 10

    @Option(help: "Orders that may be under way at a time.")
    var inFlight = 5000

    func validate() throws {
        guard self.orders > 0, self.rounds > 0, self.latencySeconds > 0, self.inFlight > 0 else {
            throw ValidationError("--orders, --rounds, --latency-seconds and --in-flight take 1 or more")
        }
    }

    func run() async throws {
        guard let url = ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty else {
            throw LoadGeneratorError(description: "DATABASE_URL is not set: it names the database to be measured")
        }
        let broker = try Broker()
        let configuration = PostgresConfiguration(
            url: url, applicationName: "sheaf-loadgen", settings: CeilingSchema.settings)
        let bench = Bench(
            broker: broker, pool: PostgresPool(configuration: configuration, logger: broker.logger),
            orders: self.orders, rounds: self.rounds, latencySeconds: self.latencySeconds, inFlight: self.inFlight)
        let report = try await bench.run()
        for line in report.lines { Terminal.show(line) }
        try report.write(to: self.output)
        Terminal.show("")
        Terminal.show("written to \(self.output)")
    }
}
