import Contracts
import Kafka
import Postgres
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Messaging

@Suite("Stops and outages", .serialized)
struct StopAndOutageTests {
    private let numbers = roundRobin(keys: 6, numbers: 1...20)

    @Test("A stop in the middle of a batch finishes it and acknowledges it; everything ends without an error")
    func gracefulStop() async throws {
        let broker = try TestBroker.forNumbers()
        try await broker.publish(self.numbers)
        try await Store.open { store in
            let checkpoint = Checkpoint()
            let behaviour = Behaviour { _, _ in try await checkpoint.pass() }
            let instance = Instance(store, behaviour, broker: broker)
            let services: [any Service] = [
                instance.relay(), instance.timers(), instance.parkedLoop(), instance.pipeline(),
            ]
            try await running(services) { group in
                try await checkpoint.reached()
                await group.triggerGracefulShutdown()
                #expect(try await store.effects().isEmpty)
                checkpoint.open()
            }
            let handled = try await store.effects()
            #expect(!handled.isEmpty, "the batch is finished")
            #expect(try await store.echoes() == handled)
            #expect(try await self.committed(broker) == handled.count)

            let successor = Instance(store, broker: broker)
            try await running([successor.pipeline()]) { _ in
                try await until("records are lost") { try await store.effects().count >= self.numbers.count }
            }
            #expect(try await store.effects().byKey == self.numbers.byKey)
        }
    }

    @Test("What comes while a batch is handled is one batch afterwards")
    func gathersMeanwhile() async throws {
        let broker = try TestBroker.forNumbers()
        try await broker.publish(Array(self.numbers.prefix(6)))
        try await Store.open { store in
            let checkpoint = Checkpoint()
            let batches = Mutex<[Int]>([])
            let behaviour = Behaviour { numbers, _ in
                batches.withLock { $0.append(numbers.count) }
                try await checkpoint.pass()
            }
            let instance = Instance(store, behaviour, broker: broker)
            try await running([instance.pipeline(["fetch.wait.max.ms": "5"])]) { _ in
                try await checkpoint.reached()
                for number in self.numbers.dropFirst(6) {
                    try await broker.publish([number])
                    try await Task.sleep(for: .milliseconds(5))
                }
                // Until the client has fetched the last of them, too.
                try await Task.sleep(for: .milliseconds(500))
                let first = batches.withLock { $0 }
                #expect(first.count == 1)
                checkpoint.open()
                try await until("records are lost") { try await store.effects().count >= self.numbers.count }
                #expect(batches.withLock { $0 } == first + [self.numbers.count - first[0]])
            }
        }
    }

    @Test("Everything stops at once when there is nothing to do, or nothing is prepared")
    func idleStop() async throws {
        let broker = try TestBroker.forNumbers()
        try await Store.open { store in
            for mode in [BusinessClockMode.system, .controlled] {
                let instance = Instance(store, broker: broker, mode: mode)
                let started = ContinuousClock.now
                try await running(
                    [instance.relay(), instance.timers(), instance.parkedLoop(), instance.pipeline()]
                ) { _ in }
                #expect(ContinuousClock.now - started < .seconds(45))
            }
        }
    }

    @Test("The database dies under a batch and comes back: the batch waits, and is handled once")
    func databaseOutage() async throws {
        let server = TestDatabase(privateWith: [:])
        let broker = try TestBroker.forNumbers()
        try await broker.publish(self.numbers)
        try await Store.open(on: server) { store in
            let checkpoint = Checkpoint()
            let behaviour = Behaviour { _, _ in try await checkpoint.pass() }
            let instance = Instance(store, behaviour, broker: broker)
            let more = roundRobin(keys: 6, numbers: 21...30)
            try await running([instance.relay(), instance.timers(), instance.parkedLoop(), instance.pipeline()]) { _ in
                try await checkpoint.reached()
                try await server.kill9()
                checkpoint.open()
                try await broker.publish(more)
                let seen = behaviour.seen.count
                try await until("nothing is tried meanwhile") { instance.pool.statistics.retried > 3 }
                #expect(behaviour.seen.count <= seen + self.numbers.count)
                try await server.restart()
                try await until("records are lost") {
                    try await store.effects().count >= self.numbers.count + more.count
                }
                try await until("not all is published") { try await store.pendingCount() == 0 }
            }
            #expect(try await store.effects().byKey == (self.numbers + more).byKey)
            #expect(try await store.deadLetters().isEmpty)
            #expect(try await store.parkedCount() == 0)
            let published = try await broker.echoes()
            var known = Set<Numbered>()
            #expect(published.filter { known.insert($0).inserted }.byKey == (self.numbers + more).byKey)
        }
    }

    @Test(
        "What the server is short of is waited for: no record is parked, and none becomes a dead letter",
        arguments: ["53100", "53200", "53300", "55P03", "57014", "58030", "25006"]
    )
    func serverInNeed(code: String) async throws {
        try await Store.open { store in
            let isInNeed = Checkpoint()
            let behaviour = Behaviour { _, context in
                guard !isInNeed.isOpen else { return }
                try await context.transaction.execute(
                    unsafeSQL: "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '\(code)'; END $$"
                )
            }
            let instance = Instance(store, behaviour, maximumAttempts: 1)
            let error = await #expect(throws: PostgresError.self) { try await instance.process(records(["A1", "A2"])) }
            #expect(error?.code.rawValue == code)
            #expect(error.map { Disposition(of: $0) } == .environment)
            #expect(try await store.parkedCount() == 0)
            #expect(try await store.deadLetters().isEmpty)
            isInNeed.open()
            try await instance.process(records(["A1", "A2"]))
            #expect(try await store.effects() == ["A1", "A2"])
        }
    }

    /// Records that the group has acknowledged, over all partitions.
    private func committed(_ broker: TestBroker) async throws -> Int {
        let consumer = try KafkaConsumer(
            configuration: broker.configuration,
            groupID: Instance.name,
            logger: TestDatabase.silent
        )
        let partitions = (0..<4).map { TopicPartition(topic: NumberRecorded.topic.name, partition: $0) }
        let offsets = try await consumer.committed(partitions, timeout: .seconds(30))
        await consumer.close()
        return Int(offsets.values.reduce(0, +))
    }
}
