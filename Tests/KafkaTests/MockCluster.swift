import CRdKafka
import Glibc
import Testing

@testable import Kafka

/// librdkafka's mock cluster with one broker inside the test's process.
///
/// `@unchecked Sendable`: librdkafka's mock functions may be called from any thread, and the pointers never change.
final class MockCluster: @unchecked Sendable {
    private let host: OpaquePointer
    private let cluster: OpaquePointer

    init() throws {
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set_log_cb(configuration, nil)
        self.host = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0))
        self.cluster = try #require(rd_kafka_mock_cluster_new(self.host, 1))
    }

    deinit {
        rd_kafka_mock_cluster_destroy(self.cluster)
        rd_kafka_destroy(self.host)
    }

    /// What clients need to use this cluster.
    ///
    /// Both limits are the mock's: new records do not wake a waiting fetch, and a rebalance of a group that is not
    /// new takes the session time-out less a second.
    var configuration: KafkaConfiguration {
        KafkaConfiguration(properties: [
            "bootstrap.servers": String(cString: rd_kafka_mock_cluster_bootstraps(self.cluster)),
            "fetch.wait.max.ms": "5",
            "session.timeout.ms": "3000",
            "heartbeat.interval.ms": "200",
        ])
    }

    func createTopic(_ name: String, partitions: Int32) {
        rd_kafka_mock_topic_create(self.cluster, name, partitions, 1)
    }

    func setDown() {
        rd_kafka_mock_broker_set_down(self.cluster, 1)
    }

    /// The mock cluster aborts the process where somebody else has its port by then: a client that tries to connect to
    /// a port that nobody listens to may be given the very same one to connect from, for a moment.
    func setUp() {
        let port = String(cString: rd_kafka_mock_cluster_bootstraps(self.cluster)).split(separator: ":").last
        if let port = port.flatMap({ UInt16($0) }) {
            for _ in 0..<10_000 where !Self.isFree(port) { usleep(1000) }
        }
        rd_kafka_mock_broker_set_up(self.cluster, 1)
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var reuses: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &reuses, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Lets the next requests of a kind fail.
    func failNext(_ count: Int, requestsOfKind apiKey: Int16, with code: rd_kafka_resp_err_t) {
        let errors = Array(repeating: code, count: count)
        rd_kafka_mock_push_request_errors_array(self.cluster, apiKey, count, errors)
    }
}
