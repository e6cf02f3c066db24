import ArgumentParser
import Foundation
import Postgres

/// Measures rating in one run.
struct UsageBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Measures rated usage records a second against the ceiling of the same broker and database.",
        discussion: """
            DATABASE_URL names the database that Rating uses: accounts are made in its schema, so it has to be one that \
            nobody else needs. The ceiling is measured in a schema called bench, which is dropped again.
            """
    )

    @Option(help: "Where the results go, as JSON.")
    var output = "bench/usage.json"

    @Option(help: "Numbers of accounts, growing.")
    var accounts: [Int] = [10_000]

    @Option(help: "Records a round.")
    var records = 200_000

    @Option(help: "Rounds, of which the median counts.")
    var rounds = 3

    @Option(help: "For how long latencies are measured, at half of the throughput.")
    var latencySeconds = 10

    @Option(help: "How many instances of Rating are up.")
    var instances = 1

    @Flag(help: "Leave latencies out.")
    var short = false

    func validate() throws {
        guard self.accounts.allSatisfy({ $0 > 0 }), self.accounts == self.accounts.sorted(), self.records > 0,
            self.rounds > 0, self.latencySeconds > 0, self.instances > 0
        else { throw ValidationError("all numbers take 1 or more, --accounts growing ones") }
    }

    func run() async throws {
        guard let url = ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty else {
            throw LoadGeneratorError(description: "DATABASE_URL is not set: it names the database to be measured")
        }
        let broker = try Broker()
        let pool = PostgresPool(
            configuration: PostgresConfiguration(
                url: url, applicationName: "sheaf-loadgen", settings: CeilingSchema.settings), logger: broker.logger)
        let report = try await UsageBench(
            broker: broker, pool: pool,
            settings: .init(
                accounts: self.accounts, records: self.records, rounds: self.rounds,
                latencySeconds: self.latencySeconds, instances: self.instances, isShort: self.short)
        ).run()
        await pool.close()
        for line in report.lines { Terminal.show(line) }
        try report.write(to: self.output)
        Terminal.show("")
        Terminal.show("written to \(self.output)")
    }
}
