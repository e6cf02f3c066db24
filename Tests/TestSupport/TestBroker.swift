import CRdKafka
package import Kafka

/// A Kafka broker inside the test's process: librdkafka's mock cluster with one broker.
///
/// `@unchecked Sendable`: librdkafka's mock functions may be called from any thread, and the pointers never change.
package final class TestBroker: @unchecked Sendable {
    private let host: OpaquePointer
    private let cluster: OpaquePointer

    package struct NotStarted: Error {}

    package init(topics: [String] = [], partitions: Int32 = 4) throws {
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set_log_cb(configuration, nil)
        guard let host = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0),
            let cluster = rd_kafka_mock_cluster_new(host, 1)
        else { throw NotStarted() }
        self.host = host
        self.cluster = cluster
        for topic in topics { self.createTopic(topic, partitions: partitions) }
    }

    deinit {
        rd_kafka_mock_cluster_destroy(self.cluster)
        rd_kafka_destroy(self.host)
    }

    /// What clients need to use it. Both limits are the mock's: new records do not wake a waiting fetch, and a
    /// rebalance of a group that is not new takes the session time-out less a second.
    package var configuration: KafkaConfiguration {
        KafkaConfiguration(properties: [
            "bootstrap.servers": String(cString: rd_kafka_mock_cluster_bootstraps(self.cluster)),
            "fetch.wait.max.ms": "5",
            "session.timeout.ms": "4000",
            "heartbeat.interval.ms": "300",
        ])
    }

    package func createTopic(_ name: String, partitions: Int32) {
        rd_kafka_mock_topic_create(self.cluster, name, partitions, 1)
    }
}
