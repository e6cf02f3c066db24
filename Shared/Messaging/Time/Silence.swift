import Contracts
import Kafka
import Postgres

/// Whether nothing has been said on a topic, or it only has not been heard yet.
///
/// Where a timer fires because no answer has come, the answer may be in the topic and unread: this service was down,
/// its group has not found together, or it is behind. So silence is believed only up to an instant of which all that
/// the topic held is handled, whichever instance did it.
actor Silence {
    private let makeConsumer: @Sendable () throws -> KafkaConsumer
    private let pool: PostgresPool
    private var consumer: KafkaConsumer?
    private var questions: [Topic: Question] = [:]
    private var heard: [Topic: Timestamp] = [:]

    /// What has to be handled before silence is believed up to `asked`.
    private struct Question {
        var asked: Timestamp
        var clusterID: String
        var ends: [TopicPartition: Int64]
    }

    init(makeConsumer: @escaping @Sendable () throws -> KafkaConsumer, pool: PostgresPool) {
        self.makeConsumer = makeConsumer
        self.pool = pool
    }

    /// How far silence on a topic can be believed; to be asked again, for others may be at handling what there is.
    ///
    /// - Parameters:
    ///   - due: the earliest instant of interest.
    ///   - now: both by the wall clock.
    /// - Returns: an instant at or after `due`; `nil` when what had been said by then is not handled yet.
    /// - Throws: `KafkaError` while the broker is away: nobody can tell then.
    func believable(on topic: Topic, from due: Timestamp, at now: Timestamp) async throws -> Timestamp? {
        if let heard = self.heard[topic], heard >= due { return heard }
        let question: Question
        if let open = self.questions[topic], open.asked >= due {
            question = open
        } else {
            question = try await self.ask(topic, at: now)
            self.questions[topic] = question
        }
        let positions = try await self.pool.execute(FindInboxPositions(topic: topic.name))
        let next = Dictionary(uniqueKeysWithValues: positions.map { ($0.partition, $0) })
        for (partition, end) in question.ends where end > 0 {
            guard let position = next[partition.partition], position.clusterID == question.clusterID,
                position.nextOffset >= end
            else { return nil }
        }
        self.heard[topic] = question.asked
        self.questions[topic] = nil
        return question.asked
    }

    func close() async {
        await self.consumer?.close()
        self.consumer = nil
    }

    private func ask(_ topic: Topic, at now: Timestamp) async throws -> Question {
        let patience = Duration.seconds(1)
        let consumer = try self.consumer ?? self.makeConsumer()
        self.consumer = consumer
        let partitions = try await consumer.partitions(of: [topic.name], timeout: patience)[topic.name] ?? []
        var ends: [TopicPartition: Int64] = [:]
        for partition in partitions {
            let partition = TopicPartition(topic: topic.name, partition: partition)
            ends[partition] = try await consumer.watermarks(partition, timeout: patience).high
        }
        // Last, so that ends of a log that was lost meanwhile are not taken for the new one's.
        let clusterID = try await consumer.clusterID(timeout: patience) ?? ""
        return Question(asked: now, clusterID: clusterID, ends: ends)
    }
}

private struct FindInboxPositions: Statement {
    static let sql = "SELECT topic, partition, cluster_id, next_offset FROM inbox_offset WHERE topic = $1"

    var topic: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.topic) }

    static func read(_ columns: inout Columns) throws -> InboxPosition { try InboxPosition(&columns) }
}
