import Kafka

/// Notices that records are missing between one and the next of a partition.
///
/// A log may have such gaps: what a producer's transaction leaves at its end, what compaction took away. But it may also be
/// the client that has left records out, as around a rebalance. So a gap is read once more from its beginning, before
/// it is believed; where a few were there the second time too, those that follow are believed at once. After the last
/// record no other shows a gap: there the log's end does, when nothing comes although the log goes on.
struct Continuity: Sendable {
    /// So many gaps of a partition are read again.
    static let mostDoubted = 3

    private struct Partition {
        var next: Int64
        /// Of the record after a gap that is being read again.
        var doubted: Int64?
        var confirmed = 0
        /// Where it stood still when that was looked at last, and up to which end it was read again since.
        var standstill: (next: Int64, end: Int64?)?

        /// - Parameter record: the first after a gap.
        func isDoubtful(_ record: ConsumedRecord) -> Bool {
            guard let doubted = self.doubted else { return self.confirmed < Continuity.mostDoubted }
            return record.offset > doubted
        }
    }

    private var partitions: [TopicPartition: Partition] = [:]

    /// Where these partitions are read from now on.
    mutating func begin(_ positions: [TopicPartition: Int64]) {
        for (partition, position) in positions { self.partitions[partition] = Partition(next: position) }
    }

    mutating func end(_ partitions: [TopicPartition]) {
        for partition in partitions { self.partitions[partition] = nil }
    }

    /// To be called now and then while nothing comes.
    ///
    /// - Parameter ends: the offsets after the last records of the logs, as far as they are known.
    /// - Returns: where to read again: of partitions that have stood still since the last call, each once up to an end.
    mutating func standingStill(before ends: [TopicPartition: Int64]) -> [TopicPartition: Int64] {
        var gaps: [TopicPartition: Int64] = [:]
        for (key, end) in ends {
            guard var partition = self.partitions[key] else { continue }
            if end <= partition.next {
                partition.standstill = nil
            } else if let standstill = partition.standstill, standstill.next == partition.next {
                if standstill.end != end {
                    partition.standstill?.end = end
                    partition.doubted = end
                    gaps[key] = partition.next
                }
            } else {
                partition.standstill = (partition.next, nil)
            }
            self.partitions[key] = partition
        }
        return gaps
    }

    /// What the records that were read show.
    struct Examined {
        /// Those without a doubtful gap before them, in their order.
        var records: [ConsumedRecord]
        /// Where to read again.
        var gaps: [TopicPartition: Int64] = [:]
        /// Gaps that were none: how many records were there the second time.
        var recovered = 0
    }

    /// - Parameter records: in their order in each partition.
    mutating func examine(_ records: [ConsumedRecord]) -> Examined {
        var examined = Examined(records: [])
        examined.records.reserveCapacity(records.count)
        for record in records where examined.gaps[record.topicPartition] == nil {
            guard var partition = self.partitions[record.topicPartition], record.offset >= partition.next else {
                // A partition that was given back, or a record that is known: the positions tell.
                examined.records.append(record)
                continue
            }
            if record.offset > partition.next {
                if partition.isDoubtful(record) {
                    partition.doubted = record.offset
                    self.partitions[record.topicPartition] = partition
                    examined.gaps[record.topicPartition] = partition.next
                    continue
                }
                if record.offset == partition.doubted { partition.confirmed += 1 }
            }
            if let doubted = partition.doubted {
                if record.offset < doubted { examined.recovered += 1 }
                if record.offset + 1 >= doubted { partition.doubted = nil }
            }
            partition.next = record.offset + 1
            self.partitions[record.topicPartition] = partition
            examined.records.append(record)
        }
        return examined
    }
}
