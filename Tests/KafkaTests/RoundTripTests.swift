import Testing

@testable import Kafka

@Suite("Writing and reading")
struct RoundTripTests {
    @Test("Keys, values and headers come back as they were sent, null apart from empty, in order")
    func roundTrip() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        let sent: [(key: [UInt8]?, value: [UInt8]?, headers: [KafkaHeader])] = [
            ([1, 0, 2], [0, 255], [KafkaHeader("type", "order"), KafkaHeader("type", "again")]),
            (nil, [7], []),
            ([], [], [KafkaHeader(name: "null", value: nil), KafkaHeader(name: "empty", value: [])]),
            ([9], nil, []),
        ]
        let producer = try cluster.producer()
        let results = try await producer.send(
            sent.map { ProducerRecord(topic: "numbers", key: $0.key, value: $0.value, headers: $0.headers) }
        )
        #expect(try results.map { try $0.get() } == [0, 1, 2, 3])
        await producer.close(timeout: .seconds(1))

        let consumer = try cluster.consumer()
        try await consumer.assignManually([p0: .offset(0)])
        let records = try await consumer.poll(records: 4)
        #expect(records.map(\.key) == sent.map(\.key))
        #expect(records.map(\.value) == sent.map(\.value))
        #expect(records.map(\.headers) == sent.map(\.headers))
        #expect(records.map(\.offset) == [0, 1, 2, 3])
        #expect(records.allSatisfy { $0.topicPartition == p0 && $0.timestampMilliseconds ?? 0 > 0 })
        #expect(records[0].headers[1].text == "again")
        await consumer.close()
    }

    @Test("A poll returns at most as many records as asked for, and the next one goes on from there")
    func maximum() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        try await cluster.fill(p0, with: 0..<10)
        let consumer = try cluster.consumer()
        try await consumer.assignManually([p0: .offset(0)])
        var numbers: [Int] = []
        while numbers.count < 10 {
            let polled = try await consumer.poll(maxRecords: 3, wait: .seconds(10), linger: .milliseconds(200))
            #expect(!polled.records.isEmpty && polled.records.count <= 3)
            guard !polled.records.isEmpty else { break }
            numbers += polled.records.compactMap(\.number)
        }
        #expect(numbers == Array(0..<10))
        await consumer.close()
    }

    @Test("Equal keys go to the same partition")
    func partitioning() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 2)
        let producer = try cluster.producer()
        let records = (0..<40).map {
            ProducerRecord(topic: "numbers", key: Array("key \($0 % 8)".utf8), value: Array("\($0)".utf8))
        }
        for result in try await producer.send(records) { _ = try result.get() }
        await producer.close(timeout: .seconds(1))
        let consumer = try cluster.consumer()
        try await consumer.assignManually([p0: .offset(0), p1: .offset(0)])
        let read = try await consumer.poll(records: 40)
        let partitionsByKey = Dictionary(grouping: read, by: \.key).mapValues { Set($0.map(\.topicPartition)) }
        #expect(partitionsByKey.count == 8)
        #expect(partitionsByKey.values.allSatisfy { $0.count == 1 })
        #expect(Set(read.map(\.topicPartition)) == [p0, p1])
        await consumer.close()
    }
}
