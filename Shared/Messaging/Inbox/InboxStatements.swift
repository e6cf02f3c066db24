import Kafka
import Postgres

/// A position in one partition's log.
struct InboxPosition: Hashable, Sendable {
    var topic: String
    var partition: Int32
    var clusterID: String
    var nextOffset: Int64
}

extension InboxPosition {
    init(_ columns: inout Columns) throws {
        self.topic = try columns.next()
        self.partition = try columns.next()
        self.clusterID = try columns.next()
        self.nextOffset = try columns.next()
    }
}

/// Creates the rows of partitions that are read for the first time, at offset 0.
struct EnsureInboxPositions: Statement {
    static let sql = """
        INSERT INTO inbox_offset (topic, partition, cluster_id, next_offset)
        SELECT p.topic, p.partition, $3, 0
          FROM unnest($1::text[], $2::int[]) AS p (topic, partition)
         ORDER BY p.topic, p.partition
            ON CONFLICT (topic, partition) DO NOTHING
        """

    var topics: [String]
    var partitions: [Int32]
    var clusterID: String

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.topics)
        parameters.append(self.partitions)
        parameters.append(self.clusterID)
    }
}

extension LockInboxPositions {
    /// Of all partitions that the records are from.
    init(_ records: [ConsumedRecord]) {
        let partitions = Set(records.map(\.topicPartition)).sorted()
        self.init(topics: partitions.map(\.topic), partitions: partitions.map(\.partition))
    }
}

/// Reads positions and keeps them to this transaction: of two instances that believe to own a
/// partition, the second waits here and then finds its records handled.
struct LockInboxPositions: Statement {
    static let sql = """
        SELECT i.topic, i.partition, i.cluster_id, i.next_offset
          FROM inbox_offset AS i
          JOIN unnest($1::text[], $2::int[]) AS p (topic, partition)
            ON i.topic = p.topic
           AND i.partition = p.partition
         ORDER BY i.topic, i.partition
           FOR UPDATE OF i
        """

    var topics: [String]
    var partitions: [Int32]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.topics)
        parameters.append(self.partitions)
    }

    static func read(_ columns: inout Columns) throws -> InboxPosition { try InboxPosition(&columns) }
}

/// Moves positions: forward after a batch, to the beginning after the broker lost its log.
struct MoveInboxPositions: Statement {
    static let sql = """
        UPDATE inbox_offset AS i
           SET next_offset = p.next_offset,
               cluster_id = p.cluster_id
          FROM unnest($1::text[], $2::int[], $3::text[], $4::bigint[]) AS p (topic, partition, cluster_id, next_offset)
         WHERE i.topic = p.topic
           AND i.partition = p.partition
        """

    var positions: [InboxPosition]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.positions.map(\.topic))
        parameters.append(self.positions.map(\.partition))
        parameters.append(self.positions.map(\.clusterID))
        parameters.append(self.positions.map(\.nextOffset))
    }
}

/// Lets the end of a transaction not wait until it is on disk: for what may be lost with a server that dies, because it
/// is done again. What other transactions have ended before is on disk when this is.
struct CommitWithoutWaiting: Statement {
    static let sql = "SELECT set_config('synchronous_commit', 'off', true)"

    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}
