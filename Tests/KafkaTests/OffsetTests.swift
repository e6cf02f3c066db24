import Testing

@testable import Kafka

@Suite("Committed offsets and watermarks")
struct OffsetTests {
    @Test("What is committed is read back by another consumer of the group, and where the partition ends")
    func commits() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 2)
        try await cluster.fill(p0, with: 0..<10)
        let consumer = try cluster.consumer(group: "readers")
        try await consumer.assignManually([p0: .offset(0), p1: .offset(0)])
        #expect(try await consumer.committed([p0, p1], timeout: .seconds(30)) == [:])
        try await consumer.commit([p0: 4], synchronously: true)
        let other = try cluster.consumer(group: "readers")
        #expect(try await other.committed([p0, p1], timeout: .seconds(30)) == [p0: 4])
        await other.close()

        let watermarks = try await consumer.watermarks(p0, timeout: .seconds(30))
        #expect(watermarks.low == 0 && watermarks.high == 10)
        await consumer.close()
    }

    @Test("A commit that does not wait arrives all the same")
    func commitsInBackground() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 2)
        let consumer = try cluster.consumer(group: "readers")
        try await consumer.assignManually([p0: .offset(0)])
        try await consumer.commit([p0: 7], synchronously: false)
        let deadline = ContinuousClock.now + .seconds(300)
        var committed: [TopicPartition: Int64] = [:]
        while committed.isEmpty, ContinuousClock.now < deadline {
            let polled = try await consumer.poll(maxRecords: 1, wait: .milliseconds(20), linger: .zero)
            #expect(polled.faults.isEmpty)
            committed = try await consumer.committed([p0], timeout: .seconds(30))
        }
        #expect(committed == [p0: 7])
        await consumer.close()
    }

    @Test("Where partitions end is known of those that were read, without a question")
    func knownEnds() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 2)
        try await cluster.fill(p0, with: 0..<10)
        let consumer = try cluster.consumer(group: "readers")
        #expect(try await consumer.knownEnds() == [:])
        try await consumer.assignManually([p0: .offset(7)])
        let deadline = ContinuousClock.now + .seconds(300)
        while try await consumer.knownEnds() != [p0: 10], ContinuousClock.now < deadline {
            _ = try await consumer.poll(maxRecords: 1, wait: .milliseconds(20), linger: .zero)
        }
        #expect(try await consumer.knownEnds() == [p0: 10])
        await consumer.close()
    }

    @Test("Partitions of existing topics are listed; asking for another creates none")
    func partitions() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 3)
        let consumer = try cluster.consumer()
        for _ in 0..<2 {
            let partitions = try await consumer.partitions(of: ["numbers", "unknown"], timeout: .seconds(30))
            #expect(partitions == ["numbers": [0, 1, 2]])
        }
        await consumer.close()
        let administrator = try KafkaAdministrator(configuration: cluster.configuration, logger: quiet)
        #expect(try await administrator.existingTopics() == ["numbers": 3])
        #expect(try await administrator.createTopics([]) == [])
        let error = await #expect(throws: KafkaError.self) {
            try await administrator.createTopics([NewTopic(name: "new", partitions: 1)], timeout: .milliseconds(300))
        }
        #expect(error?.isRetriable == true)
        await administrator.close()
    }
}
