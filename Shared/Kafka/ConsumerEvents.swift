import CRdKafka
import Synchronization

/// Rebalances and faults between the callback that brings them and the poll that returns them.
final class ConsumerEvents: Sendable {
    private struct State {
        var rebalances: [Rebalance] = []
        /// Taken, and not answered yet.
        var unanswered: Rebalance?
        var faults: [ConsumerFault] = []
        var isClosing = false
        var hasSeenRebalance = false
        var connectedBrokers: Set<Int32> = []
    }

    private let state = Mutex(State())

    var isEmpty: Bool { self.state.withLock { $0.rebalances.isEmpty && $0.faults.isEmpty } }

    func append(_ fault: ConsumerFault) {
        self.state.withLock { $0.faults.append(fault) }
    }

    /// Reports `.brokersUnreachable` when the last connection breaks, before anything can be fetched over a new one.
    ///
    /// librdkafka's own report is not enough: it comes only if all connections, also those for the group, are down
    /// at one instant, which a broker that restarts quickly does not bring about.
    private func connection(to broker: Int32, isUp: Bool) {
        self.state.withLock { state in
            if isUp {
                state.connectedBrokers.insert(broker)
            } else if state.connectedBrokers.remove(broker) != nil, state.connectedBrokers.isEmpty, !state.isClosing {
                state.faults.append(.brokersUnreachable)
            }
        }
    }

    func take() -> (rebalance: Rebalance?, faults: [ConsumerFault]) {
        self.state.withLock { state in
            defer { state.faults.removeAll() }
            let rebalance = state.rebalances.isEmpty ? nil : state.rebalances.removeFirst()
            state.unanswered = rebalance ?? state.unanswered
            return (rebalance, state.faults)
        }
    }

    var isRebalanceUnanswered: Bool { self.state.withLock { $0.unanswered != nil } }

    /// The rebalance that was taken last has its answer.
    func answered() {
        self.state.withLock { $0.unanswered = nil }
    }

    /// The rebalance for which librdkafka waits, taken or not; the caller answers it now.
    func takeOutstanding() -> Rebalance? {
        self.state.withLock { state in
            if let unanswered = state.unanswered {
                state.unanswered = nil
                return unanswered
            }
            return state.rebalances.isEmpty ? nil : state.rebalances.removeFirst()
        }
    }

    /// Whether the group has ever assigned something, if only nothing.
    var hasSeenRebalance: Bool { self.state.withLock { $0.hasSeenRebalance } }

    var isClosed: Bool { self.state.withLock { $0.isClosing } }

    /// From now on rebalances are answered on the spot, since nobody polls any more.
    func close() {
        self.state.withLock { $0.isClosing = true }
    }

    static func install(in configuration: OpaquePointer, opaque: UnsafeMutableRawPointer) {
        rd_kafka_conf_set_rebalance_cb(configuration) { client, code, partitions, opaque in
            guard let client, let opaque else { return }
            ClientCallbacks.from(opaque).events.rebalance(
                client,
                isAssignment: code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS,
                partitions.map { PartitionList.partitions(of: $0) } ?? []
            )
        }
        rd_kafka_conf_interceptor_add_on_new(
            configuration,
            Self.interceptor,
            { client, _, opaque, _, _ in
                rd_kafka_interceptor_add_on_broker_state_change(
                    client,
                    ConsumerEvents.interceptor,
                    { _, broker, _, _, port, state, opaque in
                        // Without port: the group's coordinator, a second connection to one of the brokers.
                        // Below 0: a bootstrap address that is not known to be a certain broker yet.
                        if let opaque, let state, broker >= 0, port != 0 {
                            let isUp = ["UP", "UPDATE"].contains(String(cString: state))
                            ClientCallbacks.from(opaque).events.connection(to: broker, isUp: isUp)
                        }
                        return RD_KAFKA_RESP_ERR_NO_ERROR
                    },
                    opaque
                )
            },
            opaque
        )
    }

    private static let interceptor = "connections"

    private func rebalance(_ client: OpaquePointer, isAssignment: Bool, _ partitions: [TopicPartition]) {
        let isClosing = self.state.withLock { state in
            state.hasSeenRebalance = true
            if !state.isClosing {
                state.rebalances.append(
                    isAssignment
                        ? .assign(partitions)
                        : rd_kafka_assignment_lost(client) != 0 ? .lost(partitions) : .revoke(partitions)
                )
            }
            return state.isClosing
        }
        if isClosing {
            // While the client closes, librdkafka takes this as the answer under every protocol.
            rd_kafka_assign(client, nil)
        }
        // Ends the poll: what it has gathered belongs to the time before the rebalance.
        rd_kafka_yield(client)
    }
}
