import CRdKafka
package import Logging
import Threading

/// A topic to be created.
package struct NewTopic: Hashable, Sendable {
    package var name: String
    package var partitions: Int
    /// `nil` is the broker's default.
    package var replicationFactor: Int?
    /// The topic's settings, e.g. `cleanup.policy`.
    package var configuration: [String: String]

    package init(
        name: String,
        partitions: Int,
        replicationFactor: Int? = nil,
        configuration: [String: String] = [:]
    ) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.configuration = configuration
    }
}

/// Looks at and creates topics.
package actor KafkaAdministrator {
    private let executor = ThreadExecutor(name: "kafka-admin")
    private var openHandle: ClientHandle?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    /// - Throws: `KafkaConfigurationError`; `KafkaError` if settings contradict each other.
    package init(configuration: KafkaConfiguration, logger: Logger) throws {
        self.openHandle = try ClientHandle(
            RD_KAFKA_PRODUCER,
            configuration: configuration,
            defaults: [:],
            callbacks: ClientCallbacks(logger: logger, statistics: nil)
        )
    }

    /// The topics that exist, with how many partitions each has.
    package func existingTopics(timeout: Duration = .seconds(10)) throws -> [String: Int] {
        try self.handle("read metadata").partitionsOfAllTopics(timeout: timeout).mapValues(\.count)
    }

    /// Creates those of the topics that do not exist; the others are left as they are.
    ///
    /// Brokers without administration, such as librdkafka's mock, never answer: `.timedOut`.
    ///
    /// - Returns: the names of those that were created.
    package func createTopics(_ topics: [NewTopic], timeout: Duration = .seconds(30)) throws -> [String] {
        guard !topics.isEmpty else { return [] }
        let handle = try self.handle(Self.creating)
        var requests: [OpaquePointer?] = []
        defer { rd_kafka_NewTopic_destroy_array(&requests, requests.count) }
        for topic in topics {
            requests.append(try Self.makeRequest(topic))
        }
        let options = rd_kafka_AdminOptions_new(handle.pointer, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        let milliseconds = timeout.wholeMilliseconds
        try KafkaError.check(
            rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, nil, 0),
            operation: Self.creating
        )
        // How long the broker itself waits for the topics to be there.
        try KafkaError.check(
            rd_kafka_AdminOptions_set_operation_timeout(options, milliseconds, nil, 0),
            operation: Self.creating
        )
        let queue = rd_kafka_queue_new(handle.pointer)
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_CreateTopics(handle.pointer, &requests, requests.count, options, queue)
        guard let event = rd_kafka_queue_poll(queue, milliseconds) else {
            throw KafkaError(code: .timedOut, operation: Self.creating)
        }
        defer { rd_kafka_event_destroy(event) }
        return try Self.names(createdBy: event)
    }

    /// Frees the client; every later call throws. May be called again.
    package func close() {
        self.openHandle = nil
    }

    private static let creating = "create topics"

    private static func makeRequest(_ topic: NewTopic) throws -> OpaquePointer {
        var reason = [CChar](repeating: 0, count: 512)
        let request = rd_kafka_NewTopic_new(
            topic.name,
            Int32(clamping: topic.partitions),
            Int32(clamping: topic.replicationFactor ?? -1),
            &reason,
            reason.count
        )
        guard let request else {
            let text = reason.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            throw KafkaError(code: .invalidArgument, operation: Self.creating, detail: "\(topic.name): \(text)")
        }
        for (name, value) in topic.configuration {
            rd_kafka_NewTopic_set_config(request, name, value)
        }
        return request
    }

    private static func names(createdBy event: OpaquePointer) throws -> [String] {
        if let detail = rd_kafka_event_error_string(event), rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR {
            let code = KafkaError.Code(rd_kafka_event_error(event))
            throw KafkaError(code: code, operation: Self.creating, detail: String(cString: detail))
        }
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        var created: [String] = []
        for result in UnsafeBufferPointer(start: results, count: count) {
            let name = String(cString: rd_kafka_topic_result_name(result))
            let code = rd_kafka_topic_result_error(result)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR {
                created.append(name)
            } else if code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS {
                let text = rd_kafka_topic_result_error_string(result).map { String(cString: $0) } ?? ""
                throw KafkaError(code: KafkaError.Code(code), operation: Self.creating, detail: "\(name): \(text)")
            }
        }
        return created
    }

    func handle(_ operation: String) throws -> ClientHandle {
        guard let handle = self.openHandle else { throw KafkaError.closed(operation) }
        return handle
    }
}
