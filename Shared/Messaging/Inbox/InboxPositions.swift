import Kafka
import Logging
import Postgres

/// Positions in the service's partitions, as the database knows them.
struct InboxPositions: Sendable {
    let pool: PostgresPool
    let metrics: MessagingMetrics
    let logger: Logger

    /// Where to read on. A partition that is new starts at its beginning; so does one whose log is
    /// another cluster's than the one that was read, which is said loudly.
    func load(_ partitions: [TopicPartition], of clusterID: String) async throws -> [TopicPartition: Int64] {
        let partitions = partitions.sorted()
        let topics = partitions.map(\.topic)
        let numbers = partitions.map(\.partition)
        return try await self.pool.withTransaction("load positions") { transaction in
            let (_, rows) = try await transaction.execute(
                together: EnsureInboxPositions(topics: topics, partitions: numbers, clusterID: clusterID),
                LockInboxPositions(topics: topics, partitions: numbers)
            )
            var positions: [TopicPartition: Int64] = [:]
            var foreign: [InboxPosition] = []
            for row in rows {
                let isForeign = row.clusterID != clusterID
                positions[TopicPartition(topic: row.topic, partition: row.partition)] = isForeign ? 0 : row.nextOffset
                if isForeign { foreign.append(row) }
            }
            if !foreign.isEmpty {
                try await self.startOver(foreign, in: clusterID, transaction)
            }
            return positions
        }
    }

    /// Sets positions in the log of a cluster.
    func move(_ offsets: [TopicPartition: Int64], of clusterID: String) async throws {
        let positions = offsets.map {
            InboxPosition(topic: $0.key.topic, partition: $0.key.partition, clusterID: clusterID, nextOffset: $0.value)
        }
        _ = try await self.pool.withTransaction("move positions") { transaction in
            try await transaction.execute(MoveInboxPositions(positions: positions))
        }
    }

    private func startOver(
        _ foreign: [InboxPosition],
        in clusterID: String,
        _ transaction: Transaction
    ) async throws {
        self.metrics.countLogLosses()
        self.logger.critical(
            "The positions are those of another cluster's log; its successor is read from the beginning",
            metadata: [
                "cluster": "\(clusterID)", "former.cluster": "\(foreign[0].clusterID)",
                "partitions": "\(foreign.count)",
            ]
        )
        let beginning = foreign.map {
            InboxPosition(topic: $0.topic, partition: $0.partition, clusterID: clusterID, nextOffset: 0)
        }
        _ = try await transaction.execute(MoveInboxPositions(positions: beginning))
    }
}
