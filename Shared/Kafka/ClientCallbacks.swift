import CRdKafka
import Logging
import Synchronization

/// What librdkafka calls back: logs and statistics pass through, errors go to `onError`, and the two kinds of
/// client add their own.
///
/// The C callbacks find it through the client's opaque pointer; `ClientHandle` keeps it alive until the client is
/// destroyed. Logs come from librdkafka's threads, everything else from the thread that polls.
final class ClientCallbacks: Sendable {
    let logger: Logger
    let statistics: (@Sendable (String) -> Void)?
    let events = ConsumerEvents()
    let deliveries = DeliveryReports()
    private let fatallyFailed = Atomic(false)

    init(logger: Logger, statistics: (@Sendable (String) -> Void)?) {
        self.logger = logger
        self.statistics = statistics
    }

    var isFatallyFailed: Bool { self.fatallyFailed.load(ordering: .relaxed) }

    /// Looks for a fatal error, by which records fail before its callback is served.
    func noticeFatalError(of client: OpaquePointer) -> Bool {
        guard rd_kafka_fatal_error(client, nil, 0) != RD_KAFKA_RESP_ERR_NO_ERROR else { return false }
        self.fatallyFailed.store(true, ordering: .relaxed)
        return true
    }

    func install(in configuration: OpaquePointer) {
        rd_kafka_conf_set_opaque(configuration, self.opaque)
        rd_kafka_conf_set_log_cb(configuration) { client, level, facility, text in
            guard let client, let opaque = rd_kafka_opaque(client), let text else { return }
            let callbacks = ClientCallbacks.from(opaque)
            callbacks.log(level: level, facility: facility.map { String(cString: $0) }, text: String(cString: text))
        }
        rd_kafka_conf_set_error_cb(configuration) { client, code, reason, opaque in
            guard let client, let opaque else { return }
            ClientCallbacks.from(opaque).failed(client, rd_kafka_resp_err_t(code), reason)
        }
        rd_kafka_conf_set_throttle_cb(configuration) { _, broker, _, milliseconds, opaque in
            guard let opaque, milliseconds > 0 else { return }
            ClientCallbacks.from(opaque).logger.debug(
                "Throttled by broker",
                metadata: [
                    "kafka.broker": "\(broker.map { String(cString: $0) } ?? "")",
                    "kafka.throttle_milliseconds": "\(milliseconds)",
                ]
            )
        }
        if self.statistics != nil {
            rd_kafka_conf_set_stats_cb(configuration) { _, text, length, opaque in
                guard let opaque, let text else { return 0 }
                let bytes = UnsafeRawBufferPointer(start: text, count: length)
                ClientCallbacks.from(opaque).statistics?(String(decoding: bytes, as: UTF8.self))
                return 0
            }
        }
    }

    /// What the C callbacks are given; not retained.
    var opaque: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static func from(_ opaque: UnsafeMutableRawPointer) -> ClientCallbacks {
        Unmanaged<ClientCallbacks>.fromOpaque(opaque).takeUnretainedValue()
    }

    private func failed(_ client: OpaquePointer, _ code: rd_kafka_resp_err_t, _ reason: UnsafePointer<CChar>?) {
        var error = KafkaError(
            code: KafkaError.Code(code),
            operation: "background work",
            detail: reason.map { String(cString: $0) }
        )
        if code == RD_KAFKA_RESP_ERR__FATAL {
            // The announced code only says that there is a fatal error; this is the error itself.
            var detail = [CChar](repeating: 0, count: 512)
            error.code = KafkaError.Code(rd_kafka_fatal_error(client, &detail, detail.count))
            error.detail = detail.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            error.isRetriable = false
            error.isFatal = true
            self.fatallyFailed.store(true, ordering: .relaxed)
        }
        self.events.append(code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ? .brokersUnreachable : .other(error))
        rd_kafka_yield(client)
    }

    /// At info and below, since only the service knows what a line means to it.
    private func log(level: Int32, facility: String?, text: String) {
        let level: Logger.Level =
            switch level {
            case ...5: .info
            case 6: .debug
            default: .trace
            }
        self.logger.log(
            level: level,
            "librdkafka reports",
            metadata: ["kafka.facility": "\(facility ?? "")", "kafka.text": "\(text)"]
        )
    }
}
