import Contracts
import Testing

@testable import LoadGenerator
@testable import LoadGeneratorDomain

@Suite("Load runs", .timeLimit(.minutes(10)))
struct LoadRunTests {
    private static func run(
        _ plan: LoadPlan, mistake: FakeSystem.Mistake = .none, failuresPerThousand: Int = 0
    ) async throws -> LoadResult {
        let cluster = try MockCluster(topics: FakeSystem.topics)
        let broker = cluster.broker
        let system = FakeSystem(broker: broker, mistake: mistake)
        let result = try await system.running {
            let generator = SyntheticOrders(
                seed: 3, startedAtSecond: 1_795_200_000, failuresPerThousand: failuresPerThousand)
            var source = OrderSource(generator)
            return try await LoadRun(broker: broker, plan: plan).run(&source)
        }
        return result
    }

    private static func fullSpeed(_ count: Int, patience: Duration = .seconds(30)) -> LoadPlan {
        LoadPlan(pace: .fullSpeed(inFlight: 20), extent: .orders(count), patience: patience)
    }

    @Test("At full speed, every order of a mix with failures comes out as its outcome says")
    func fullSpeed() async throws {
        let result = try await Self.run(Self.fullSpeed(200), failuresPerThousand: 200)
        #expect(result.orders == 200)
        #expect(result.settled == 200)
        #expect(result.problems.isEmpty)
        #expect(result.perSecond > 0)
    }

    @Test("At a rate, orders are sent over the time that they should take, and each has a latency")
    func rate() async throws {
        let plan = LoadPlan(pace: .perSecond(50), extent: .seconds(1))
        let result = try await Self.run(plan)
        #expect(result.orders == 50)
        #expect(result.problems.isEmpty)
        #expect(result.seconds >= 0.97)
        #expect(result.acknowledged?.count == 50)
        #expect(result.completed?.count == 50)
    }

    @Test("An order that is lost is found")
    func loss() async throws {
        let result = try await Self.run(
            Self.fullSpeed(30, patience: .seconds(4)), mistake: .loses(order: 7))
        #expect(result.settled == 29)
        #expect(result.problems.map(\.text) == ["completed 0 times instead of 1"])
    }

    @Test("An order that completes twice is found")
    func double() async throws {
        let result = try await Self.run(Self.fullSpeed(30), mistake: .doubles(order: 30))
        #expect(result.settled == 30)
        #expect(result.problems.map(\.text) == ["completed 2 times instead of 1"])
    }

    @Test("Without the services' topics, the person is told what to do")
    func noSystem() async throws {
        let cluster = try MockCluster(topics: [])
        let error = await #expect(throws: LoadGeneratorError.self) {
            _ = try await TopicFollower([.ordersEvents], on: cluster.broker)
        }
        #expect(error?.description.contains("has no topic orders.events") == true)
    }
}
