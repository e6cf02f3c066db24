import CRdKafka
import Dispatch
import Logging
import Synchronization

/// A librdkafka client and all that must live as long as it.
///
/// `@unchecked Sendable`: `rd_kafka_t` may be used by any number of threads, the other stored properties never change,
/// and `deinit` runs when no reference, hence no call, is left.
final class ClientHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    let callbacks: ClientCallbacks
    /// Of a consumer: the queue that its polls serve, to which replies can be directed.
    let consumerQueue: OpaquePointer?
    private let destructible = Atomic(true)
    private let idleTimer: (any DispatchSourceTimer)?

    init(
        _ type: rd_kafka_type_t,
        configuration: KafkaConfiguration,
        defaults: [String: String],
        callbacks: ClientCallbacks
    ) throws {
        let settings = try configuration.makeClientConfiguration(defaults: defaults)
        callbacks.install(in: settings)
        if type == RD_KAFKA_CONSUMER {
            ConsumerEvents.install(in: settings, opaque: callbacks.opaque)
        } else {
            DeliveryReports.install(in: settings)
        }
        var reason = [CChar](repeating: 0, count: 512)
        guard let pointer = rd_kafka_new(type, settings, &reason, reason.count) else {
            rd_kafka_conf_destroy(settings)
            let text = reason.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
            throw KafkaError(code: .invalidArgument, operation: "create client", detail: text)
        }
        self.pointer = pointer
        self.callbacks = callbacks
        if type == RD_KAFKA_CONSUMER {
            rd_kafka_poll_set_consumer(pointer)
            self.consumerQueue = rd_kafka_queue_get_consumer(pointer)
            self.idleTimer = nil
        } else {
            self.consumerQueue = nil
            self.idleTimer = DispatchSource.makeTimerSource()
        }
        self.serveWhileIdle()
    }

    /// Whether the client may be freed at the end.
    var isDestructible: Bool {
        get { self.destructible.load(ordering: .relaxed) }
        set { self.destructible.store(newValue, ordering: .relaxed) }
    }

    deinit {
        self.idleTimer?.cancel()
        if let consumerQueue = self.consumerQueue {
            if !self.callbacks.events.isClosed {
                // Dropped, not closed. A rebalance without its answer would hold up the destruction for ever.
                self.leaveGroup(patience: .zero)
            }
            rd_kafka_queue_destroy(consumerQueue)
        }
        guard self.isDestructible else {
            _ = Unmanaged.passRetained(self.callbacks)
            return
        }
        // A group was left before, if at all.
        rd_kafka_destroy_flags(self.pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }

    /// A producer is polled only while it sends. Between that, statistics and errors would pile up unserved.
    private func serveWhileIdle() {
        guard let idleTimer = self.idleTimer else { return }
        idleTimer.schedule(deadline: .now() + .seconds(1), repeating: .seconds(1), leeway: .milliseconds(200))
        idleTimer.setEventHandler { [weak self] in
            guard let self else { return }
            withExtendedLifetime(self) {
                rd_kafka_poll(self.pointer, 0)
                // Nobody takes a producer's events; its calls report their errors themselves.
                _ = self.callbacks.events.take()
            }
        }
        idleTimer.activate()
    }
}
