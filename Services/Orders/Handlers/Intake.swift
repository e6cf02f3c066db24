import Contracts
import OrdersDomain

/// A batch of submissions while it is decided: what is known, and what has been decided so far, so that
/// each order is judged by those before it.
struct Intake {
    enum Decision {
        case accepted(Acceptance)
        /// One that asks for another's end, and what came of that.
        case cancelling(Order, target: Order, [Outcome])
        case rejected(OrderRejected)
    }

    struct Acceptance {
        var order: Order
        var valid: ValidOrder
        var outcomes: [Outcome]
        var superseded: Superseded?
        /// Numbers that another order has still to let go of.
        var takenLater: Set<String> = []
    }

    /// An order that was decided on, with what caused it and what is kept of it.
    struct Decided {
        var decision: Decision
        var submitted: OrderSubmitted
        /// `nil` for an id that the database does not take: then nothing is kept.
        var request: String?
        var cause: EventContext
    }

    /// A change that gives way to a later one, and what came of that.
    struct Superseded {
        var order: Order
        var outcomes: [Outcome]
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
    private(set) var targets: SubmissionTargets
    private let standing: LineStanding
    private var conflictsSeen: Set<Submission> = []
    private var bundlesSeen: Set<BundleID> = []
    private var numbersJoined: Set<String> = []

    private(set) var decided: [Decided] = []
    private(set) var conflicts: [Conflict] = []
    private(set) var repetitions = 0

    private struct Submission: Hashable {
        var id: SubmissionID
        var request: String
    }

