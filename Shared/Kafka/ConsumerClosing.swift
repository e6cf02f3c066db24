import CRdKafka

/// How a consumer leaves its group.
///
/// librdkafka leaves a group by itself when a consumer closes or is destroyed, but version 2.0.2 may then wait for
/// ever: with a rebalance still open, it frees the queue in which the answer to it waits while the answering thread
/// waits for the reply, or stays in a state that no answer ends. So the group is left while the client still works,
/// and only a consumer without a group is closed.
extension ClientHandle {
    /// Gives all partitions back, leaves the group and waits until its coordinator knows.
    ///
    /// - Parameter patience: for a coordinator that does not answer.
    func leaveGroup(patience: Duration) {
        defer { self.callbacks.events.close() }
        guard self.isSubscribed else {
            rd_kafka_consumer_close(self.pointer)
            return
        }
        if self.isStaticMember {
            // Keeps its place until it comes back or its session ends.
            self.answerOutstanding(wait: 0)
            self.noticeDestructibility()
            return
        }
        rd_kafka_unsubscribe(self.pointer)
        let deadline = ContinuousClock.now + patience
        repeat {
            self.answerOutstanding(wait: 10)
        } while (self.isMember || rd_kafka_queue_length(self.consumerQueue) > 0) && ContinuousClock.now < deadline
        self.noticeDestructibility()
        guard !self.isMember else { return }
        self.callbacks.events.close()
        // Waits for the answer to the request with which the group was left.
        rd_kafka_consumer_close(self.pointer)
    }

    /// librdkafka 2.0.2 ends the process when it frees a consumer whose cooperative group has admitted it, but never
    /// assigned anything to it, not even nothing. Such a consumer is kept, with its threads; it can only be one that
    /// closes as soon as it has begun.
    private func noticeDestructibility() {
        self.isDestructible = !self.isCooperative || self.callbacks.events.hasSeenRebalance
    }

    /// Serves what has arrived, and answers each rebalance in it with giving everything up.
    ///
    /// - Parameter wait: for something to arrive, in milliseconds.
    private func answerOutstanding(wait: Int32) {
        repeat {
            if let message = rd_kafka_consumer_poll(self.pointer, wait) { rd_kafka_message_destroy(message) }
            while let rebalance = self.callbacks.events.takeOutstanding() {
                self.giveUp(rebalance)
            }
        } while rd_kafka_queue_length(self.consumerQueue) > 0
    }

    private func giveUp(_ rebalance: Rebalance) {
        switch (rebalance, self.isCooperative) {
        case (.assign, false):
            // None at all would not count as an answer.
            _ = PartitionList([TopicPartition]()).lend { rd_kafka_assign(self.pointer, $0) }
        case (.revoke, false), (.lost, false):
            rd_kafka_assign(self.pointer, nil)
        case (.assign, true):
            self.ignore(PartitionList([TopicPartition]()).lend { rd_kafka_incremental_assign(self.pointer, $0) })
        case (.revoke(let partitions), true), (.lost(let partitions), true):
            // One that was never taken over would make the answer invalid.
            let owned = Set((try? self.assignment()) ?? []).intersection(partitions)
            self.ignore(PartitionList(owned).lend { rd_kafka_incremental_unassign(self.pointer, $0) })
        }
    }

    private func ignore(_ error: OpaquePointer?) {
        if let error { rd_kafka_error_destroy(error) }
    }

    private var isSubscribed: Bool {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        guard rd_kafka_subscription(self.pointer, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return false }
        return !PartitionList(consuming: list).partitions.isEmpty
    }

    /// Whether the coordinator counts this consumer to the group. It does from its first answer on, and until it is
    /// told otherwise.
    private var isMember: Bool {
        guard let identifier = rd_kafka_memberid(self.pointer) else { return false }
        defer { rd_kafka_mem_free(self.pointer, identifier) }
        return identifier.pointee != 0
    }

    private var isStaticMember: Bool {
        var length = 0
        let code = rd_kafka_conf_get(rd_kafka_conf(self.pointer), "group.instance.id", nil, &length)
        // Counted with the zero at its end.
        return code == RD_KAFKA_CONF_OK && length > 1
    }
}

extension ClientHandle {
    /// `COOPERATIVE`, `EAGER`, or `NONE` without a group.
    var protocolName: String? {
        rd_kafka_rebalance_protocol(self.pointer).map { String(cString: $0) }
    }

    var isCooperative: Bool { self.protocolName == "COOPERATIVE" }

    /// The partitions being read, in order.
    func assignment() throws -> [TopicPartition] {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        let code = rd_kafka_assignment(self.pointer, &list)
        try KafkaError.check(code, operation: "read assignment")
        guard let list else { return [] }
        return PartitionList(consuming: list).partitions.sorted()
    }
}
