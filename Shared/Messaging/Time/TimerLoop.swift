import Contracts
import Logging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// Fires timers when they are due, and makes the business clock leap: everything that falls due on the
/// way happens first, in due order.
struct TimerLoop: Service {
    let sources: [any TimerSource]
    let processor: BatchProcessor
    let clock: BusinessClock
    let silence: Silence
    let gate: BatchGate
    let wakeup: Wakeup
    let started: StartLatch
    let logger: Logger
    /// So many timers a transaction.
    var limit = 500
    /// Another instance may have set a nearer timer than this one knows.
    var longestWait = Duration.seconds(1)
    /// Transactions end many times a second; looking that often for a nearer timer would cost more than it brings.
    var shortestWait = Duration.milliseconds(50)

    func run() async throws {
        await self.fireUntilStopped()
        await self.silence.close()
    }

    private func fireUntilStopped() async {
        await self.started.wait()
        var failures = 0
        while !Task.isStopping {
            do {
                let next = try await self.fireDue()
                failures = 0
                await self.wait(until: next)
            } catch  where Disposition(of: error) != .cancelled {
                failures += 1
                self.logger.warning("Timers failed; trying again", metadata: ["error": "\(error)"])
                let backoff = Backoff(firstMilliseconds: 100, maximumMilliseconds: 5000)
                await idle(
                    for: .milliseconds(backoff.milliseconds(afterAttempt: failures, fraction: .random(in: 0..<1))))
            } catch {
                return
            }
        }
    }

    /// Fires everything that is due by now.
    ///
    /// - Returns: microseconds of wall clock until the next is due; `nil` when none is.
    func fireDue() async throws -> Int64? {
        var next: [Int64] = []
        for clock in [TimerClock.business, .wall] {
            let now = clock == .business ? self.clock.now() : self.clock.wallNow()
            guard let due = try await self.fire(clock, upTo: now) else { continue }
            switch clock {
            case .business:
                let wall = self.clock.setting.wallMicroseconds(until: due, fromWall: self.clock.wallNow())
                if let wall { next.append(wall) }
            case .wall:
                next.append(max(0, due.microseconds(since: self.clock.wallNow())))
            }
        }
        return next.min()
    }

    /// Makes the clock leap to a setting, alone: no batch is under way meanwhile.
    func leap(to setting: BusinessClock.Setting) async throws {
        try await self.gate.alone {
            let target = setting.businessTime(atWall: self.clock.wallNow())
            _ = try await self.fire(.business, upTo: target)
            // What is left is done at the next start, before anything else.
            guard !Task.isStopping else { throw CancellationError() }
            self.clock.set(setting)
        }
        self.wakeup.signal()
    }

    /// Fires all sources of one clock in due order, up to and including an instant.
    ///
    /// - Returns: when the next one after it is due.
    private func fire(_ clock: TimerClock, upTo limitTime: Timestamp) async throws -> Timestamp? {
        let sources = self.sources.filter { $0.clock == clock }
        while true {
            let due = try await self.dueTimes(of: sources)
            let limits = await self.limits(of: sources, due, upTo: limitTime)
            guard let (index, earliest) = due.filter({ limits[$0.0] != nil }).min(by: { $0.1 < $1.1 }),
                let limit = limits[index], earliest <= limit, !Task.isStopping
            else { return due.map(\.1).min() }
            // Up to the next of the other sources, so that the order holds across sources too.
            let others = due.filter { $0.0 != index && limits[$0.0] != nil }.map(\.1).min()
            let isStuck = try await self.fire(sources[index], dueBy: min(limit, others ?? limit))
            // Looking again at once would spin.
            if isStuck { return earliest }
        }
    }

    /// Up to when each source may fire now; those are missing that have to wait for what is unread.
    private func limits(
        of sources: [any TimerSource],
        _ due: [(Int, Timestamp)],
        upTo limitTime: Timestamp
    ) async -> [Int: Timestamp] {
        var limits: [Int: Timestamp] = [:]
        for (index, dueAt) in due {
            guard let topic = sources[index].silentTopic, dueAt <= limitTime else {
                limits[index] = limitTime
                continue
            }
            do {
                let heard = try await self.silence.believable(on: topic, from: dueAt, at: self.clock.wallNow())
                limits[index] = heard.map { min(limitTime, $0) }
            } catch {
                self.logger.warning(
                    "Nobody can tell what was said; timers wait",
                    metadata: ["topic": "\(topic.name)", "source": "\(sources[index].name)", "error": "\(error)"])
            }
        }
        return limits
    }

    private func dueTimes(of sources: [any TimerSource]) async throws -> [(Int, Timestamp)] {
        guard !sources.isEmpty else { return [] }
        return try await self.processor.pool.withTransaction("next timers") { transaction in
            var due: [(Int, Timestamp)] = []
            for (index, source) in sources.enumerated() {
                if let instant = try await source.nextDueAt(in: transaction) { due.append((index, instant)) }
            }
            return due
        }
    }

    /// - Returns: whether the source left undone what is due; not when another instance was faster.
    private func fire(_ source: any TimerSource, dueBy: Timestamp) async throws -> Bool {
        let (fired, isStuck) = try await self.processor.pool.withTransaction("fire \(source.name)") { transaction in
            _ = try await transaction.execute(LockTimers())
            let now = source.clock == .business ? dueBy : self.clock.now()
            let context = self.processor.context(transaction, now: now)
            let fired = try await source.fire(dueBy: dueBy, limit: self.limit, in: context)
            var decision = Decision()
            decision.outgoing = fired.outgoing
            let rows = try self.processor.outboxRows(decision, in: context)
            if !rows.isEmpty {
                _ = try await transaction.execute(AppendToOutbox(rows: rows, appendedAt: context.wallNow))
            }
            guard fired.count == 0 else { return (fired, false) }
            return (fired, try await source.nextDueAt(in: transaction).map { $0 <= dueBy } ?? false)
        }
        self.processor.metrics.countTimers(fired.count, source: source.name)
        self.processor.metrics.count(fired.occurrences)
        self.processor.committed.relay.signal()
        return isStuck
    }

    private func wait(until microseconds: Int64?) async {
        await idle(for: self.shortestWait)
        let rest = min(self.longestWait, microseconds.map { .microseconds($0) } ?? self.longestWait) - self.shortestWait
        if rest > .zero { await self.wakeup.wait(for: rest) }
    }
}
