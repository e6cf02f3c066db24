import CRdKafka
import Testing

@testable import Kafka

@Suite("Results of a producer")
struct ProducerTests {
    @Test("A record that is too large fails alone; its neighbours get their offsets")
    func tooLarge() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        let producer = try cluster.producer(["message.max.bytes": "2000"])
        let large = ProducerRecord(topic: "numbers", partition: 0, key: nil, value: Array(repeating: 0, count: 5000))
        let results = try await producer.send([.numbered(0, p0), large, .numbered(1, p0)])
        #expect(try results[0].get() == 0)
        #expect(try results[2].get() == 1)
        let error = #expect(throws: KafkaError.self) { try results[1].get() }
        #expect(error?.code == .messageTooLarge)
        #expect(error?.isRetriable == false)
        await producer.close(timeout: .seconds(1))
    }

    @Test("The broker's refusal reaches exactly the record that was refused")
    func refused() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        let producer = try cluster.producer(["enable.idempotence": "false"])
        cluster.failNext(1, requestsOfKind: 0, with: RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS)
        let refused = try await producer.send([.numbered(0, p0)])
        let accepted = try await producer.send([.numbered(1, p0)])
        #expect(throws: KafkaError.self) { try refused[0].get() }
        #expect(try accepted[0].get() == 0)
        await producer.close(timeout: .seconds(1))
    }

    @Test("A full queue delays records and fails none")
    func queueFull() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        let producer = try cluster.producer(["queue.buffering.max.messages": "10"])
        let results = try await producer.send((0..<500).map { .numbered($0, p0) })
        #expect(try results.map { try $0.get() } == Array(0..<500))
        await producer.close(timeout: .seconds(1))
    }

    @Test("Batches sent at the same time each get the results of their own records")
    func concurrentSends() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        let producer = try cluster.producer()
        let offsets = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for batch in 0..<8 {
                group.addTask {
                    try await producer.send((0..<20).map { .numbered(batch * 20 + $0, p0) }).map { try $0.get() }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(offsets.allSatisfy { $0 == Array($0[0]..<$0[0] + 20) })
        #expect(offsets.flatMap { $0 }.sorted() == Array(0..<160))
        await producer.close(timeout: .seconds(1))
    }

    @Test("Without a broker a record fails after its time-out, as something to be tried again")
    func timesOut() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        let producer = try cluster.producer(["message.timeout.ms": "300"])
        cluster.setDown()
        let error = try #require(try await producer.send([.numbered(0, p0)])[0].failure)
        #expect(error.isRetriable)
        #expect(!producer.isFatallyFailed)
        await producer.close(timeout: .seconds(1))
    }

    @Test("After a fatal error every record fails as fatal, and the producer says so")
    func fatal() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        let producer = try cluster.producer()
        #expect(try await producer.send([.numbered(0, p0)])[0].get() == 0)
        #expect(!producer.isFatallyFailed)
        cluster.failNext(1, requestsOfKind: 0, with: RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER)
        let refused = try await producer.send([.numbered(1, p0)])
        #expect(refused[0].failure != nil)
        #expect(producer.isFatallyFailed)
        let later = try await producer.send([.numbered(2, p0)])
        #expect(later[0].failure?.isFatal == true)
        await producer.close(timeout: .seconds(1))
    }

    @Test("Closing ends a batch that cannot be delivered; later calls throw; closing again is no error")
    func closing() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        let producer = try cluster.producer()
        cluster.setDown()
        let sending = Task.immediate { try await producer.send((0..<3).map { .numbered($0, p0) }) }
        await producer.close(timeout: .milliseconds(300))
        await producer.close(timeout: .zero)
        let results = try await sending.value
        #expect(results.count == 3 && results.allSatisfy { $0.failure?.isRetriable == true })
        await #expect(throws: KafkaError.self) { try await producer.send([.numbered(0, p0)]) }
    }
}

extension Result {
    var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
