package import Postgres

/// Where a service is in a partition: what its database says, which changes with the state, in the same transaction.
package struct ReadPosition: Hashable, Sendable {
    package var topic: String
    package var partition: Int32
    /// Whose log the offset is in.
    package var clusterID: String
    package var nextOffset: Int64
}

/// All positions of a service, by topic and partition.
package struct ListReadPositions: Statement {
    package static let sql = """
        SELECT topic, partition, cluster_id, next_offset
          FROM inbox_offset
         ORDER BY topic, partition
        """

    package init() {}

    package static func read(_ columns: inout Columns) throws -> ReadPosition {
        ReadPosition(
            topic: try columns.next(), partition: try columns.next(), clusterID: try columns.next(),
            nextOffset: try columns.next())
    }
}
