import Contracts
import Kafka
import Logging
import Postgres
import ServiceRuntime

/// Handles batches of records, each in one transaction: recognise what was handled already, decide,
/// change state, append to the outbox, move the positions.
struct BatchProcessor: Sendable {
    struct Settings: Sendable {
        /// The service's name, as in its dead-letter topic.
        var service: String
        var calendar: BusinessCalendar
        /// After so many attempts a record that fails becomes a dead letter.
        var maximumAttempts = 8
        var parkedBackoff = Backoff(firstMilliseconds: 500, maximumMilliseconds: 60_000)
    }

    let settings: Settings
    let decider: BatchDecider
    let pool: PostgresPool
    let encoder: EventEncoder
    let identifiers: any IdentifierSource
    let clock: BusinessClock
    let metrics: MessagingMetrics
    /// Signalled after every transaction: there may be something to publish, or a nearer timer.
    let committed: CommitSignals

    /// The transaction found that its records belong to another log than the one it has positions for.
    struct StalePositions: Error {}

    /// Handles records that are consecutive in each of their partitions. Returns when all of them are
    /// handled, parked or dead letters.
    ///
    /// - Parameter clusterID: the cluster that the records came from.
    /// - Throws: an error of the environment, after which none or all of a leading part are handled;
    ///   or `StalePositions`.
    func process(_ records: [ConsumedRecord], from clusterID: String) async throws {
        guard !self.decider.streams.isEmpty else {
            return try await self.process(records[...], self.decider.decode(records)[...], from: clusterID)
        }
        let parts = Dictionary(grouping: records) { self.decider.streams[$0.topicPartition.topic]?.topic.name ?? "" }
        for (topic, part) in parts.sorted(by: { $0.key < $1.key }) {
            if let handler = self.decider.streams[topic] {
                try await self.stream(part[...], by: handler, from: clusterID)
            } else {
                try await self.process(part[...], self.decider.decode(part)[...], from: clusterID)
            }
        }
    }

    private func process(
        _ records: ArraySlice<ConsumedRecord>,
        _ decoded: ArraySlice<EventDecoder.Outcome>,
        from clusterID: String
    ) async throws {
        do {
            try await self.handle(Array(records), Array(decoded), from: clusterID)
        } catch let error as StalePositions {
            throw error
        } catch  where Disposition(of: error) == .record {
            if records.count > 1 {
                // One of them is at fault. Halving finds it, and keeps the order.
                let middle = records.startIndex + records.count / 2
                try await self.process(records[..<middle], decoded[..<middle], from: clusterID)
                try await self.process(records[middle...], decoded[middle...], from: clusterID)
            } else if let record = records.first {
                try await self.park(record, after: error, from: clusterID)
            }
        }
    }

    private func handle(
        _ records: [ConsumedRecord],
        _ decoded: [EventDecoder.Outcome],
        from clusterID: String
    ) async throws {
        let started = ContinuousClock.now
        let decision = try await self.deciding { withheld in
            try await self.decide(records, decoded, from: clusterID, withheld: withheld)
        }
        self.committed.signal()
        self.metrics.count(decision, records: records.count, took: ContinuousClock.now - started)
    }

    /// Runs a transaction again when it shows which records have to wait behind others of it.
    private func deciding(_ transaction: (Set<RecordOrigin>) async throws -> Decision) async throws -> Decision {
        var withheld: Set<RecordOrigin> = []
        while true {
            do {
                return try await transaction(withheld)
            } catch let error as BatchDecider.Overtaken where !error.records.isSubset(of: withheld) {
                withheld.formUnion(error.records)
            }
        }
    }

    private func decide(
        _ records: [ConsumedRecord],
        _ decoded: [EventDecoder.Outcome],
        from clusterID: String,
        withheld: Set<RecordOrigin>
    ) async throws -> Decision {
        try await self.pool.withTransaction("handle batch") { transaction in
            let (fresh, positions, blocked) = try await self.filter(records, from: clusterID, in: transaction)
            guard !fresh.isEmpty else { return Decision() }
            let context = self.context(transaction)
            let decision = try await self.decider.decide(
                fresh.map { records[$0] },
                fresh.map { decoded[$0] },
                blocked: blocked,
                withheld: withheld,
                in: context
            )
            try await self.save(decision, positions, in: context)
            return decision
        }
    }

    /// Leaves out what is handled already.
    ///
    /// - Returns: indices of the others, the positions after them, and keys with a parked record.
    private func filter(
        _ records: [ConsumedRecord],
        from clusterID: String,
        in transaction: Transaction
    ) async throws -> (fresh: [Int], positions: [InboxPosition], blocked: Set<TopicKey>) {
        let keys = Set(records.map { TopicKey(topic: $0.topicPartition.topic, key: $0.textKey) })
        let (rows, parked) = try await transaction.execute(
            together: LockInboxPositions(records),
            FindParkedKeys(topics: keys.map(\.topic), keys: keys.map(\.key))
        )
        let (fresh, positions) = try self.fresh(records, after: rows, from: clusterID)
        return (fresh, positions, Set(parked))
    }

