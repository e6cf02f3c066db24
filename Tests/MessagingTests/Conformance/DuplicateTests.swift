import Kafka
import SeededRandom
import Testing

@testable import Messaging

@Suite("Duplicates")
struct DuplicateTests {
    private let numbers = roundRobin(keys: 7, numbers: 1...30)

    @Test("The same batch again changes nothing and emits nothing")
    func sameAgain() async throws {
        try await Store.open { store in
            let instance = Instance(store)
            for _ in 1...3 { try await instance.process(records(self.numbers)) }
            #expect(try await store.effects() == self.numbers)
            #expect(try await store.echoes() == self.numbers)
        }
    }

    @Test("Batches that overlap come to each record once, in order")
    func overlapping() async throws {
        try await Store.open { store in
            let instance = Instance(store)
            var generator = SeededGenerator(seed: 11)
            var reached = 0
            while reached < self.numbers.count {
                let start = Int.random(in: max(0, reached - 30)...reached, using: &generator)
                let end = min(self.numbers.count, Int.random(in: start...(start + 40), using: &generator))
                try await instance.process(records(Array(self.numbers[start..<end]), from: Int64(start)))
                reached = max(reached, end)
            }
            #expect(try await store.effects() == self.numbers)
            #expect(try await store.echoes() == self.numbers)
        }
    }

    @Test("A record that comes twice within a batch is handled once")
    func withinBatch() async throws {
        try await Store.open { store in
            let batch = records(["A1", "A2", "A3"])
            try await Instance(store).process(batch + batch[1...])
            #expect(try await store.effects() == ["A1", "A2", "A3"])
        }
    }

    @Test("Two instances that both believe to own a partition come to each record once, in order")
    func twoInstances() async throws {
        try await Store.open { store in
            let instances = [Instance(store), Instance(store)]
            let batches = stride(from: 0, to: self.numbers.count, by: 10).map { start in
                records(Array(self.numbers[start..<min(start + 10, self.numbers.count)]), from: Int64(start))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for instance in instances {
                    group.addTask {
                        for batch in batches { try await instance.process(batch) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.effects() == self.numbers)
            #expect(try await store.echoes() == self.numbers)
        }
    }

    @Test("The second of two instances waits for the first, and then finds its batch handled")
    func secondWaits() async throws {
        try await Store.open { store in
            let checkpoint = Checkpoint()
            let slow = Instance(store, Behaviour { _, _ in try await checkpoint.pass() }, poolName: "slow")
            let behaviour = Behaviour()
            let fast = Instance(store, behaviour, poolName: "fast")
            let batch = records(["A1", "A2"])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await slow.process(batch) }
                try await checkpoint.reached()
                group.addTask { try await fast.process(batch) }
                try await until("the second does not wait") {
                    try await store.execute(CountWaiting(application: "fast")).first == 1
                }
                checkpoint.open()
                try await group.waitForAll()
            }
            #expect(try await store.effects() == ["A1", "A2"])
            #expect(behaviour.seen.isEmpty)
        }
    }

    @Test("Partitions are told apart: equal offsets of two are two records")
    func partitions() async throws {
        try await Store.open { store in
            try await Instance(store).process(
                records(["A1", "A2"], partition: 0) + records(["B1", "B2"], partition: 1)
            )
            #expect(try await store.effects().byKey == ["A": [1, 2], "B": [1, 2]])
        }
    }
}
