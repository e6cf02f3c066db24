import CRdKafka

extension KafkaAdministrator {
    /// The settings of topics, as the broker goes by them, by topic and name; of a topic that it does not tell of, none.
    ///
    /// - Throws: `.timedOut` by brokers without administration, such as librdkafka's mock: they never answer.
    package func settings(of topics: [String], timeout: Duration) throws -> [String: [String: String]] {
        guard !topics.isEmpty else { return [:] }
        let operation = "describe topics"
        let handle = try self.handle(operation)
        var resources: [OpaquePointer?] = topics.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
        defer { rd_kafka_ConfigResource_destroy_array(&resources, resources.count) }
        let options = rd_kafka_AdminOptions_new(handle.pointer, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        let milliseconds = timeout.wholeMilliseconds
        try KafkaError.check(
            rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, nil, 0), operation: operation)
        let queue = rd_kafka_queue_new(handle.pointer)
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_DescribeConfigs(handle.pointer, &resources, resources.count, options, queue)
        guard let event = rd_kafka_queue_poll(queue, milliseconds) else {
            throw KafkaError(code: .timedOut, operation: operation)
        }
        defer { rd_kafka_event_destroy(event) }
        try KafkaError.check(rd_kafka_event_error(event), operation: operation)
        var count = 0
        let described = rd_kafka_DescribeConfigs_result_resources(
            rd_kafka_event_DescribeConfigs_result(event), &count)
        var settings: [String: [String: String]] = [:]
        for resource in UnsafeBufferPointer(start: described, count: count)
        where rd_kafka_ConfigResource_error(resource) == RD_KAFKA_RESP_ERR_NO_ERROR {
            settings[String(cString: rd_kafka_ConfigResource_name(resource))] = Self.entries(of: resource)
        }
        return settings
    }

    private static func entries(of resource: OpaquePointer?) -> [String: String] {
        var count = 0
        let entries = rd_kafka_ConfigResource_configs(resource, &count)
        var values: [String: String] = [:]
        for entry in UnsafeBufferPointer(start: entries, count: count) {
            guard let value = rd_kafka_ConfigEntry_value(entry) else { continue }
            values[String(cString: rd_kafka_ConfigEntry_name(entry))] = String(cString: value)
        }
        return values
    }
}