    /// - Parameter rows: the positions of the records' partitions, locked.
    /// - Returns: indices of the records that are not handled yet, and the positions after them.
    private func fresh(
        _ records: [ConsumedRecord], after rows: [InboxPosition], from clusterID: String
    ) throws -> ([Int], [InboxPosition]) {
        var positions: [TopicPartition: InboxPosition] = [:]
        for row in rows {
            guard row.clusterID == clusterID else { throw StalePositions() }
            positions[TopicPartition(topic: row.topic, partition: row.partition)] = row
        }
        var fresh: [Int] = []
        for (index, record) in records.enumerated() {
            guard let position = positions[record.topicPartition] else { throw StalePositions() }
            if record.offset >= position.nextOffset {
                fresh.append(index)
                positions[record.topicPartition]?.nextOffset = record.offset + 1
            }
        }
        self.metrics.countDuplicates(records.count - fresh.count)
        return (fresh, positions.values.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) })
    }

    private func save(_ decision: Decision, _ positions: [InboxPosition], in context: HandlingContext) async throws {
        for parked in decision.parked {
            _ = try await context.transaction.execute(
                ParkRecord(
                    record: parked.record,
                    attempts: parked.attempts,
                    nextAttemptAt: self.nextAttempt(afterAttempt: max(1, parked.attempts), in: context),
                    refusal: parked.refusal
                )
            )
        }
        let rows = try self.outboxRows(decision, in: context)
        if rows.isEmpty {
            _ = try await context.transaction.execute(MoveInboxPositions(positions: positions))
        } else {
            _ = try await context.transaction.execute(
                together: MoveInboxPositions(positions: positions),
                AppendToOutbox(rows: rows, appendedAt: context.wallNow)
            )
        }
    }

    /// The record cannot be handled now, for a reason that is its own or the code's.
    private func park(_ record: ConsumedRecord, after error: any Error, from clusterID: String) async throws {
        let refusal = Refusal(code: HandlingCode.handlerFailed, text: "\(error)")
        try await self.pool.withTransaction("park record") { transaction in
            let (fresh, positions, _) = try await self.filter([record], from: clusterID, in: transaction)
            guard !fresh.isEmpty else { return }
            var decision = Decision()
            decision.parked = [.init(record: record, attempts: 1, refusal: refusal)]
            try await self.save(decision, positions, in: self.context(transaction))
        }
        self.metrics.countFailure(code: HandlingCode.handlerFailed)
        self.committed.signal()
    }
}

// MARK: - Streams

extension BatchProcessor {
    /// As `process`, for records of one topic whose handler has transactions of its own.
    private func stream(
        _ records: ArraySlice<ConsumedRecord>, by handler: AnyStreamHandler, from clusterID: String
    ) async throws {
        do {
            try await self.handle(Array(records), by: handler, from: clusterID)
        } catch let error as StalePositions {
            throw error
        } catch  where Disposition(of: error) == .record {
            if records.count > 1 {
                let middle = records.startIndex + records.count / 2
                try await self.stream(records[..<middle], by: handler, from: clusterID)
                try await self.stream(records[middle...], by: handler, from: clusterID)
            } else if let record = records.first {
                try await self.park(record, after: error, from: clusterID)
            }
        }
    }

    private func handle(
        _ records: [ConsumedRecord], by handler: AnyStreamHandler, from clusterID: String
    ) async throws {
        let started = ContinuousClock.now
        let decision = try await self.pool.withTransaction("handle stream") { transaction in
            let rows = try await transaction.execute(LockInboxPositions(records))
            let (fresh, positions) = try self.fresh(records, after: rows, from: clusterID)
            guard !fresh.isEmpty else { return Decision() }
            let context = self.context(transaction)
            let stream = StreamContext(positions: context, pool: self.pool) { handled, context in
                try await self.append(Decision(handled), in: context)
                // The end of the transaction is near.
                self.committed.relay.signal()
            }
            let outcome = try await handler.handle(
                fresh.count == records.count ? records : fresh.map { records[$0] }, self.decider.decoder, in: stream)
            let decision = Decision(outcome, of: handler)
            // What the handler has done is safe, and known again: records may come again after a server that dies.
            if decision.isEmpty { _ = try await transaction.execute(CommitWithoutWaiting()) }
            try await self.save(decision, positions, in: context)
            return decision
        }
        self.committed.signal()
        self.metrics.count(decision, records: records.count, took: ContinuousClock.now - started)
    }

    private func append(_ decision: Decision, in context: HandlingContext) async throws {
        let rows = try self.outboxRows(decision, in: context)
        guard !rows.isEmpty else { return }
        _ = try await context.transaction.execute(AppendToOutbox(rows: rows, appendedAt: context.wallNow))
    }
}

extension Decision {
    fileprivate init(_ handled: Handled) {
        self.outgoing = handled.outgoing
        self.bundles = handled.bundles
        self.occurrences = handled.occurrences
    }

