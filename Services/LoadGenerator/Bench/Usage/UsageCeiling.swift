import Contracts
import Foundation
import Kafka
import LoadGeneratorDomain
import Messaging
import Postgres

/// What the machine can do with usage records when nothing is rated: reads them, keeps each once under its id, counts them
/// by account, publishes a message for each and remembers where it is, all in one transaction a batch, on two threads.
/// Rows, indexes and messages are as large as Rating's own.
struct UsageCeiling: Sendable {
    static let topic = Topic("bench.usage")
    private static let batch = 2000
    private static let workers = 2
    /// Records by which a producer connects before its time counts.
    static let head = 500

    let broker: Broker
    let pool: PostgresPool

    func prepare(accounts: Int) async throws {
        let pool = self.pool
        try await pool.withConnection { connection in
            try await connection.execute(unsafeSQL: UsageCeilingSchema.create, name: "set up the ceiling's schema")
        }
        _ = try await pool.execute(FillCeilingAccounts(count: Int64(accounts)))
        try await ScratchTopic.prepare(Self.topic.name, on: self.broker)
    }

    func close() async throws {
        try await self.pool.withConnection { connection in
            try await connection.execute(unsafeSQL: CeilingSchema.drop, name: "drop the ceiling's schema")
        }
    }

    /// - Returns: records a second.
    func measure(_ records: [SyntheticUsage.Record]) async throws -> Double {
        try await self.pool.withConnection { connection in
            try await connection.execute(unsafeSQL: UsageCeilingSchema.empty, name: "empty the ceiling's tables")
        }
        let follower = try await TopicFollower([Self.topic], on: self.broker)
        let ends = follower.start
        await follower.close()
        let remaining = Countdown(records.count)
        let template = try MessageTemplate(bare: Self.rated)
        let messages = records.map {
            ProducerRecord(topic: Self.topic.name, key: Array($0.serviceNumber.utf8), value: $0.json)
        }
        let workers = try await self.workers(from: ends)
        let producer = try await self.broker.producer(after: Array(messages.prefix(Self.head)))
        let rest = messages.dropFirst(Self.head)
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for first in stride(from: rest.startIndex, to: rest.endIndex, by: 5000) {
                    try await producer.publish(Array(rest[first..<min(first + 5000, rest.endIndex)]))
                }
                await producer.close(timeout: .seconds(5))
            }
            for worker in workers { group.addTask { try await self.work(worker, remaining, template) } }
            try await group.waitForAll()
        }
        return Double(max(1, rest.count)) / (ContinuousClock.now - start).inSeconds
    }

    private struct Worker: Sendable {
        var positions: [TopicPartition: Int64]
        var consumer: KafkaConsumer
        var producer: KafkaProducer
    }

    /// Connected, as a service is that has been up.
    private func workers(from ends: [TopicPartition: Int64]) async throws -> [Worker] {
        var workers: [Worker] = []
        for worker in 0..<Self.workers {
            let positions = ends.filter { Int($0.key.partition) % Self.workers == worker }
            let consumer = try KafkaConsumer(
                configuration: self.broker.configuration, groupID: nil, logger: self.broker.logger)
            try await consumer.assignManually(positions.mapValues { .offset($0) })
            let first = ProducerRecord(topic: ScratchTopic.name, key: [0], value: [])
            let producer = try await self.broker.producer(after: [first])
            workers.append(Worker(positions: positions, consumer: consumer, producer: producer))
        }
        return workers
    }

    private func work(_ worker: Worker, _ remaining: Countdown, _ template: MessageTemplate) async throws {
        let (consumer, producer) = (worker.consumer, worker.producer)
        var offsets = worker.positions
        while await remaining.value > 0 {
            try Task.checkCancellation()
            let polled = try await consumer.poll(
                maxRecords: Self.batch, wait: .milliseconds(20), linger: .milliseconds(5))
            guard !polled.records.isEmpty else { continue }
            for record in polled.records { offsets[record.topicPartition] = record.offset + 1 }
            try await self.save(polled.records, offsets, template, producer)
            await remaining.subtract(polled.records.count)
        }
        await producer.close(timeout: .seconds(5))
        await consumer.close()
    }

    private func save(
        _ records: [ConsumedRecord], _ offsets: [TopicPartition: Int64], _ template: MessageTemplate,
        _ producer: KafkaProducer
    ) async throws {
        var rows = InsertCeilingUsage()
        var counts: [Int64: Int64] = [:]
        var messages: [ProducerRecord] = []
        messages.reserveCapacity(records.count)
        for (index, record) in records.enumerated() {
            guard let value = record.value, let usage = UsageRecorded(scanning: value) else {
                throw LoadGeneratorError(description: "a synthetic record cannot be read")
            }
            let account = Int64(SyntheticUsage.account(of: usage.serviceNumber))
            counts[account, default: 0] += 1
            rows.append(usage, account)
            messages.append(
                ProducerRecord(
                    topic: ScratchTopic.name, key: Array("L\(account)".utf8), value: template.copy(UInt64(index)),
                    headers: Self.headers))
        }
        let (insert, counted) = (rows, counts.sorted { $0.key < $1.key })
        try await self.pool.withTransaction("ceiling") { transaction in
            let (inserted, _, _) = try await transaction.execute(
                together: insert,
                CountCeilingUsage(accounts: counted.map(\.key), counts: counted.map(\.value)),
                MoveCeilingOffsets(
                    partitions: offsets.keys.map { $0.partition }, offsets: offsets.values.map { $0 }))
            guard inserted.count == records.count else {
                throw LoadGeneratorError(description: "a synthetic record came twice")
            }
            try await producer.publish(messages)
        }
    }

    private static let rated = UsageRated(
        usageId: MessageTemplate.identifier(), accountId: "L12345678", serviceNumber: "029812345678", kind: .voice,
        cycle: BillingCycle(of: CivilDate(daysSinceEpoch: 20_454)),
        endedAt: Timestamp(microseconds: 1_767_225_600_000_000),
        units: 3,
        lines: [
            .init(
                rule: "sharedMinutes", allowance: "sharedMinutes", units: 3, unitPriceMilliyuan: .zero,
                chargeMilliyuan: .zero, subject: ["Calls", "Domestic calls", "Call charges"], allowanceBefore: 240,
                allowanceAfter: 237)
        ],
        chargeMilliyuan: .zero, sequence: 1)

    private static let headers = [
        KafkaHeader("ce_specversion", "1.0"), KafkaHeader("ce_source", "/rating"),
        KafkaHeader("ce_type", "usage.rated"),
        KafkaHeader("ce_time", "2026-11-21T09:30:00.123456+08:00"), KafkaHeader("content-type", "application/json"),
        KafkaHeader("ce_id", MessageTemplate.uuid()), KafkaHeader("ce_subject", MessageTemplate.uuid()),
        KafkaHeader("ce_correlationid", MessageTemplate.uuid()),
        KafkaHeader("ce_causationid", "usage.recorded/3/123456"),
        KafkaHeader("ce_traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ]
}

/// How many are still to be done.
private actor Countdown {
    private(set) var value: Int

    init(_ value: Int) { self.value = value }

    func subtract(_ count: Int) { self.value -= count }
}

/// Tables as Rating's, in the schema of the other ceilings.
enum UsageCeilingSchema {
    static let create = """
        DROP SCHEMA IF EXISTS bench CASCADE;
        CREATE SCHEMA bench;
        CREATE TABLE bench.usage_record (
            cycle            date        NOT NULL,
            usage_id         uuid        NOT NULL,
            account_no       bigint      NOT NULL,
            ended_at         timestamptz NOT NULL,
            content          bytea       NOT NULL,
            result           bytea       NOT NULL,
            charge_milliyuan bigint      NOT NULL,
            sequence         bigint      NOT NULL DEFAULT 1,
            lateness         smallint    NOT NULL DEFAULT 0,
            PRIMARY KEY (cycle, usage_id)
        );
        CREATE INDEX ON bench.usage_record (account_no);
        CREATE TABLE bench.account_cycle (
            account_no       bigint  PRIMARY KEY,
            counters         bytea   NOT NULL,
            charge_milliyuan bigint  NOT NULL,
            records          bigint  NOT NULL
        ) WITH (fillfactor = 70);
        CREATE TABLE bench.inbox_offset (partition int PRIMARY KEY, next_offset bigint NOT NULL);
        INSERT INTO bench.inbox_offset SELECT generate_series(0, 63), 0
        """

    static let empty = "TRUNCATE bench.usage_record"
}

private struct FillCeilingAccounts: Statement {
    static let sql = """
        INSERT INTO bench.account_cycle
        SELECT i, decode(repeat('00', 48), 'hex'), 0, 0 FROM generate_series(0, $1::bigint) AS i
        """

    var count: Int64

    func bind(_ parameters: inout Parameters) { parameters.append(self.count) }
}

private struct InsertCeilingUsage: Statement {
    static let sql = """
        INSERT INTO bench.usage_record (cycle, usage_id, account_no, ended_at, content, result, charge_milliyuan)
        SELECT '2026-12-01', b.usage_id, b.account_no, b.ended_at, b.content, b.result, 0
          FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::bytea[], $5::bytea[])
               AS b (usage_id, account_no, ended_at, content, result)
            ON CONFLICT DO NOTHING
        RETURNING usage_id
        """

    private var ids: [UUID] = []
    private var accounts: [Int64] = []
    private var ends: [Timestamp] = []
    private var contents: [[UInt8]] = []
    private var results: [[UInt8]] = []

    mutating func append(_ usage: UsageRecorded, _ account: Int64) {
        self.ids.append(usage.usageId.rawValue)
        self.accounts.append(account)
        self.ends.append(usage.endedAt)
        self.contents.append([UInt8](repeating: 48, count: 34))
        self.results.append([UInt8](repeating: 48, count: 12))
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ids)
        parameters.append(self.accounts)
        parameters.append(self.ends)
        parameters.append(self.contents)
        parameters.append(self.results)
    }

    static func read(_ columns: inout Columns) throws -> UUID { try columns.next() }
}

private struct CountCeilingUsage: Statement {
    static let sql = """
        UPDATE bench.account_cycle AS c
           SET records = c.records + b.count
          FROM unnest($1::bigint[], $2::bigint[]) AS b (account_no, count)
         WHERE c.account_no = b.account_no
        """

    var accounts: [Int64]
    var counts: [Int64]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts)
        parameters.append(self.counts)
    }
}

private struct MoveCeilingOffsets: Statement {
    static let sql = """
        UPDATE bench.inbox_offset AS i
           SET next_offset = b.next_offset
          FROM unnest($1::int[], $2::bigint[]) AS b (partition, next_offset)
         WHERE i.partition = b.partition
        """

    var partitions: [Int32]
    var offsets: [Int64]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.partitions)
        parameters.append(self.offsets)
    }
}
