import Contracts
import Kafka
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Messaging

@Suite("Rebalances in the middle of batches", .serialized)
struct RebalanceTests {
    @Test("A second pipeline joins, and leaves again, while the first works: each effect once, in order")
    func joinsAndLeaves() async throws {
        let broker = try TestBroker.forNumbers()
        let numbers = roundRobin(keys: 12, numbers: 1...200)
        try await Store.open { store in
            // Slow: rebalances meet batches that are under way.
            let slowness: Behaviour.Before = { _, context in _ = try await context.transaction.execute(Dawdle()) }
            let first = Behaviour(before: slowness)
            let second = Behaviour(before: slowness)
            let publishing = Checkpoint()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for start in stride(from: 0, to: numbers.count, by: 12) {
                        // The last part only when the second pipeline has come and gone.
                        if start == numbers.count * 3 / 4 { try await publishing.pass() }
                        // Not all at once: however long the second takes to join, it is to find something to do.
                        if second.seen.count <= 20 { try await Task.sleep(for: .milliseconds(150)) }
                        try await broker.publish(Array(numbers[start..<(start + 12)]))
                    }
                }
                let one = Instance(store, first, broker: broker).pipeline(maximumBatch: 20)
                let other = Instance(store, second, broker: broker).pipeline(maximumBatch: 20)
                try await running([one]) { _ in
                    try await until("the first does not begin") { !first.seen.isEmpty }
                    try await running([other]) { _ in
                        try await until("the second gets no partition") { second.seen.count > 20 }
                    }
                    publishing.open()
                    try await until("records are lost") { try await store.effects().count >= numbers.count }
                }
                try await group.waitForAll()
            }
            #expect(try await store.effects().byKey == numbers.byKey)
            #expect(try await store.echoes().byKey == numbers.byKey)
            #expect(first.seen.count > 0 && second.seen.count > 0)
        }
    }

    @Test(
        "One that hangs in a batch loses its partitions; its successor goes on, and it does nothing twice when it wakes"
    )
    func hangs() async throws {
        let broker = try TestBroker.forNumbers()
        let numbers = roundRobin(keys: 8, numbers: 1...30)
        let early = Array(numbers.prefix(80))
        try await Store.open { store in
            let checkpoint = Checkpoint()
            let hanging = Behaviour { numbers, _ in
                if numbers.contains(where: { $0.number > 5 }) { try await checkpoint.pass() }
            }
            let impatience = [
                "session.timeout.ms": "3000", "max.poll.interval.ms": "3000", "heartbeat.interval.ms": "300",
            ]
            let sleeper = Instance(store, hanging, broker: broker, poolName: "sleeper").pipeline(
                impatience, maximumBatch: 8)
            let successor = Instance(store, broker: broker, poolName: "successor")
            try await broker.publish(early)
            try await running([sleeper]) { _ in
                try await checkpoint.reached()
                try await running([successor.pipeline(impatience)]) { _ in
                    try await broker.publish(Array(numbers.dropFirst(80)))
                    // It owns the partitions, but the sleeper's transaction still holds a position.
                    try await until("the successor never waits for the position") {
                        try await store.execute(CountWaiting(application: "successor")).first ?? 0 > 0
                    }
                    _ = try await store.execute(TerminateBackends(application: "sleeper"))
                    try await until("records are lost") { try await store.effects().count >= numbers.count }
                    checkpoint.open()
                }
            }
            #expect(try await store.effects().byKey == numbers.byKey)
            #expect(try await store.echoes().byKey == numbers.byKey)
            #expect(try await store.parkedCount() == 0)
            #expect(try await store.deadLetters().isEmpty)
        }
    }

    @Test(
        "A client that leaves records out does not get away with it: they are read again",
        arguments: [0, 2] as [Int64])
    func leavesOut(rest: Int64) async throws {
        let broker = try TestBroker.forNumbers()
        let numbers = roundRobin(keys: 8, numbers: 1...30)
        try await broker.publish(numbers)
        let partitions = (0..<4).map { TopicPartition(topic: NumberRecorded.topic.name, partition: $0) }
        let made = Mutex<KafkaConsumer?>(nil)
        let batches = Tally()
        try await Store.open { store in
            // As a client might that takes for delivered what it has discarded.
            let forgetful = Behaviour { _, _ in
                guard batches.next() == 3, let consumer = made.withLock({ $0 }) else { return }
                for partition in partitions {
                    let end = try await consumer.watermarks(partition, timeout: .seconds(30)).high
                    if end > 3 { try await consumer.seek([partition: .offset(end - rest)]) }
                }
            }
            let pipeline = Instance(store, forgetful, broker: broker).pipeline(maximumBatch: 8) { consumer in
                made.withLock { $0 = consumer }
            }
            try await running([pipeline]) { _ in
                try await until("records are lost") { try await store.effects().count >= numbers.count }
            }
            #expect(try await store.effects().byKey == numbers.byKey)
            #expect(try await store.echoes().byKey == numbers.byKey)
        }
    }

    private struct Dawdle: Statement {
        static let sql = "SELECT pg_sleep(0.02)"
    }
}
