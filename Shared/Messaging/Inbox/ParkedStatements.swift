import Contracts
import Kafka
import Postgres

/// One record that waits in the database.
struct ParkedRecord: Sendable {
    var parkedID: Int64
    var record: ConsumedRecord
    var attempts: Int
}

/// Which keys have parked records: later records of these must wait behind them.
struct FindParkedKeys: Statement {
    static let sql = """
        SELECT DISTINCT r.topic, r.key
          FROM unnest($1::text[], $2::text[]) AS k (topic, key)
          JOIN parked_record AS r
            ON r.topic = k.topic
           AND r.key = k.key
        """

    var topics: [String]
    var keys: [String]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.topics)
        parameters.append(self.keys)
    }

    static func read(_ columns: inout Columns) throws -> TopicKey {
        TopicKey(topic: try columns.next(), key: try columns.next())
    }
}

/// What has one order of its own.
struct TopicKey: Hashable, Sendable {
    var topic: String
    var key: String
}

extension TopicKey {
    init<Body>(_ message: Message<Body>) {
        self.init(topic: message.origin.topic, key: message.key)
    }
}

/// Parks one record, behind those of its key that are parked already.
struct ParkRecord: Statement {
    static let sql = """
        INSERT INTO parked_record
               (topic, partition, "offset", stamped_at, key, record_key, value, headers,
                attempts, next_attempt_at, code, reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """

    var record: ConsumedRecord
    var attempts: Int
    var nextAttemptAt: Timestamp
    var refusal: Refusal

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.record.topicPartition.topic)
        parameters.append(self.record.topicPartition.partition)
        parameters.append(self.record.offset)
        parameters.append(self.record.timestampMilliseconds ?? 0)
        parameters.append(self.record.textKey)
        parameters.append(self.record.key)
        parameters.append(self.record.value)
        parameters.append(HeaderCodec.encode(self.record.headers))
        parameters.append(Int32(self.attempts))
        parameters.append(self.nextAttemptAt)
        parameters.append(self.refusal.code.storable)
        parameters.append(self.refusal.text.storable)
    }
}

/// The oldest parked record of each key whose time has come; records that another instance works on are left out.
struct TakeDueParkedRecords: Statement {
    static let sql = """
        SELECT r.parked_id, r.topic, r.partition, r."offset", r.stamped_at, r.record_key, r.value,
               r.headers, r.attempts
          FROM parked_record AS r
         WHERE r.next_attempt_at <= $1
           AND NOT EXISTS (SELECT
                             FROM parked_record AS before
                            WHERE before.topic = r.topic
                              AND before.key = r.key
                              AND before.parked_id < r.parked_id)
         ORDER BY r.parked_id
         LIMIT $2
           FOR UPDATE SKIP LOCKED
        """

    var dueBy: Timestamp
    var limit: Int32

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> ParkedRecord { try ParkedRecord(&columns) }
}

/// One certain parked record, unless another instance works on it.
struct TakeParkedRecord: Statement {
    static let sql = """
        SELECT r.parked_id, r.topic, r.partition, r."offset", r.stamped_at, r.record_key, r.value,
               r.headers, r.attempts
          FROM parked_record AS r
         WHERE r.parked_id = $1
           FOR UPDATE SKIP LOCKED
        """

    var parkedID: Int64

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.parkedID)
    }

    static func read(_ columns: inout Columns) throws -> ParkedRecord { try ParkedRecord(&columns) }
}

extension ParkedRecord {
    fileprivate init(_ columns: inout Columns) throws {
        let parkedID: Int64 = try columns.next()
        let topicPartition = TopicPartition(topic: try columns.next(), partition: try columns.next())
        let offset: Int64 = try columns.next()
        let stampedAt: Int64 = try columns.next()
        let key: [UInt8]? = try columns.next()
        let value: [UInt8]? = try columns.next()
        let headers = HeaderCodec.decode(try columns.next())
        let record = ConsumedRecord(
            topicPartition: topicPartition,
            offset: offset,
            key: key,
            value: value,
            headers: headers,
            timestampMilliseconds: stampedAt
        )
        self.init(parkedID: parkedID, record: record, attempts: Int(try columns.next(Int32.self)))
    }
}

/// The record was handled, or has become a dead letter.
struct RemoveParkedRecord: Statement {
    static let sql = "DELETE FROM parked_record WHERE parked_id = $1"

    var parkedID: Int64

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.parkedID)
    }
}

/// The record failed once more.
struct DelayParkedRecord: Statement {
    static let sql = """
        UPDATE parked_record
           SET attempts = $2,
               next_attempt_at = $3,
               code = $4,
               reason = $5
         WHERE parked_id = $1
        """

    var parkedID: Int64
    var attempts: Int
    var nextAttemptAt: Timestamp
    var refusal: Refusal

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.parkedID)
        parameters.append(Int32(self.attempts))
        parameters.append(self.nextAttemptAt)
        parameters.append(self.refusal.code.storable)
        parameters.append(self.refusal.text.storable)
    }
}

/// How many records wait, for the metrics.
struct CountParkedRecords: Statement {
    static let sql = "SELECT count(*) FROM parked_record"

    static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
}
