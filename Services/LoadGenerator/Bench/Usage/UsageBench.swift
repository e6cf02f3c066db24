import Contracts
import Foundation
import Kafka
import LoadGeneratorDomain
import Postgres

/// Measures how many usage records a second Rating rates, against what its machine can do without rating them, and checks
/// that each was rated once.
struct UsageBench: Sendable {
    struct Settings: Sendable {
        /// How many accounts there are in each of the measurements, growing.
        var accounts: [Int]
        var records: Int
        var rounds: Int
        var latencySeconds: Int
        /// How many instances of Rating there are: for the report.
        var instances: Int
        /// Only what several instances can change.
        var isShort: Bool
    }

    let broker: Broker
    let pool: PostgresPool
    let settings: Settings
    private let calendar = BusinessCalendar(timeZone: TimeZone(identifier: "Asia/Shanghai") ?? .gmt)

    func run() async throws -> UsageReport {
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        let cycle = self.calendar.start(of: CivilDate(firstOf: BillingCycle(of: self.calendar.date(of: now))))
        let accounts = UsageAccounts(pool: self.pool, since: cycle)
        // Records of the last hours, as far as they are in the cycle and after what is there; each measurement has a part of
        // that time.
        let last = try await self.pool.execute(FindLastEnd()).compactMap(\.self).first ?? cycle
        var times = TimeParts(from: max(cycle, now.advanced(bySeconds: -6 * 3600), last), to: now, parts: 64)
        var report = UsageReport(instances: self.settings.instances)
        var count = try await self.pool.execute(CountBenchAccounts()).first ?? 0
        for wanted in self.settings.accounts {
            Terminal.note("usage: \(wanted) accounts")
            try await accounts.grow(from: count, to: wanted)
            count = max(count, wanted)
            let first = times.next()
            var source = SyntheticUsage(seed: 1, accounts: 1)
            _ = try await self.rate(source.records(1, from: first.from, to: first.to))
            try await accounts.openCycles()
            report.scales.append(try await self.measure(accounts: wanted, &times))
        }
        return report
    }

    private func measure(accounts: Int, _ times: inout TimeParts) async throws -> UsageReport.Scale {
        var source = SyntheticUsage(seed: UInt64.random(in: 1...UInt64.max), accounts: accounts)
        let ceiling = UsageCeiling(broker: self.broker, pool: self.pool)
        try await ceiling.prepare(accounts: accounts)
        // What a service remembers that has been up for some hours: each account, and prices that are charged.
        let span = times.next()
        let parts = max(2, 1 + (accounts + 49_999) / 50_000)
        var warmUp = TimeParts(from: span.from, to: span.to, parts: Int64(parts))
        for first in stride(from: 0, to: accounts, by: 50_000) {
            let part = warmUp.next()
            let visited = first..<min(first + 50_000, accounts)
            _ = try await self.rate(source.visits(visited, from: part.from, to: part.to))
        }
        let part = warmUp.next()
        _ = try await self.rate(source.records(50_000, from: part.from, to: part.to))
        var scale = UsageReport.Scale(accounts: accounts)
        for round in 1...self.settings.rounds {
            for isShuffled in [false, true] {
                let time = times.next()
                var records = source.records(self.settings.records, from: time.from, to: time.to)
                if isShuffled { source.shuffle(&records) }
                let rate = try await self.rate(records)
                let bound = try await ceiling.measure(records)
                Terminal.note(
                    "  round \(round), \(isShuffled ? "shuffled" : "in order"): \(rate.text(0)) records/s; "
                        + "without rating \(bound.text(0))")
                if isShuffled { scale.shuffled.add(rate, bound) } else { scale.inOrder.add(rate, bound) }
            }
        }
        try await ceiling.close()
        if accounts == self.settings.accounts.first, !self.settings.isShort {
            scale.latency = try await self.latency(
                rate: max(1, Int((scale.inOrder.perSecond.median ?? 0) / 2)), &source, &times)
        }
        try await self.check()
        return scale
    }

