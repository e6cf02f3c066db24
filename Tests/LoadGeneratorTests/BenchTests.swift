import Contracts
import Foundation
import Kafka
import Logging
import Postgres
import Testing

@testable import LoadGenerator

@Suite("The benchmark", .timeLimit(.minutes(10)))
struct BenchTests {
    private static let databaseURL = ProcessInfo.processInfo.environment["DATABASE_URL"]

    @Test(
        "Measures order flow, ceilings and latency of a system that answers rightly",
        .enabled(if: BenchTests.databaseURL != nil, "DATABASE_URL names no database"))
    func report() async throws {
        let url = try #require(Self.databaseURL)
        let cluster = try MockCluster(topics: FakeSystem.topics)
        let broker = cluster.broker
        let pool = PostgresPool(
            configuration: PostgresConfiguration(url: url, settings: CeilingSchema.settings), logger: broker.logger)
        let bench = Bench(broker: broker, pool: pool, orders: 200, rounds: 2, latencySeconds: 1, inFlight: 100)
        let report = try await FakeSystem(broker: broker).running { try await bench.run() }
        await pool.close()
        #expect(report.orderFlow.perSecond > 0)
        #expect(report.orderFlow.ceiling > 0)
        let ratios = zip(report.orderFlow.rounds, report.orderFlow.ceilingRounds).map { $0 / $1 }
        #expect(report.orderFlow.ratioRounds == ratios)
        #expect(report.orderFlow.ratio >= ratios.min() ?? 0 && report.orderFlow.ratio <= ratios.max() ?? 0)
        // The fake system gives each of the three members one work order and sends no commands.
        #expect(report.orderFlow.workOrdersPerOrder == 3)
        #expect(report.orderFlow.messagesPerOrder == 11)
        #expect(report.latency.acknowledgedP99Milliseconds > 0)
        #expect(!report.lines.isEmpty)
    }
}
