import Contracts
import Kafka
import Postgres
import TestSupport
import Testing

@testable import Messaging

@Suite("Crashes", .serialized)
struct CrashTests {
    private let first = roundRobin(keys: 6, numbers: 1...10)
    private let later = roundRobin(keys: 6, numbers: 11...15)

    @Test("Between the transaction and the acknowledgement: nothing twice, nothing lost")
    func beforeAcknowledgement() async throws {
        let broker = try TestBroker.forNumbers()
        try await broker.publish(self.first)
        try await Store.open { store in
            // Handled, and the broker never told.
            let read = try await broker.records(of: NumberRecorded.topic)
            let consumer = try KafkaConsumer(
                configuration: broker.configuration,
                groupID: nil,
                logger: TestDatabase.silent
            )
            let clusterID = try #require(try await consumer.clusterID(timeout: .seconds(30)))
            await consumer.close()
            try await Instance(store, broker: broker).process(read, from: clusterID)

            let behaviour = Behaviour()
            let successor = Instance(store, behaviour, broker: broker)
            try await broker.publish(self.later)
            try await running([successor.pipeline()]) { _ in
                try await until("the later records are not handled") {
                    try await store.effects().count >= self.first.count + self.later.count
                }
            }
            #expect(try await store.effects().byKey == (self.first + self.later).byKey)
            #expect(try await store.echoes().byKey == (self.first + self.later).byKey)
            #expect(Set(behaviour.seen) == Set(self.later), "what was handled is not even read again")
        }
    }

    @Test("Offsets that the broker believes committed do not count: what the database has not seen is handled")
    func acknowledgedTooEarly() async throws {
        let broker = try TestBroker.forNumbers()
        try await broker.publish(self.first)
        try await Store.open { store in
            let consumer = try KafkaConsumer(
                configuration: broker.configuration,
                groupID: Instance.name,
                logger: TestDatabase.silent
            )
            let partitions = (0..<4).map { TopicPartition(topic: NumberRecorded.topic.name, partition: $0) }
            try await consumer.assignManually(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .offset(0)) }))
            var ends: [TopicPartition: Int64] = [:]
            for partition in partitions {
                ends[partition] = try await consumer.watermarks(partition, timeout: .seconds(30)).high
            }
            try await consumer.commit(ends, synchronously: true)
            await consumer.close()
            try await running([Instance(store, broker: broker).pipeline()]) { _ in
                try await until("records are lost") { try await store.effects().count >= self.first.count }
            }
            #expect(try await store.effects().byKey == self.first.byKey)
        }
    }

    @Test("In the middle of the transaction: it leaves nothing behind, and the batch is handled once")
    func inTransaction() async throws {
        try await Store.open { store in
            let runs = Tally()
            let behaviour = Behaviour { _, context in
                guard runs.next() == 1 else { return }
                _ = try await context.transaction.execute(InsertGhost())
                let killed = try await store.execute(TerminateBackends(application: "instance"))
                #expect(killed == [true])
            }
            try await Instance(store, behaviour).process(records(self.first))
            #expect(runs.count == 2)
            #expect(try await store.effects() == self.first)
            #expect(try await store.echoes() == self.first)
            #expect(try await store.parkedCount() == 0)
        }
    }

    @Test("At random instants, again and again: every record once, in order")
    func atRandom() async throws {
        let numbers = roundRobin(keys: 10, numbers: 1...100)
        try await Store.open { store in
            let instance = Instance(store)
            let kills = Tally()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        let killed = try await store.execute(
                            TerminateBackends(application: "instance", onlyInTransaction: false)
                        )
                        if !killed.isEmpty { kills.next() }
                        // Long enough for some batches to get through, short enough to hit most.
                        try? await Task.sleep(for: .milliseconds(.random(in: 1...60)))
                    }
                }
                for start in stride(from: 0, to: numbers.count, by: 20) {
                    let batch = records(Array(numbers[start..<(start + 20)]), from: Int64(start))
                    try await self.insist { try await instance.process(batch) }
                }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(kills.count > 0)
            #expect(try await store.effects() == numbers)
            #expect(try await store.echoes() == numbers)
            #expect(try await store.parkedCount() == 0)
        }
    }

    /// As the pipeline does: a fault of the environment is waited out.
    private func insist(_ body: () async throws -> Void) async throws {
        for _ in 1...100 {
            do {
                return try await body()
            } catch  where Disposition(of: error) == .environment {
                continue
            }
        }
        Issue.record("the environment never recovered")
    }

    private struct InsertGhost: Statement {
        static let sql = "INSERT INTO effect (key, number) VALUES ('ghost', 0)"
    }
}
