import CRdKafka
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

    func setUp() {
        rd_kafka_mock_broker_set_up(self.cluster, 1)
    }

    /// Lets the next requests of a kind fail.
    func failNext(_ count: Int, requestsOfKind apiKey: Int16, with code: rd_kafka_resp_err_t) {
        let errors = Array(repeating: code, count: count)
        rd_kafka_mock_push_request_errors_array(self.cluster, apiKey, count, errors)
    }
}
