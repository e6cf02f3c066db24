import Contracts
import Foundation
import Kafka
import LoadGeneratorDomain

/// Publishes orders by a plan and follows each of them to its end.
struct LoadRun: Sendable {
    let broker: Broker
    let plan: LoadPlan

    /// How long nothing more may come after the last order has ended: time for doubles to show themselves.
    private static let quiet = Duration.milliseconds(500)
    private static let batch = 500

    /// - Throws: `LoadGeneratorError` when the system cannot be followed; not for orders that came out wrong, of which
    ///   the result tells.
    func run(_ source: inout OrderSource) async throws -> LoadResult {
        let follower = try await TopicFollower([.ordersEvents, .workOrdersEvents], on: self.broker)
        let recorder = LoadRecorder(start: .now)
        let orders = source
        source = try await withThrowingTaskGroup(of: OrderSource?.self) { group in
            group.addTask {
                try await self.follow(follower, recorder)
                return nil
            }
            group.addTask { try await self.publish(orders, recorder) }
            if self.plan.showsProgress {
                group.addTask {
                    try await self.showProgress(of: recorder)
                    return nil
                }
            }
            var remaining = orders
            for try await left in group {
                if let left { remaining = left }
            }
            return remaining
        }
        await follower.close()
        return await recorder.result()
    }

    // MARK: Following

    private func follow(_ follower: TopicFollower, _ recorder: LoadRecorder) async throws {
        while true {
            try Task.checkCancellation()
            let records = try await follower.poll(wait: .milliseconds(50))
            if !records.isEmpty { await recorder.record(records, at: .now) }
            if await self.isOver(recorder.progress) { return }
        }
    }

    private func isOver(_ progress: LoadRecorder.Progress) -> Bool {
        let silence = ContinuousClock.now - progress.lastChange
        return progress.isPublished && silence > (progress.isSettled ? Self.quiet : self.plan.patience)
    }

    // MARK: Publishing

    private func publish(_ source: OrderSource, _ recorder: LoadRecorder) async throws -> OrderSource {
        var source = source
        let producer = try self.broker.producer()
        switch self.plan.pace {
        case .perSecond(let rate): try await self.publish(&source, rate: rate, recorder, producer)
        case .fullSpeed(let inFlight): try await self.publish(&source, inFlight: inFlight, recorder, producer)
        }
        await producer.close(timeout: .seconds(10))
        await recorder.finishPublishing()
        return source
    }

    /// What is due is sent; what was due earlier, and could not be sent, keeps its intended time.
    private func publish(
        _ source: inout OrderSource, rate: Int, _ recorder: LoadRecorder, _ producer: KafkaProducer
    ) async throws {
        let start = ContinuousClock.now
        let interval = Duration.nanoseconds(1_000_000_000 / max(rate, 1))
        let count = self.plan.count ?? 0
        var sent = 0
        while sent < count {
            let next = start + interval * sent
            if next > .now { try await Task.sleep(until: next, tolerance: .zero, clock: .continuous) }
            let due = Int((ContinuousClock.now - start).nanoseconds / interval.nanoseconds) + 1
            let batch = min(max(due - sent, 1), count - sent, Self.batch)
            let orders = try source.next(batch)
            await recorder.submit(orders, intendedAt: (sent..<(sent + batch)).map { start + interval * $0 })
            try await producer.publish(orders.map(\.record))
            sent += batch
        }
    }

    private func publish(
        _ source: inout OrderSource, inFlight: Int, _ recorder: LoadRecorder, _ producer: KafkaProducer
    ) async throws {
        let start = ContinuousClock.now
        var sent = 0
        while !self.isDone(sent, since: start) {
            let progress = await recorder.progress
            let room = inFlight - progress.inFlight
            guard room > 0 else {
                if ContinuousClock.now - progress.lastChange > self.plan.patience { return }
                try await Task.sleep(for: .milliseconds(2))
                continue
            }
            let orders = try source.next(min(room, Self.batch, (self.plan.count ?? .max) - sent))
            let now = ContinuousClock.now
            await recorder.submit(orders, intendedAt: orders.map { _ in now })
            try await producer.publish(orders.map(\.record))
            sent += orders.count
        }
    }

    private func isDone(_ sent: Int, since start: ContinuousClock.Instant) -> Bool {
        switch self.plan.extent {
        case .orders(let count): sent >= count
        case .seconds(let seconds): ContinuousClock.now - start >= .seconds(seconds)
        }
    }

    // MARK: Progress

    private func showProgress(of recorder: LoadRecorder) async throws {
        let start = ContinuousClock.now
        while true {
            try await Task.sleep(for: .seconds(1))
            let progress = await recorder.progress
            if self.isOver(progress) { return }
            Terminal.note(
                "\((ContinuousClock.now - start).components.seconds) s: \(progress.submitted) sent, "
                    + "\(progress.acknowledged) acknowledged, \(progress.settled) ended, \(progress.inFlight) in flight"
            )
        }
    }
}
