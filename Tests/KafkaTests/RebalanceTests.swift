import Synchronization
import Testing

@testable import Kafka

@Suite("Rebalances")
struct RebalanceTests {
    @Test(
        "A partition changes hands in the middle of the work, answered later: each record is read once",
        arguments: ["cooperative-sticky", "roundrobin"]
    )
    func handsOver(strategy: String) async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 6)
        let ledger = Ledger()
        let properties = ["partition.assignment.strategy": strategy]
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Ends the tasks also where a wait below fails.
            defer { ledger.stop() }
            group.addTask { try await ledger.produce(to: cluster) }
            let first = try cluster.consumer(group: "readers", properties)
            group.addTask { try await ledger.consume(with: first, as: "first") }
            try await until(ledger) { ledger.read(by: "first") > 500 }
            let second = try cluster.consumer(group: "readers", properties)
            group.addTask { try await ledger.consume(with: second, as: "second") }
            try await until(ledger) { ledger.read(by: "second") > 500 }
            let before = ledger.read(by: "first")
            try await until(ledger) { ledger.read(by: "first") > before + 500 }
            ledger.stopProducing()
            try await until(ledger) { ledger.isComplete }
        }
        #expect(ledger.gaps == [])
    }

    @Test("A consumer that leaves a rebalance unanswered can be closed, and its partitions go to others")
    func closesUnanswered() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 2)
        let first = try cluster.consumer(group: "readers")
        try await first.subscribe(["numbers"])
        let polled = try await first.poll(until: { $0.rebalance != nil })
        #expect(polled.rebalance == .assign([p0, p1]))
        #expect(try await first.assignment() == [])
        await first.close()
        await first.close()
        await #expect(throws: KafkaError.self) {
            try await first.poll(maxRecords: 1, wait: .zero, linger: .zero)
        }

        let second = try cluster.consumer(group: "readers")
        try await second.subscribe(["numbers"])
        #expect(try await second.poll(until: { $0.rebalance != nil }).rebalance == .assign([p0, p1]))
        try await second.assign([p0: .offset(0), p1: .offset(0)])
        #expect(try await second.assignment() == [p0, p1])
        await second.close()
    }

    @Test(
        "A consumer that leaves a revocation unanswered can be closed, too",
        arguments: ["cooperative-sticky", "roundrobin"]
    )
    func closesUnansweredRevocation(strategy: String) async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 2)
        let properties = ["partition.assignment.strategy": strategy]
        let first = try cluster.consumer(group: "readers", properties)
        try await first.subscribe(["numbers"])
        _ = try await first.poll(until: { $0.rebalance != nil })
        try await first.assign([p0: .offset(0), p1: .offset(0)])
        let second = try cluster.consumer(group: "readers", properties)
        try await second.subscribe(["numbers"])
        let asked = try await first.poll(until: { $0.rebalance != nil })
        guard case .revoke = asked.rebalance else {
            Issue.record("\(asked)")
            return
        }
        await first.close()
        var owned: Set<TopicPartition> = []
        while owned != [p0, p1] {
            let polled = try await second.poll(until: { $0.rebalance != nil })
            guard let rebalance = polled.rebalance else { return }
            switch rebalance {
            case .assign(let partitions):
                owned.formUnion(partitions)
                try await second.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .offset(0)) }))
            case .revoke(let partitions), .lost(let partitions):
                owned.subtract(partitions)
                try await second.unassign(partitions)
            }
        }
        await second.close()
    }

    @Test(
        "Consumers close at any moment of a rebalance, whether they answered it or not",
        arguments: ["cooperative-sticky", "roundrobin"]
    )
    func closesAtAnyMoment(strategy: String) async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 6)
        let properties = ["partition.assignment.strategy": strategy]
        let slowest = try await withThrowingTaskGroup(of: Duration.self) { group in
            for index in 0..<16 {
                let consumer = try cluster.consumer(group: "readers", properties)
                group.addTask {
                    try await consumer.subscribe(["numbers"])
                    // The group's first members are there after three seconds, each change of them takes two more.
                    let end = ContinuousClock.now + .milliseconds(2900 + index * 200)
                    while ContinuousClock.now < end {
                        let polled = try await consumer.poll(maxRecords: 1, wait: .milliseconds(7), linger: .zero)
                        guard !index.isMultiple(of: 4), let rebalance = polled.rebalance else { continue }
                        switch rebalance {
                        case .assign(let partitions):
                            try await consumer.assign(
                                Dictionary(uniqueKeysWithValues: partitions.map { ($0, .offset(0)) })
                            )
                        case .revoke(let partitions), .lost(let partitions):
                            try await consumer.unassign(partitions)
                        }
                    }
                    let start = ContinuousClock.now
                    await consumer.close()
                    return ContinuousClock.now - start
                }
            }
            return try await group.reduce(.zero) { max($0, $1) }
        }
        #expect(slowest < .seconds(15))
    }

    @Test("A consumer can be dropped without closing it, whatever it has not answered")
    func dropped() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 2)
        for hasPolled in [true, false] {
            let consumer = try cluster.consumer(group: "readers \(hasPolled)")
            try await consumer.subscribe(["numbers"])
            if hasPolled {
                _ = try await consumer.poll(until: { $0.rebalance != nil })
            } else {
                let other = try cluster.consumer(group: "readers \(hasPolled)")
                try await other.subscribe(["numbers"])
                // Both get their assignment at the same time.
                _ = try await other.poll(until: { $0.rebalance != nil })
                await other.close()
            }
        }
    }

    @Test("Nothing of a new partition is returned before the answer")
    func silentBeforeAnswer() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 2)
        try await cluster.fill(p0, with: 0..<5)
        let consumer = try cluster.consumer(group: "readers")
        try await consumer.subscribe(["numbers"])
        let polled = try await consumer.poll(until: { $0.rebalance != nil })
        #expect(polled.records.isEmpty)
        for _ in 0..<3 {
            let polled = try await consumer.poll(maxRecords: 10, wait: .milliseconds(50), linger: .zero)
            #expect(polled.records.isEmpty && polled.rebalance == nil)
        }
        try await consumer.assign([p0: .offset(3), p1: .offset(0)])
        #expect(try await consumer.poll(records: 2).compactMap(\.number) == [3, 4])
        await consumer.close()
    }
}