    /// - Returns: records a second, until each is rated and told, also those that had to be rated again.
    private func rate(_ records: [SyntheticUsage.Record]) async throws -> Double {
        let before = try await self.progress()
        let messages = records.map { Self.message($0) }
        let producer = try await self.broker.producer(after: Array(messages.prefix(UsageCeiling.head)))
        let rest = messages.dropFirst(UsageCeiling.head)
        let start = ContinuousClock.now
        for first in stride(from: rest.startIndex, to: rest.endIndex, by: 5000) {
            try await producer.publish(Array(rest[first..<min(first + 5000, rest.endIndex)]))
        }
        await producer.close(timeout: .seconds(5))
        while true {
            let progress = try await self.progress()
            guard progress.rejected == 0 else {
                throw LoadGeneratorError(description: "\(progress.rejected) synthetic records were rejected")
            }
            if progress.taken - before.taken >= Int64(records.count), progress.unpublished == 0, progress.pending == 0 {
                return Double(max(1, rest.count)) / (ContinuousClock.now - start).inSeconds
            }
            if ContinuousClock.now - start > .seconds(300) {
                throw LoadGeneratorError(description: "Rating does not come to an end: \(progress)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func message(_ record: SyntheticUsage.Record) -> ProducerRecord {
        ProducerRecord(topic: Topic.usageRecorded.name, key: Array(record.serviceNumber.utf8), value: record.json)
    }

    private func progress() async throws -> UsageProgress.Row {
        guard let row = try await self.pool.execute(UsageProgress()).first else {
            throw LoadGeneratorError(description: "the database does not tell how far Rating is")
        }
        return row
    }

    /// Publishes so many records a second, and sees when each is rated.
    private func latency(
        rate: Int, _ source: inout SyntheticUsage, _ times: inout TimeParts
    ) async throws -> UsageReport.Latency {
        Terminal.note("  latency: \(self.settings.latencySeconds) s at \(rate) records/s")
        let time = times.next()
        let records = source.records(rate * self.settings.latencySeconds, from: time.from, to: time.to)
        let follower = try await TopicFollower([.usageRated], on: self.broker)
        let tick = max(1, rate / 100)
        let producer = try await self.broker.producer(after: records.prefix(tick).map { Self.message($0) })
        let start = ContinuousClock.now
        async let published: [ContinuousClock.Instant] = {
            // Those by which it has connected are not measured.
            var instants: [ContinuousClock.Instant] = Array(repeating: start, count: min(tick, records.count))
            for (index, first) in stride(from: tick, to: records.count, by: tick).enumerated() {
                try await Task.sleep(until: start + .milliseconds(10 * index), clock: .continuous)
                let part = records[first..<min(first + tick, records.count)]
                instants.append(contentsOf: repeatElement(.now, count: part.count))
                try await producer.publish(part.map { Self.message($0) })
            }
            await producer.close(timeout: .seconds(5))
            return instants
        }()
        var seen: [UInt32: ContinuousClock.Instant] = [:]
        let deadline = start + .seconds(self.settings.latencySeconds + 60)
        while seen.count < records.count, ContinuousClock.now < deadline {
            let polled = try await follower.poll(wait: .milliseconds(50))
            let now = ContinuousClock.now
            for record in polled {
                let subject = record.headers.first { $0.name == "ce_subject" }?.text ?? ""
                guard let id = UUID(text: subject) else { continue }
                seen[SyntheticUsage.serial(of: id)] = seen[SyntheticUsage.serial(of: id)] ?? now
            }
        }
        await follower.close()
        let instants = try await published
        guard seen.count >= records.count, let first = seen.keys.min() else {
            throw LoadGeneratorError(description: "\(records.count - seen.count) records were not rated in time")
        }
        var latencies = Latencies()
        for (serial, instant) in seen where Int(serial - first) >= tick {
            latencies.add(nanoseconds: (instant - instants[Int(serial - first)]).nanoseconds)
        }
        return UsageReport.Latency(recordsPerSecond: rate, summary: latencies.summary())
    }

    /// A measurement of wrong answers is none.
    private func check() async throws {
        guard let totals = try await self.pool.execute(UsageTotals()).first else { return }
        guard totals.records == totals.countedRecords, totals.charges == totals.countedCharges else {
            throw LoadGeneratorError(description: "records and what was counted of them differ: \(totals)")
        }
    }
}

/// One after another, parts of a time.
private struct TimeParts {
    private let from: Timestamp
    private let length: Int64
    private var index: Int64 = 0

    init(from: Timestamp, to: Timestamp, parts: Int64) {
        self.from = from
        self.length = to.microseconds(since: from) / parts
    }

    mutating func next() -> (from: Timestamp, to: Timestamp) {
        defer { self.index += 1 }
        let start = self.from.microseconds + self.index * self.length
        return (Timestamp(microseconds: start), Timestamp(microseconds: start + self.length))
    }
}

private struct FindLastEnd: Statement {
    static let sql = """
        SELECT max(c.last_ended_at)
          FROM rating.account AS a
          JOIN rating.account_cycle AS c
            ON c.account_no = a.account_no
         WHERE a.account_id LIKE 'L%'
        """

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

private struct CountBenchAccounts: Statement {
    static let sql = "SELECT count(*) FROM rating.account WHERE account_id LIKE 'L%'"

    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}
