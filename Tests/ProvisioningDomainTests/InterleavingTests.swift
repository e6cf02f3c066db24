import Contracts
import ProvisioningDomain
import SeededRandom
import Testing

@Suite("Whatever comes, in whatever order")
struct InterleavingTests {
    @Test("Random events keep every promise, and every work order ends exactly once", arguments: 0..<8)
    func random(_ block: UInt64) throws {
        for seed in block * 40..<(block + 1) * 40 {
            var world = World(seed: seed)
            for _ in 0..<80 { try world.step() }
            try world.drain()
        }
    }
}

/// One service number, its elements and its people, all of them unreliable; and what has been seen so far.
private struct World {
    private var site = Site()
    private var generator: SeededGenerator
    private let seed: UInt64
    private var issues: [WorkOrderIssued] = []
    /// In the order in which they were sent.
    private var commands: [NetworkCommand] = []
    private var started: Set<WorkOrderID> = []
    private var ended: Set<WorkOrderID> = []
    private var dangers: [WorkOrderID: [JeopardyKind]] = [:]

    init(seed: UInt64) {
        self.seed = seed
        self.generator = SeededGenerator(seed: seed)
    }

    mutating func step() throws {
        self.site.jitter = Double.random(in: 0..<1, using: &self.generator)
        self.site.now = self.site.now.advanced(bySeconds: Int.random(in: 0...200, using: &self.generator))
        // Now and then the service was away for longer than it tolerates.
        let pause = Int.random(in: 0..<20, using: &self.generator) == 0 ? 90_000 : 400
        let milliseconds = Int.random(in: 0...pause, using: &self.generator)
        self.site.wallNow = self.site.wallNow.advanced(byMilliseconds: milliseconds)
        if let event = self.event() { try self.apply(event) }
    }

    private mutating func event() -> Lane.Event? {
        let known = self.issues.randomElement(using: &self.generator)
        switch Int.random(in: 0..<20, using: &self.generator) {
        case 0..<3 where self.issues.count < 8:
            let types = ["one", "two", "visit", "visit", "two", "teleport"]
            self.issues.append(self.site.issued(types.randomElement(using: &self.generator) ?? ""))
            return self.issues.last.map { .issued($0) }
        case 3: return self.again()
        case 4..<9: return self.commands.randomElement(using: &self.generator).map { self.answer($0) }
        case 9..<12: return self.commands.last.map { self.answer($0) }
        case 12: return known.map { .cancelRequested($0.workOrderId) }
        case 13: return known.map { .targetTimer($0.workOrderId) }
        case 14..<18: return known.map { .taskTimer($0.workOrderId) }
        default: return known.map { self.report($0.workOrderId) }
        }
    }

    /// The same once more, or another attempt, with or without reason.
    private mutating func again() -> Lane.Event? {
        guard let index = self.issues.indices.randomElement(using: &self.generator) else { return nil }
        if Bool.random(using: &self.generator) {
            self.issues[index].issueNumber = (self.issues[index].issueNumber ?? 1) + 1
        }
        return .issued(self.issues[index])
    }

    private mutating func answer(_ command: NetworkCommand) -> Lane.Event {
        let answer = Answer.allCases.randomElement(using: &self.generator) ?? .success
        var response = answer.response(to: command, at: self.site.wallNow)
        if Int.random(in: 0..<20, using: &self.generator) == 0 { response.commandId = self.site.identifiers.next() }
        return .answered(response)
    }

    private mutating func report(_ id: WorkOrderID) -> Lane.Event {
        let status = ["completed", "failed", "appointment", "gone"].randomElement(using: &self.generator) ?? ""
        let appointmentAt = self.site.now.advanced(bySeconds: Int.random(in: -600...7200, using: &self.generator))
        return .reported(
            WorkOrderReported(
                workOrderId: id, status: status, appointmentAt: appointmentAt, by: "staff", at: self.site.now))
    }

    private mutating func apply(_ event: Lane.Event) throws {
        let before = self.site.lane
        let effects = try self.site.apply(event)
        if case .cancelRequested(let id) = event, before.workOrders[id]?.state == .cancelled {
            #expect(effects.names == ["cancelled"], "seed \(self.seed): asked again, it answers again")
            return #expect(self.site.lane == before, "seed \(self.seed)")
        }
        self.reopen(from: before)
        for effect in effects { self.see(effect) }
        if case .ignored(let reason) = effects.first, effects.count == 1 {
            #expect(self.site.lane == before, "seed \(self.seed): \(reason) changed something")
        }
        if case .refused = effects.first {
            #expect(self.site.lane == before, "seed \(self.seed): a refused event changed something")
        }
        self.checkLane()
    }

