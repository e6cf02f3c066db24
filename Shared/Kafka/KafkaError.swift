import CRdKafka

/// Why Kafka, or the way to it, refused or failed.
package struct KafkaError: Error, Hashable, Sendable, CustomStringConvertible {
    package var code: Code
    /// What was being done, e.g. `commit` or `produce`.
    package var operation: String
    /// librdkafka's own words; never contents of records.
    package var detail: String
    /// The same call may succeed later, with nothing changed.
    package var isRetriable: Bool
    /// The client is of no more use: close it and make a new one.
    package var isFatal: Bool
    /// The current transaction must be aborted. Only transactional producers, which are not used here, report it.
    package var isAbortable: Bool

    package init(code: Code, operation: String, detail: String? = nil) {
        self.code = code
        self.operation = operation
        self.detail = detail ?? code.explanation
        self.isRetriable = Code.retriable.contains(code)
        self.isFatal = code == .fatal
        self.isAbortable = false
    }

    package var description: String {
        "Kafka \(self.operation) failed: \(self.code.name): \(self.detail)"
    }
}

extension KafkaError {
    init(code: Code, operation: String, partition: TopicPartition) {
        self.init(code: code, operation: operation, detail: "\(partition): \(code.explanation)")
    }

    /// Takes over and frees an error object of librdkafka.
    init(consuming error: OpaquePointer, operation: String) {
        self.init(
            code: Code(rd_kafka_error_code(error)),
            operation: operation,
            detail: String(cString: rd_kafka_error_string(error))
        )
        self.isRetriable = self.isRetriable || rd_kafka_error_is_retriable(error) != 0
        self.isFatal = self.isFatal || rd_kafka_error_is_fatal(error) != 0
        self.isAbortable = rd_kafka_error_txn_requires_abort(error) != 0
        rd_kafka_error_destroy(error)
    }

    static func check(_ error: OpaquePointer?, operation: String) throws {
        if let error { throw KafkaError(consuming: error, operation: operation) }
    }

    static func check(_ code: rd_kafka_resp_err_t, operation: String) throws {
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code: Code(code), operation: operation) }
    }

    /// The error of every call after `close`.
    static func closed(_ operation: String) -> KafkaError {
        KafkaError(code: .state, operation: operation, detail: "the client is closed")
    }
}