    init(
        surroundings: Order.Surroundings,
        targets: SubmissionTargets,
        standing: LineStanding,
        requests: [(id: SubmissionID, request: String)],
        lines: [(number: String, line: Line)],
        customerPlans: [(customerId: String, number: String, plan: String)]
    ) {
        self.surroundings = surroundings
        self.targets = targets
        self.standing = standing
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
    /// - Returns: whether it is decided; two orders about one bundle are not in one batch, nor is one about a bundle in
    ///   that of the order that brings it, for the second is judged by what the first has made of it.
    mutating func take(_ submitted: OrderSubmitted, request: String, causedBy cause: EventContext) -> Bool {
        let id = SubmissionID(submitted)
        guard let id else {
            self.decide(submitted, request: nil, causedBy: cause)
            return true
        }
        if let known = self.requests[id] {
            if known == request { self.repetitions += 1 } else { self.refuse(id, request, causedBy: cause) }
            return true
        }
        if let bundle = self.targets.bundle(of: submitted), !self.bundlesSeen.insert(bundle.id).inserted {
            return false
        }
        if submitted.isAboutBundle, submitted.members.contains(where: { self.numbersJoined.contains($0.serviceNumber) })
        {
            return false
        }
        self.requests[id] = request
        self.decide(submitted, request: request, causedBy: cause)
        return true
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
        if let amended = valid.former?.amendableOrder { return try self.amend(amended, by: valid) }
        if let open = valid.former?.openOrder { return try self.supersede(open, by: valid) }
        let (order, outcomes) = Order.acknowledge(valid, in: self.surroundings)
        self.hold(valid, by: order)
        return .accepted(Acceptance(order: order, valid: valid, outcomes: outcomes))
    }

    /// Waits for an order in flight, in the place of an earlier amendment where there is one.
    private mutating func amend(_ id: OrderID, by valid: ValidOrder) throws(Rejections) -> Decision {
        let open = valid.former?.openOrder
        var former = open.flatMap { self.targets.orders[$0] }
        guard let amended = self.targets.orders[id], (open == nil) == (former == nil),
            former?.isWaitingForAmended ?? true
        else {
            let text = "a change of the bundle has just been taken in: try again"
            throw Rejections([Rejection(.numberBusy, at: "/bundleId", text)])
        }
        let amendment = Order.acknowledgeAmendment(valid, of: amended, in: self.surroundings)
        var acceptance = Acceptance(order: amendment.order, valid: valid, outcomes: [])
        if let open, case .success(let outcomes)? = former?.giveWay(to: amendment.order, in: self.surroundings) {
            self.targets.orders[open] = former
            acceptance.superseded = former.map { Superseded(order: $0, outcomes: outcomes) }
        }
        self.targets.orders[id] = amendment.amended
        acceptance.takenLater = Set(self.lines.filter { $0.value.heldBy == id }.keys)
        self.hold(valid, by: amendment.order)
        return .accepted(acceptance)
    }

    /// Takes the place of a change that is not yet in effect, or of the one whose place that has not yet taken.
    private mutating func supersede(_ open: OrderID, by valid: ValidOrder) throws(Rejections) -> Decision {
        guard var former = self.targets.orders[open], !former.state.isFinal else {
            let text = "a change of the bundle has just been taken in: try again"
            throw Rejections([Rejection(.numberBusy, at: "/bundleId", text)])
        }
        let ending = former.isWaitingForPlace ? former.targetOrderId.flatMap { self.targets.orders[$0] } : nil
        let (order, outcomes) = Order.acknowledge(valid, after: ending?.id ?? open, in: self.surroundings)
        switch former.giveWay(to: order, in: self.targets.orders.surroundings(of: former, self.surroundings)) {
        case .failure(let refusal):
            throw Rejections([Rejection(.notAllowedInState, at: "/bundleId", refusal.message)])
        case .success(let formerOutcomes):
            self.targets.orders[open] = former
            if var ending {
                ending.handOver(to: order)
                self.targets.orders[ending.id] = ending
            }
            // One that had not begun has let go of what it had for itself.
            let left = former.state.isFinal ? former.id : nil
            let takenLater = (valid.former?.openNumbers ?? [:]).keys.filter {
                left == nil || self.lines[$0]?.heldBy != left
            }
            self.hold(valid, by: order)
            return .accepted(
                Acceptance(
                    order: order, valid: valid, outcomes: outcomes,
                    superseded: Superseded(order: former, outcomes: formerOutcomes), takenLater: Set(takenLater)))
        }
    }

    private mutating func end(_ submitted: OrderSubmitted) throws(Rejections) -> Decision {
        let id = self.targets.order(of: submitted)
        let named = id.flatMap { self.targets.orders[$0] }
        let (request, target, outcomes) = try Order.acknowledgeCancel(
            submitted,
            of: named,
            obstacle: id.flatMap { self.targets.obstacle(to: $0) },
            endingBy: named.map { self.targets.orders.surroundings(of: $0, self.surroundings).catalogue },
            in: self.surroundings
        )
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
        var facts = Facts(
            customerPlans: self.customerPlans[submitted.customer.id] ?? [:],
            bundle: self.targets.bundle(of: submitted),
            accountsInArrears: self.standing.accountsInArrears,
            sharedOffers: self.standing.sharedOffers,
            now: self.now
        )
        let numbers = submitted.members.map(\.serviceNumber) + (facts.bundle?.members.map(\.serviceNumber) ?? [])
        for number in numbers { facts.lines[number] = self.lines[number] }
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
            if valid.joins(member) {
                line.membership = Line.Membership(bundleId: order.bundleId, isInEffect: false)
                self.numbersJoined.insert(member.serviceNumber)
            }
            self.lines[member.serviceNumber] = line
            if let plan = member.extraPlan {
                self.customerPlans[valid.customerId, default: [:]][member.serviceNumber, default: []].insert(plan)
            }
        }
    }
}

// What is to be saved.
extension Intake {
    var accepted: [Acceptance] {
        self.decided.compactMap { decided in
            if case .accepted(let acceptance) = decided.decision { acceptance } else { nil }
        }
    }

    /// The numbers that accepted orders take hold of, apart by whether they were known before.
    var heldLines: (unseen: [HeldLine], known: [HeldLine]) {
        var unseen: [HeldLine] = []
        var known: [HeldLine] = []
        for acceptance in self.accepted {
            let (order, valid) = (acceptance.order, acceptance.valid)
            for member in valid.members where !acceptance.takenLater.contains(member.serviceNumber) {
                let bundleId = valid.joins(member) ? order.bundleId : nil
                let held = HeldLine(
                    order: order, member: member, bundleId: bundleId, formerCustomerId: valid.formerCustomerId)
                if self.linesBefore.contains(member.serviceNumber) { known.append(held) } else { unseen.append(held) }
            }
        }
        return (unseen, known)
    }
}

extension ValidOrder {
    /// Whether the line belongs to a new bundle from now on; who stays or leaves belongs to the former one until then.
    fileprivate func joins(_ member: Member) -> Bool { self.offer.isBundle && member.part == .joining }
}
