import Logging
import Synchronization
import Testing

@testable import Kafka

@Suite("Threads, logs and statistics")
struct ThreadTests {
    @Test("Consumers that wait hold up neither other tasks nor other actors")
    func idlePolls() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        let finished = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                let consumer = try cluster.consumer()
                try await consumer.assignManually([p0: .offset(0)])
                group.addTask {
                    let polled = try await consumer.poll(maxRecords: 1, wait: .seconds(60), linger: .zero)
                    #expect(polled.records.count == 1)
                    await finished.count()
                    await consumer.close()
                }
            }
            let counter = Counter()
            for _ in 0..<1000 {
                await counter.count()
                await Task.yield()
            }
            #expect(await counter.value == 1000)
            #expect(await finished.value == 0)
            try await cluster.fill(p0, with: 0..<1)
            try await group.waitForAll()
        }
        #expect(await finished.value == 8)
    }

    @Test("Statistics arrive during polls, and from a producer that is idle")
    func statistics() async throws {
        let cluster = try MockCluster()
        let configuration = cluster.configuration.setting(["statistics.interval.ms": "50"])
        let received = Mutex<[String]>([])
        let consumer = try KafkaConsumer(configuration: configuration, groupID: nil, logger: quiet) { text in
            received.withLock { $0.append(text) }
        }
        _ = try await consumer.poll(until: { _ in received.withLock { !$0.isEmpty } })
        #expect(received.withLock { $0.first?.hasPrefix("{") == true && $0.first?.hasSuffix("}") == true })
        await consumer.close()

        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let producer = try KafkaProducer(configuration: configuration, logger: quiet) { continuation.yield($0) }
        let first = await stream.first { _ in true }
        #expect(first?.contains("\"type\":\"producer\"") == true || first?.contains("producer") == true)
        await producer.close(timeout: .zero)
    }

    @Test("librdkafka's log lines go to the logger")
    func logs() async throws {
        let handler = LineHandler()
        let logger = Logger(label: "test") { _ in handler }
        let consumer = try KafkaConsumer(
            configuration: KafkaConfiguration(properties: ["bootstrap.servers": "127.0.0.1:1"]),
            groupID: nil,
            logger: logger
        )
        _ = try await consumer.poll(until: { _ in handler.lines.all.count > 0 })
        #expect(handler.lines.all.contains { $0.contains("127.0.0.1:1") })
        await consumer.close()
    }
}

private actor Counter {
    var value = 0

    func count() { self.value += 1 }
}

private struct LineHandler: LogHandler {
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { self.lines.withLock { $0 } }
        func append(_ line: String) { self.lines.withLock { $0.append(line) } }
    }

    let lines = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        self.lines.append("\(event.message) \(event.metadata ?? [:])")
    }
}
