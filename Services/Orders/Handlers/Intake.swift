import Contracts
import OrdersDomain

/// A batch of submissions while it is decided: what is known, and what has been decided so far, so that
/// each order is judged by those before it.
struct Intake {
    enum Decision {
        case accepted(Order, ValidOrder, [Outcome])
        /// One that asks for another's end, and what came of that.
        case cancelling(Order, target: Order, [Outcome])
        case rejected(OrderRejected)
    }

    /// An order that was decided on, with what caused it and what is kept of it.
    struct Decided {
        var decision: Decision
        var submitted: OrderSubmitted
        /// `nil` for an id that the database does not take: then nothing is kept.
        var request: String?
        var cause: EventContext
    }

    struct Conflict {
        var stored: NoteConflictingSubmissions.Conflict
        var message: OrderRejected
        var cause: EventContext
    }

    let surroundings: Order.Surroundings
    var now: Timestamp { self.surroundings.now }

    /// What was asked under each id.
    private var requests: [SubmissionID: String]
    private var lines: [String: Line]
    private let linesBefore: Set<String>
    private var customerPlans: [String: [String: Set<String>]]
    /// Orders that are to be cancelled.
    private(set) var targets: CancelTargets
    private var conflictsSeen: Set<Submission> = []

    private(set) var decided: [Decided] = []
    private(set) var conflicts: [Conflict] = []
    private(set) var repetitions = 0

    private struct Submission: Hashable {
        var id: SubmissionID
        var request: String
    }

    init(
        surroundings: Order.Surroundings,
        targets: CancelTargets,
        requests: [(id: SubmissionID, request: String)],
        lines: [(number: String, line: Line)],
        customerPlans: [(customerId: String, number: String, plan: String)]
    ) {
        self.surroundings = surroundings
        self.targets = targets
        self.requests = Dictionary(requests.map { ($0.id, $0.request) }) { first, _ in first }
        self.lines = Dictionary(lines.map { ($0.number, $0.line) }) { first, _ in first }
        self.linesBefore = Set(self.lines.keys)
        self.customerPlans = [:]
        for plan in customerPlans {
            self.customerPlans[plan.customerId, default: [:]][plan.number, default: []].insert(plan.plan)
        }
    }

    /// Decides the next one.
    ///
    /// - Parameter request: its canonical form, by which a repetition is recognised.
    mutating func take(_ submitted: OrderSubmitted, request: String, causedBy cause: EventContext) {
        let id = SubmissionID(submitted)
        guard let id else {
            self.decide(submitted, request: nil, causedBy: cause)
            return
        }
        if let known = self.requests[id] {
            if known == request { self.repetitions += 1 } else { self.refuse(id, request, causedBy: cause) }
            return
        }
        self.requests[id] = request
        self.decide(submitted, request: request, causedBy: cause)
    }

    private mutating func decide(_ submitted: OrderSubmitted, request: String?, causedBy cause: EventContext) {
        let decision: Decision
        do throws(Rejections) {
            decision = try submitted.action == Action.cancel.rawValue ? self.end(submitted) : self.accept(submitted)
        } catch {
            decision = .rejected(self.rejection(of: submitted.externalId, submitted.channel, error))
        }
        self.decided.append(Decided(decision: decision, submitted: submitted, request: request, cause: cause))
    }

    private mutating func accept(_ submitted: OrderSubmitted) throws(Rejections) -> Decision {
        let valid = try validate(submitted, by: self.surroundings.catalogue, given: self.facts(for: submitted))
        let (order, outcomes) = Order.acknowledge(valid, in: self.surroundings)
        self.hold(valid, by: order)
        return .accepted(order, valid, outcomes)
    }

    private mutating func end(_ submitted: OrderSubmitted) throws(Rejections) -> Decision {
        let id = self.targets.target(of: submitted)
        var target = id.flatMap { self.targets.orders[$0] }
        let (request, outcomes) = try Order.acknowledgeCancel(
            submitted, of: &target, busyNumber: id.flatMap { self.targets.busyNumbers[$0] }, in: self.surroundings)
        guard let target else { throw Rejections([]) }
        self.targets.orders[target.id] = target
        return .cancelling(request, target: target, outcomes)
    }

    /// Other content under an id that is taken: answered once for each content.
    private mutating func refuse(_ id: SubmissionID, _ request: String, causedBy cause: EventContext) {
        guard self.conflictsSeen.insert(Submission(id: id, request: request)).inserted else {
            self.repetitions += 1
            return
        }
        let reason = Rejections.duplicate(externalId: id.externalId, channel: id.channel)
        let message = self.rejection(of: id.externalId, id.channel, reason)
        let stored = NoteConflictingSubmissions.Conflict(id: id, request: request, orderId: message.orderId)
        self.conflicts.append(Conflict(stored: stored, message: message, cause: cause))
    }

    private func rejection(of externalId: String, _ channel: String, _ rejections: Rejections) -> OrderRejected {
        OrderRejected(
            orderId: self.surroundings.identifiers.next(),
            externalId: externalId,
            channel: channel,
            reasons: rejections.reasons.map { .init(code: $0.code.rawValue, path: $0.path, message: $0.message) },
            rejectedAt: self.now
        )
    }

    private func facts(for submitted: OrderSubmitted) -> Facts {
        var facts = Facts(customerPlans: self.customerPlans[submitted.customer.id] ?? [:])
        for member in submitted.members {
            facts.lines[member.serviceNumber] = self.lines[member.serviceNumber]
        }
        return facts
    }

    /// The orders after this one in the batch find its numbers taken.
    private mutating func hold(_ valid: ValidOrder, by order: Order) {
        for member in valid.members {
            var line =
                self.lines[member.serviceNumber]
                ?? Line(
                    product: member.product.code,
                    state: member.isExisting ? .active : .reserved,
                    plan: member.plan,
                    services: member.services,
                    speedMbps: member.formerSpeedMbps
                )
            line.heldBy = order.id
            if valid.offer.isBundle { line.membership = Line.Membership(bundleId: order.bundleId, isInEffect: false) }
            self.lines[member.serviceNumber] = line
            if let plan = member.extraPlan {
                self.customerPlans[valid.customerId, default: [:]][member.serviceNumber, default: []].insert(plan)
            }
        }
    }
}

// What is to be saved.
extension Intake {
    var accepted: [(order: Order, valid: ValidOrder)] {
        self.decided.compactMap { decided in
            if case .accepted(let order, let valid, _) = decided.decision { (order, valid) } else { nil }
        }
    }

    /// The numbers that accepted orders take hold of, apart by whether they were known before.
    var heldLines: (unseen: [HeldLine], known: [HeldLine]) {
        var unseen: [HeldLine] = []
        var known: [HeldLine] = []
        for (order, valid) in self.accepted {
            for member in valid.members {
                let bundleId = valid.offer.isBundle ? order.bundleId : nil
                let held = HeldLine(order: order, member: member, bundleId: bundleId)
                if self.linesBefore.contains(member.serviceNumber) { known.append(held) } else { unseen.append(held) }
            }
        }
        return (unseen, known)
    }
}
