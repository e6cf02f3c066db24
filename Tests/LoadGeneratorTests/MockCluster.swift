import CRdKafka
import Kafka
import Logging
import Testing

@testable import LoadGenerator

/// librdkafka's mock cluster inside the test's process.
///
/// `@unchecked Sendable`: librdkafka's mock functions may be called from any thread, and the pointers never change.
final class MockCluster: @unchecked Sendable {
    private let host: OpaquePointer
    private let cluster: OpaquePointer

    init(topics: [String]) throws {
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set_log_cb(configuration, nil)
        self.host = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0))
        self.cluster = try #require(rd_kafka_mock_cluster_new(self.host, 1))
        for topic in topics { rd_kafka_mock_topic_create(self.cluster, topic, 3, 1) }
    }

    deinit {
        rd_kafka_mock_cluster_destroy(self.cluster)
        rd_kafka_destroy(self.host)
    }

    /// The short fetch wait is the mock's: new records do not wake it.
    var broker: Broker {
        Broker(
            configuration: KafkaConfiguration(properties: [
                "bootstrap.servers": String(cString: rd_kafka_mock_cluster_bootstraps(self.cluster)),
                "fetch.wait.max.ms": "5",
            ]),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}
