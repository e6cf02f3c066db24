import Foundation
import Testing

@testable import Kafka

@Suite("Brokers that go away and come back")
struct OutageTests {
    @Test("An outage is reported before the first record that was read after it")
    func faultBeforeRecords() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        try await cluster.fill(p0, with: 0..<5)
        let consumer = try cluster.consumer()
        try await consumer.assignManually([p0: .offset(0)])
        #expect(try await consumer.poll(records: 5).count == 5)
        cluster.setDown()
        cluster.setUp()
        try await cluster.fill(p0, with: 5..<10)

        var sawFault = false
        var numbers: [Int] = []
        let deadline = ContinuousClock.now + .seconds(300)
        while numbers.count < 5, ContinuousClock.now < deadline {
            let polled = try await consumer.poll(maxRecords: 100, wait: .milliseconds(100), linger: .milliseconds(50))
            if polled.hasUnreachableFault {
                sawFault = true
                #expect(polled.records.isEmpty)
            }
            #expect(polled.records.isEmpty || sawFault)
            numbers += polled.records.compactMap(\.number)
        }
        #expect(numbers == Array(5..<10))
        await consumer.close()
    }

    @Test("A consumer closes while its broker is away")
    func closesWithoutBroker() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("numbers", partitions: 1)
        let consumer = try cluster.consumer(group: "readers")
        try await consumer.subscribe(["numbers"])
        _ = try await consumer.poll(until: { $0.rebalance != nil })
        try await consumer.assign([p0: .offset(0)])
        cluster.setDown()
        _ = try await consumer.poll(until: { $0.hasUnreachableFault })
        let start = ContinuousClock.now
        await consumer.close()
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test(
        "A broker killed and started anew at its address: the fault comes first, and the cluster id is another",
        .enabled(if: BrokerProcess.executable != nil)
    )
    func replacedBroker() async throws {
        let port = try BrokerProcess(port: 0).port
        let configuration = KafkaConfiguration(properties: [
            "bootstrap.servers": "127.0.0.1:\(port)", "fetch.wait.max.ms": "5",
        ])
        let consumer = try KafkaConsumer(configuration: configuration, groupID: nil, logger: quiet)
        let producer = try KafkaProducer(configuration: configuration, logger: quiet)
        var ids: Set<String?> = [nil]
        try await consumer.assignManually([p0: .offset(0)])
        for round in 0..<3 {
            let broker = try BrokerProcess(port: port)
            let numbers = (0..<8).map { 100 * round + $0 }
            for result in try await producer.send(numbers.map { .numbered($0, p0) }) { _ = try result.get() }
            if round > 0 {
                let polled = try await consumer.poll(until: { !$0.records.isEmpty || !$0.faults.isEmpty })
                #expect(polled.records.isEmpty)
                #expect(polled.hasUnreachableFault)
            }
            let id = try await consumer.clusterID(timeout: .seconds(30))
            #expect(ids.insert(id).inserted)
            let producersID = try await producer.clusterID(timeout: .seconds(30))
            #expect(producersID == id)
            if round > 0 { try await consumer.seek([p0: .offset(0)]) }
            let records = try await consumer.poll(records: 8)
            #expect(records.compactMap(\.number) == numbers)
            broker.kill()
        }
        await producer.close(timeout: .seconds(1))
        await consumer.close()
    }
}

/// The development broker as a process of its own, killed without warning at the end.
private final class BrokerProcess {
    static var executable: URL? {
        let url = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        return [Bundle.main.bundleURL, url.deletingLastPathComponent()]
            .map { $0.appending(component: "EmbeddedBroker") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    private let process = Process()
    let port: UInt16

    init(port: UInt16) throws {
        self.process.executableURL = Self.executable
        self.process.arguments = ["--port", "\(port)", "--topics", "numbers:1"]
        let output = Pipe()
        self.process.standardOutput = output
        try self.process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        self.port = try #require(line.dropLast().split(separator: ":").last.flatMap { UInt16($0) })
    }

    deinit {
        self.kill()
    }

    func kill() {
        guard self.process.isRunning else { return }
        Foundation.kill(self.process.processIdentifier, SIGKILL)
        self.process.waitUntilExit()
    }
}