/// What a database would hold: the next offset of each partition, moved on with the work itself.
private final class Ledger: Sendable, CustomStringConvertible {
    private struct State {
        var next: [TopicPartition: Int64] = [:]
        var written: [TopicPartition: Int64] = [:]
        var readers: [String: Int] = [:]
        var gaps: [String] = []
        var isProducing = true
        var isConsuming = true
    }

    private let state = Mutex(State())

    var description: String { self.state.withLock { "\($0)" } }
    var gaps: [String] { self.state.withLock { $0.gaps } }
    var isComplete: Bool { self.state.withLock { $0.next == $0.written } }
    func read(by name: String) -> Int { self.state.withLock { $0.readers[name] ?? 0 } }
    func stopProducing() { self.state.withLock { $0.isProducing = false } }

    func stop() {
        self.state.withLock {
            $0.isProducing = false
            $0.isConsuming = false
        }
    }

    func produce(to cluster: MockCluster) async throws {
        let producer = try cluster.producer()
        while self.state.withLock({ $0.isProducing }) {
            let partitions = (0..<120).map { TopicPartition(topic: "numbers", partition: Int32($0 % 6)) }
            let results = try await producer.send(partitions.map { .numbered(0, $0) })
            for (partition, result) in zip(partitions, results) {
                let offset = try result.get()
                self.state.withLock { $0.written[partition] = offset + 1 }
            }
        }
        await producer.close(timeout: .seconds(1))
    }

    func consume(with consumer: KafkaConsumer, as name: String) async throws {
        try await consumer.subscribe(["numbers"])
        var open: Rebalance?
        while self.state.withLock({ $0.isConsuming }) {
            let polled = try await consumer.poll(
                maxRecords: 200,
                wait: .milliseconds(50),
                linger: .milliseconds(10)
            )
            self.record(polled.records, as: name)
            // One poll later than it came.
            if let rebalance = open { try await self.answer(rebalance, of: consumer) }
            open = polled.rebalance
        }
        if let rebalance = open { try await self.answer(rebalance, of: consumer) }
        await consumer.close()
    }

    private func record(_ records: [ConsumedRecord], as name: String) {
        self.state.withLock { state in
            for record in records {
                let next = state.next[record.topicPartition] ?? 0
                if record.offset > next {
                    state.gaps.append("\(name): \(record.topicPartition) \(next) missing before \(record.offset)")
                }
                if record.offset >= next {
                    state.next[record.topicPartition] = record.offset + 1
                    state.readers[name, default: 0] += 1
                }
            }
        }
    }

    private func answer(_ rebalance: Rebalance, of consumer: KafkaConsumer) async throws {
        switch rebalance {
        case .assign(let partitions):
            let positions = self.state.withLock { state in
                partitions.map { ($0, StartPosition.offset(state.next[$0] ?? 0)) }
            }
            try await consumer.assign(Dictionary(uniqueKeysWithValues: positions))
        case .revoke(let partitions), .lost(let partitions):
            try await consumer.unassign(partitions)
        }
    }
}

/// Waits for a fact; a failure after a minute.
private func until(
    _ ledger: Ledger,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ isTrue: () -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(300)
    while !isTrue() {
        try #require(ContinuousClock.now < deadline, "\(ledger)", sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(10))
    }
}