    fileprivate init(_ outcome: AnyStreamHandler.Outcome, of handler: AnyStreamHandler) {
        self.init(outcome.handled)
        self.deadLetters = outcome.deadLetters
        let topic = handler.topic.name
        if outcome.messages > 0 { self.handled[MessageKind(topic: topic, type: handler.type)] = outcome.messages }
        for (type, count) in outcome.ignored { self.ignored[MessageKind(topic: topic, type: type)] = count }
    }
}

// MARK: - Parked records

extension BatchProcessor {
    /// Tries the parked records whose time has come, each in a transaction of its own.
    ///
    /// - Returns: how many were tried.
    func retryParked() async throws -> Int {
        var tried = 0
        while try await self.retryOneParked() { tried += 1 }
        return tried
    }

    /// - Returns: whether there was one.
    private func retryOneParked() async throws -> Bool {
        var tried: ParkedRecord?
        do {
            let decision = try await self.pool.withTransaction("retry parked record") { transaction in
                let context = self.context(transaction)
                tried = try await self.takeDue(in: context)
                guard let tried else { return Decision?.none }
                return try await self.retry(tried, in: context)
            }
            guard let decision else { return false }
            self.committed.signal()
            self.metrics.count(decision, records: 1, took: .zero)
            return true
        } catch  where Disposition(of: error) == .record {
            guard let tried else { throw error }
            try await self.delay(tried, after: error)
            return true
        }
    }

    private func takeDue(in context: HandlingContext) async throws -> ParkedRecord? {
        try await context.transaction.execute(TakeDueParkedRecords(dueBy: context.wallNow, limit: 1)).first
    }

    private func retry(_ parked: ParkedRecord, in context: HandlingContext) async throws -> Decision {
        var decision = try await self.decider.decide(
            [parked.record],
            self.decider.decode([parked.record]),
            blocked: [],
            in: context
        )
        if let again = decision.parked.first {
            decision.parked = []
            let attempts = parked.attempts + 1
            if try await self.delay(parked, attempts: attempts, again.refusal, in: context) { return decision }
            decision.deadLetters.append((parked.record, again.refusal))
        }
        _ = try await context.transaction.execute(RemoveParkedRecord(parkedID: parked.parkedID))
        let rows = try self.outboxRows(decision, in: context)
        if !rows.isEmpty {
            _ = try await context.transaction.execute(AppendToOutbox(rows: rows, appendedAt: context.wallNow))
        }
        return decision
    }

    /// The handler failed: count the attempt in a transaction that it does not spoil.
    private func delay(_ tried: ParkedRecord, after error: any Error) async throws {
        let refusal = Refusal(code: HandlingCode.handlerFailed, text: "\(error)")
        try await self.pool.withTransaction("delay parked record") { transaction in
            let context = self.context(transaction)
            let found = try await transaction.execute(TakeParkedRecord(parkedID: tried.parkedID)).first
            // Another instance may have tried it meanwhile.
            guard let parked = found, parked.attempts == tried.attempts else { return }
            if try await self.delay(parked, attempts: parked.attempts + 1, refusal, in: context) { return }
            var decision = Decision()
            decision.deadLetters = [(parked.record, refusal)]
            _ = try await transaction.execute(
                together: RemoveParkedRecord(parkedID: parked.parkedID),
                AppendToOutbox(rows: try self.outboxRows(decision, in: context), appendedAt: context.wallNow)
            )
        }
        self.metrics.countFailure(code: HandlingCode.handlerFailed)
        self.committed.signal()
    }

    /// - Returns: `false` when there have been attempts enough.
    private func delay(
        _ parked: ParkedRecord,
        attempts: Int,
        _ refusal: Refusal,
        in context: HandlingContext
    ) async throws -> Bool {
        guard attempts < self.settings.maximumAttempts else { return false }
        _ = try await context.transaction.execute(
            DelayParkedRecord(
                parkedID: parked.parkedID,
                attempts: attempts,
                nextAttemptAt: self.nextAttempt(afterAttempt: attempts, in: context),
                refusal: refusal
            )
        )
        return true
    }
}

// MARK: - Shared by both, and by timers

extension BatchProcessor {
    func context(_ transaction: Transaction, now: Timestamp? = nil) -> HandlingContext {
        HandlingContext(
            transaction: transaction,
            now: now ?? self.clock.now(),
            wallNow: self.clock.wallNow(),
            identifiers: self.identifiers
        )
    }

    func outboxRows(_ decision: Decision, in context: HandlingContext) throws -> [OutboxRow] {
        let topic = Topic.deadLetters(of: self.settings.service)
        let time = self.settings.calendar.format(context.wallNow)
        return try decision.outgoing.map { try self.encoder.row(of: $0, at: context.now) }
            + decision.bundles.map { OutboxRow($0) }
            + decision.deadLetters.map {
                OutboxRow(deadLetter: $0.record, refusal: $0.refusal, topic: topic, at: time)
            }
    }

    private func nextAttempt(afterAttempt attempt: Int, in context: HandlingContext) -> Timestamp {
        let delay = self.settings.parkedBackoff.milliseconds(
            afterAttempt: attempt,
            fraction: context.randomFraction()
        )
        return context.wallNow.advanced(byMilliseconds: delay)
    }
}
