import Testing

@testable import Kafka

@Suite("Positions of a consumer")
struct PositionTests {
    let cluster: MockCluster
    let consumer: KafkaConsumer

    init() async throws {
        self.cluster = try MockCluster()
        self.cluster.createTopic("numbers", partitions: 2)
        try await self.cluster.fill(p0, with: 0..<20)
        try await self.cluster.fill(p1, with: 100..<120)
        self.consumer = try self.cluster.consumer()
    }

    @Test("Reading begins at the offset, the beginning or the end, as assigned")
    func begins() async throws {
        try await self.consumer.assignManually([p0: .offset(15), p1: .beginning])
        let records = try await self.consumer.poll(records: 25)
        #expect(records.filter { $0.topicPartition == p0 }.compactMap(\.number) == Array(15..<20))
        #expect(records.filter { $0.topicPartition == p1 }.compactMap(\.number) == Array(100..<120))
        #expect(try await self.consumer.assignment() == [p0, p1])

        try await self.consumer.assignManually([p0: .end])
        #expect(try await self.consumer.assignment() == [p0])
        // The end is looked up in the background, so records are written until one is seen.
        var written = 20
        var seen: [Int] = []
        while seen.isEmpty, written < 200 {
            try await self.cluster.fill(p0, with: written..<written + 1)
            written += 1
            seen = try await self.consumer.poll(maxRecords: 10, wait: .milliseconds(200), linger: .zero)
                .records.compactMap(\.number)
        }
        #expect(seen.first ?? 0 >= 20)
        await self.consumer.close()
    }

    @Test("After a seek, reading goes on at the new position and only there")
    func seeks() async throws {
        try await self.consumer.assignManually([p0: .offset(0)])
        #expect(try await self.consumer.poll(records: 20).count == 20)
        try await self.consumer.seek([p0: .offset(17)])
        #expect(try await self.consumer.poll(records: 3).compactMap(\.number) == [17, 18, 19])
        await self.consumer.close()
    }

    @Test("A paused partition is silent, then goes on without a gap")
    func pauses() async throws {
        try await self.consumer.assignManually([p0: .offset(0), p1: .offset(0)])
        var records: [ConsumedRecord] = []
        while !records.contains(where: { $0.topicPartition == p0 }) {
            records += try await self.consumer.poll(maxRecords: 1, wait: .seconds(5), linger: .zero).records
        }
        try await self.consumer.pause([p0])
        var during: [ConsumedRecord] = []
        while (records + during).count(where: { $0.topicPartition == p1 }) < 20 {
            during += try await self.consumer.poll(maxRecords: 5, wait: .seconds(5), linger: .zero).records
        }
        during += try await self.consumer.poll(maxRecords: 5, wait: .milliseconds(100), linger: .zero).records
        #expect(during.allSatisfy { $0.topicPartition == p1 })
        try await self.consumer.resume([p0])
        let before = records.count { $0.topicPartition == p0 }
        records += try await self.consumer.poll(records: 20 - before)
        #expect(records.filter { $0.topicPartition == p0 }.compactMap(\.number) == Array(0..<20))
        await self.consumer.close()
    }

    @Test("An offset that the broker does not have is a fault; other partitions go on, and a seek repairs it")
    func outOfRange() async throws {
        try await self.consumer.assignManually([p0: .offset(5000), p1: .offset(0)])
        let polled = try await self.consumer.poll(until: { $0.records.count >= 20 && !$0.faults.isEmpty })
        #expect(polled.records.compactMap(\.number) == Array(100..<120))
        guard polled.faults.count == 1, case .offsetOutOfRange(p0, offset: 5000) = polled.faults[0] else {
            Issue.record("\(polled.faults)")
            return
        }
        try await self.consumer.seek([p0: .offset(19)])
        #expect(try await self.consumer.poll(records: 1).compactMap(\.number) == [19])
        await self.consumer.close()
    }
}