    /// One that had failed may be issued again or taken back: then it begins, or ends, once more.
    private mutating func reopen(from before: Lane) {
        for (id, workOrder) in self.site.lane.workOrders {
            guard let former = before.workOrders[id], former.state == .failed, workOrder != former else { continue }
            self.ended.remove(id)
            self.dangers[id] = nil
            if workOrder.issueNumber > former.issueNumber { self.started.remove(id) }
        }
    }

    /// What was done, or may have been, and can be taken back, was: the last first.
    private func checkUndone(_ id: WorkOrderID) {
        guard let tasks = self.site.lane.workOrders[id]?.tasks else { return }
        let left = tasks.filter { task in
            task.undo != nil && task.undoes == nil
                && (task.state == .succeeded || task.isUncertain
                    || (task.attempts > 0 && task.code == ProvisioningCode.noAnswer))
        }
        let undone = tasks.filter { $0.undoes != nil && $0.state == .succeeded }
        #expect(undone.map(\.undoes) == left.reversed().map(\.id), "seed \(self.seed)")
    }

    /// What is told of each work order: begun once, ended once, nothing afterwards.
    private mutating func see(_ effect: Effect) {
        guard let id = effect.workOrderId else { return }
        #expect(!self.ended.contains(id), "seed \(self.seed): \(effect.name) after the end")
        switch effect {
        case .started:
            #expect(self.started.insert(id).inserted, "seed \(self.seed): begun twice")
        case .command(let command):
            let isCancelling = self.site.lane.workOrders[id]?.cancelRequestedAt != nil
            #expect(self.started.contains(id) || isCancelling, "seed \(self.seed): a command before the beginning")
            self.see(command)
        case .jeopardy(let jeopardy):
            let told = self.dangers[id, default: []]
            #expect(!told.contains(jeopardy.kind) && !told.contains(.targetMissed), "seed \(self.seed)")
            self.dangers[id] = told + [jeopardy.kind]
        default:
            if case .cancelled = effect { self.checkUndone(id) }
            if effect.isEnd { self.ended.insert(id) }
        }
    }

    /// A command's attempts count up to the most that are allowed.
    private mutating func see(_ command: NetworkCommand) {
        let former = self.commands.filter { $0.commandId == command.commandId }
        #expect(command.attempt == former.count + 1, "seed \(self.seed)")
        #expect(command.attempt <= RetryPolicy.quick.maximumAttempts, "seed \(self.seed)")
        #expect(former.allSatisfy { $0.taskId == command.taskId }, "seed \(self.seed)")
        self.commands.append(command)
    }

    /// At most one command is in flight, the one of the first in the queue; nobody waits for nothing.
    private func checkLane() {
        let lane = self.site.lane
        let holding = lane.workOrders.values.filter { $0.tasks.contains { $0.state.holdsLane } }.map(\.id)
        #expect(holding == Array(lane.queue.prefix(1)), "seed \(self.seed)")
        #expect(Set(lane.queue).count == lane.queue.count, "seed \(self.seed)")
        for workOrder in lane.workOrders.values {
            let open = workOrder.tasks.filter { !$0.state.isFinal && $0.state != .waiting }
            #expect(open.count == (workOrder.state.isFinal ? 0 : 1), "seed \(self.seed): \(workOrder.state)")
            let isQueued = lane.queue.contains(workOrder.id)
            #expect(isQueued == open.contains { $0.state != .awaitingReport }, "seed \(self.seed)")
            #expect(workOrder.tasks.allSatisfy { ($0.timerAt != nil) == $0.state.holdsLane }, "seed \(self.seed)")
            #expect(workOrder.state.isFinal == self.ended.contains(workOrder.id), "seed \(self.seed)")
        }
    }

    /// From here on everybody does what is asked, or nobody answers: all that is open comes to its end.
    mutating func drain() throws {
        let nobodyAnswers = self.seed.isMultiple(of: 2)
        for _ in 0..<400 {
            guard let open = self.site.lane.workOrders.values.filter({ !$0.state.isFinal }).min(by: { $0.id < $1.id })
            else { break }
            if let index = open.currentIndex, open.tasks[index].state == .awaitingReport {
                let report = WorkOrderReported(
                    workOrderId: open.id, status: "completed", by: "staff", at: self.site.now)
                try self.apply(.reported(report))
            } else if let first = self.site.lane.queue.first {
                let timers = self.site.lane.workOrders[first]?.tasks.compactMap(\.timerAt)
                self.site.wallNow = max(self.site.wallNow, timers?.first ?? self.site.wallNow)
                let command = self.commands.last { $0.workOrderId == first }
                if !nobodyAnswers, let command {
                    try self.apply(.answered(Answer.success.response(to: command, at: self.site.wallNow)))
                } else {
                    try self.apply(.taskTimer(first))
                }
            }
        }
        #expect(self.ended == Set(self.issues.map(\.workOrderId)), "seed \(self.seed): some never end")
    }
}
