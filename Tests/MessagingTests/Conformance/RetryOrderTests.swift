import SeededRandom
import Testing

@testable import Messaging

@Suite("Order across retries")
struct RetryOrderTests {
    private let batch: [Numbered] = ["A1", "A2", "B1", "A3", "C1", "B2", "A4", "C2"]

    /// What stops record A2, and the code that its dead letter has in the end.
    static let obstacles: [(Behaviour.Verdict, String)] = [
        (.postpone, "NOT_YET"), (.fail("no way"), HandlingCode.handlerFailed),
    ]

    @Test("What comes after a record that has to wait waits behind it; other keys flow on", arguments: [0, 1])
    func waits(obstacle: Int) async throws {
        try await Store.open { store in
            let behaviour = Behaviour(["A2": Self.obstacles[obstacle].0])
            let instance = Instance(store, behaviour)
            try await instance.process(records(self.batch))
            #expect(try await store.effects().byKey == ["A": [1], "B": [1, 2], "C": [1, 2]])
            #expect(try await store.parkedCount() == 3)

            // A later batch, and an attempt in vain.
            try await instance.process(records(["A5", "B3"], from: 8))
            instance.wall.advance(bySeconds: 60)
            #expect(try await instance.processor.retryParked() > 0)
            #expect(try await store.effects().byKey == ["A": [1], "B": [1, 2, 3], "C": [1, 2]])
            #expect(try await store.parkedCount() == 4)

            behaviour.change("A2", to: .take)
            try await instance.retryUntilQuiet()
            #expect(try await store.effects().byKey == ["A": [1, 2, 3, 4, 5], "B": [1, 2, 3], "C": [1, 2]])
            #expect(try await store.echoes().byKey == ["A": [1, 2, 3, 4, 5], "B": [1, 2, 3], "C": [1, 2]])
            #expect(try await store.deadLetters().isEmpty)
            #expect(try await store.parkedCount() == 0)

            try await instance.process(records(["A6"], from: 10))
            #expect(try await store.effects().byKey["A"] == [1, 2, 3, 4, 5, 6])
        }
    }

    @Test(
        "After the last attempt the record is a dead letter, and the rest of its key goes on in order",
        arguments: [0, 1])
    func exhausts(obstacle: Int) async throws {
        let (verdict, code) = Self.obstacles[obstacle]
        try await Store.open { store in
            let behaviour = Behaviour(["A2": verdict])
            let instance = Instance(store, behaviour, maximumAttempts: 3)
            try await instance.process(records(self.batch))
            try await instance.retryUntilQuiet()
            #expect(try await store.effects().byKey == ["A": [1, 3, 4], "B": [1, 2], "C": [1, 2]])
            #expect(try await store.parkedCount() == 0)
            let deadLetters = try await store.deadLetters()
            #expect(deadLetters.map(\.value) == [Numbered("A", 2).json])
            #expect(deadLetters.first?.header(DeadLetterHeader.code) == code)
            #expect(deadLetters.first?.header(DeadLetterHeader.offset) == "1")
        }
    }

    @Test("Several that wait, of one key and of several, come out in order", arguments: [1, 2, 3, 4, 5, 6])
    func several(seed: UInt64) async throws {
        try await Store.open { store in
            var generator = SeededGenerator(seed: seed)
            let numbers = roundRobin(keys: 4, numbers: 1...12)
            let behaviour = Behaviour()
            var stopped = Set<Numbered>()
            for number in numbers where Int.random(in: 0..<6, using: &generator) == 0 {
                stopped.insert(number)
                behaviour.change(number, to: Bool.random(using: &generator) ? .postpone : .fail("not now"))
            }
            let instance = Instance(store, behaviour, maximumAttempts: 1000)
            var start = 0
            while start < numbers.count {
                let end = min(numbers.count, start + Int.random(in: 1...20, using: &generator))
                try await instance.process(records(Array(numbers[start..<end]), from: Int64(start)))
                start = end
            }
            for number in stopped.shuffled(using: &generator) {
                instance.wall.advance(bySeconds: 60)
                _ = try await instance.processor.retryParked()
                behaviour.change(number, to: .take)
            }
            try await instance.retryUntilQuiet()
            #expect(try await store.effects().byKey == numbers.byKey)
            #expect(try await store.echoes().byKey == numbers.byKey)
            #expect(try await store.deadLetters().isEmpty)
        }
    }

    @Test("A refusal behind a record that waits is not decided before it")
    func refusedBehind() async throws {
        try await Store.open { store in
            let behaviour = Behaviour(["A1": .postpone, "A2": .refuse])
            let instance = Instance(store, behaviour)
            try await instance.process(records(["A1", "A2", "A3"]))
            #expect(try await store.deadLetters().isEmpty)
            behaviour.change("A1", to: .take)
            behaviour.change("A2", to: .take)
            try await instance.retryUntilQuiet()
            #expect(try await store.effects() == ["A1", "A2", "A3"])
        }
    }

    @Test("Each attempt waits for its time")
    func backsOff() async throws {
        try await Store.open { store in
            let behaviour = Behaviour(["A1": .postpone])
            let backoff = Backoff(firstMilliseconds: 40_000, maximumMilliseconds: 40_000)
            let instance = Instance(store, behaviour, backoff: backoff)
            try await instance.process(records(["A1"]))
            #expect(try await instance.processor.retryParked() == 0, "not due yet")
            instance.wall.advance(bySeconds: 60)
            #expect(try await instance.processor.retryParked() == 1)
            #expect(behaviour.seen == ["A1", "A1"])
        }
    }

    @Test("A failed attempt is counted for the record that failed, whatever else has fallen due meanwhile")
    func blamesTheRightOne() async throws {
        try await Store.open { store in
            let clock = TestWallClock()
            let behaviour = Behaviour(["W1": .postpone, "X1": .fail("always")]) { numbers, _ in
                if numbers == ["X1"] { clock.advance(bySeconds: 600) }
            }
            let instance = Instance(store, behaviour, wall: clock, maximumAttempts: 3)
            try await instance.process(records(["W1", "X1"]))
            try await store.run(
                "UPDATE parked_record SET next_attempt_at = now() + interval '15 minutes' WHERE key = 'W'")
            try await store.run("UPDATE parked_record SET next_attempt_at = now() - interval '1 hour' WHERE key = 'X'")
            behaviour.change("W1", to: .take)
            try await instance.retryUntilQuiet()
            #expect(try await store.effects() == ["W1"])
            #expect(try await store.deadLetters().map(\.value) == [Numbered("X", 1).json])
            #expect(
                behaviour.seen.filter { $0 == "X1" }.count == 3 + 1, "three attempts, the first also within its batch")
        }
    }

    @Test("Of two instances, one tries a parked record")
    func twoInstances() async throws {
        try await Store.open { store in
            let numbers = roundRobin(keys: 20, numbers: 1...3)
            let waiting = Behaviour(Dictionary(uniqueKeysWithValues: numbers.map { ($0, .postpone) }))
            try await Instance(store, waiting).process(records(numbers))
            #expect(try await store.parkedCount() == numbers.count)
            let instances = [Instance(store), Instance(store)]
            for instance in instances { instance.wall.advance(bySeconds: 60) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for instance in instances { group.addTask { _ = try await instance.processor.retryParked() } }
                try await group.waitForAll()
            }
            try await instances[0].retryUntilQuiet()
            #expect(try await store.effects().byKey == numbers.byKey)
        }
    }
}
