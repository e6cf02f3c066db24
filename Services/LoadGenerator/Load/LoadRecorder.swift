import Kafka
import LoadGeneratorDomain

/// When each order of a run was sent and came back, and whether all came out right.
actor LoadRecorder {
    /// Of the whole run, in nanoseconds since its start.
    private struct Times {
        /// When the schedule wanted it sent: what a stalled publisher delays counts as latency.
        var intended: Int64
        var isToComplete: Bool
        var acknowledged: Int64?
        var settled: Int64?
    }

    struct Progress: Sendable {
        var submitted: Int
        var acknowledged: Int
        var settled: Int
        var isPublished: Bool
        /// When something was last seen of an order of this run.
        var lastChange: ContinuousClock.Instant

        var inFlight: Int { self.submitted - self.settled }
        var isSettled: Bool { self.isPublished && self.inFlight == 0 }
    }

    private let start: ContinuousClock.Instant
    private var accounting = Accounting()
    private var times: [Times] = []
    private var isPublished = false
    private var lastChange: ContinuousClock.Instant

    init(start: ContinuousClock.Instant) {
        self.start = start
        self.lastChange = start
    }

    /// To be called before the orders are published.
    func submit(_ orders: [PreparedOrder], intendedAt: [ContinuousClock.Instant]) {
        for (order, instant) in zip(orders, intendedAt) {
            self.accounting.submit(externalID: order.externalID, outcome: order.outcome)
            self.times.append(
                Times(
                    intended: (instant - self.start).nanoseconds,
                    isToComplete: order.outcome == .completed))
        }
    }

    func finishPublishing() {
        self.isPublished = true
        self.lastChange = .now
    }

    func record(_ records: [ConsumedRecord], at instant: ContinuousClock.Instant) {
        let now = (instant - self.start).nanoseconds
        for record in records {
            guard let value = record.value else { continue }
            for step in self.accounting.record(EventScanner.scan(value)) {
                self.lastChange = instant
                switch step {
                case .acknowledged(let order): self.times[order].acknowledged = now
                case .settled(let order): self.times[order].settled = now
                }
            }
        }
    }

    var progress: Progress {
        Progress(
            submitted: self.accounting.submittedCount,
            acknowledged: self.accounting.acknowledgedCount,
            settled: self.accounting.settledCount,
            isPublished: self.isPublished,
            lastChange: self.lastChange)
    }

    func result() -> LoadResult {
        var acknowledged = Latencies()
        var completed = Latencies()
        for times in self.times {
            if let instant = times.acknowledged { acknowledged.add(nanoseconds: instant - times.intended) }
            if times.isToComplete, let instant = times.settled { completed.add(nanoseconds: instant - times.intended) }
        }
        let first = self.times.map(\.intended).min() ?? 0
        let last = self.times.compactMap(\.settled).max() ?? first
        return LoadResult(
            orders: self.accounting.submittedCount,
            settled: self.accounting.settledCount,
            workOrders: self.accounting.completedWorkOrderCount,
            repeats: self.accounting.repeatCount,
            seconds: Double(last - first) / 1_000_000_000,
            acknowledged: acknowledged.summary(),
            completed: completed.summary(),
            problems: self.accounting.problems())
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
