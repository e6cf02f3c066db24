import ArgumentParser
import CFixedPort
import CRdKafka
import Glibc

/// librdkafka's mock cluster with one broker, and the client object that hosts it.
final class MockCluster {
    private let host: OpaquePointer
    private let cluster: OpaquePointer

    init(port: UInt16) throws {
        try Self.waitUntilFree(port)
        let configuration = rd_kafka_conf_new()
        // The host connects to nothing, and would otherwise report just that.
        rd_kafka_conf_set_log_cb(configuration, nil)
        guard let host = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0) else {
            rd_kafka_conf_destroy(configuration)
            throw BrokerError(description: "librdkafka does not start")
        }
        fixed_port_wish(port)
        guard let cluster = rd_kafka_mock_cluster_new(host, 1) else {
            rd_kafka_destroy(host)
            throw BrokerError(description: "librdkafka's mock cluster does not start")
        }
        self.host = host
        self.cluster = cluster
    }

    deinit {
        rd_kafka_mock_cluster_destroy(self.cluster)
        rd_kafka_destroy(self.host)
    }

    var bootstrapServers: String { String(cString: rd_kafka_mock_cluster_bootstraps(self.cluster)) }

    func create(_ topic: Topic) throws {
        let code = rd_kafka_mock_topic_create(self.cluster, topic.name, topic.partitions, 1)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let reason = String(cString: rd_kafka_err2str(code))
            throw BrokerError(description: "topic \(topic.name) cannot be created: \(reason)")
        }
    }

    /// librdkafka aborts the process when it cannot bind. A broker that was just killed may need a moment to let go
    /// of its port.
    private static func waitUntilFree(_ port: UInt16) throws {
        for _ in 0..<20 {
            if fixed_port_is_free(port) { return }
            usleep(50_000)
        }
        throw BrokerError(description: "127.0.0.1:\(port) cannot be listened on: is it in use?")
    }
}

struct BrokerError: Error, CustomStringConvertible {
    var description: String
}
