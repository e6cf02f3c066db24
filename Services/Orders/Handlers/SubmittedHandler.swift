import Contracts
import Foundation
import Messaging
import OrdersDomain
import Postgres

/// Takes in orders: each is accepted and taken apart, or rejected with every rule that it breaks, once.
struct SubmittedHandler: MessageHandler {
    let catalogues: CatalogueLibrary
    let passwords: (any PasswordSealing)?

    func handle(_ batch: [Message<OrderSubmitted>], in context: HandlingContext) async throws -> Handled {
        var intake = try await self.intake(for: batch.map(\.body), in: context)
        var postponed: [Message<OrderSubmitted>] = []
        for message in batch {
            let isTaken = intake.take(message.body, request: try Self.request(message.body), causedBy: message.context)
            if !isTaken { postponed.append(message) }
        }
        let newConflicts = try await self.save(intake, in: context.transaction)
        var changes = OrderChanges(intake.surroundings, self.catalogues)
        for message in postponed {
            let text = "another order about the same bundle is being taken in"
            changes.handled.postpone(message, code: RejectionCode.numberBusy.rawValue, text: text)
        }
        for decided in intake.decided {
            self.tell(decided, &changes)
        }
        for conflict in intake.conflicts where newConflicts.contains(conflict.stored.orderId) {
            self.tell(conflict.message, causedBy: conflict.cause, &changes)
        }
        for _ in 0..<intake.repetitions { changes.handled.count("orders.repetitions") }
        return try await changes.save(in: context.transaction)
    }

    private func intake(for orders: [OrderSubmitted], in context: HandlingContext) async throws -> Intake {
        // Only single offers are judged by the customer's other plans: nobody else need wait in line.
        let customers = Set(
            orders.filter { self.catalogues.current.bundles[$0.offer] == nil }.map(\.customer.id).filter(isStorable))
        var surroundings = Order.Surroundings(self.catalogues.current, context)
        surroundings.passwords = self.passwords
        var targets = try await SubmissionTargets(of: orders, by: self.catalogues, in: context.transaction)
        let named = orders.flatMap { $0.members.map(\.serviceNumber) }.filter(isStorable)
        let numbers = Set(named + targets.numbers).sorted()
        let (requests, lines, _, customerPlans) = try await context.transaction.execute(
            together: FindSubmissions(ids: Array(Set(orders.compactMap { SubmissionID($0) }))),
            LockLines(numbers: numbers),
            LockCustomers(customers: customers.sorted()),
            FindCustomerPlans(customers: customers.sorted())
        )
        try await targets.readBundles(surroundings, in: context.transaction)
        let standing = try await LineStanding.find(for: orders, lines, in: context.transaction)
        return Intake(
            surroundings: surroundings,
            targets: targets,
            standing: standing,
            requests: requests,
            lines: lines,
            customerPlans: customerPlans
        )
    }

    /// - Returns: those conflicts that were not answered before.
    private func save(_ intake: Intake, in transaction: Transaction) async throws -> Set<OrderID> {
        let accepted = intake.accepted
        let bundles = accepted.map { NewBundle(order: $0.order, valid: $0.valid) }
        let lines = intake.heldLines
        // In the order of the ids: two transactions with the same ids never wait for each other.
        let kept = intake.decided.filter { $0.request != nil }.sorted { SubmissionID($0) < SubmissionID($1) }
        let (_, _, _, _, _, _, _, _, noted) = try await transaction.execute(
            together: InsertOrders(orders: kept.compactMap(\.order)),
            InsertRejectedOrders(orders: try kept.compactMap { try RejectedOrder($0) }),
            InsertRequests(rows: kept.map { ($0.orderId, $0.request ?? "") }),
            InsertBundles(bundles: bundles),
            InsertBundleMembers(bundles: bundles),
            try InsertWorkOrders(accepted.map(\.order)),
            InsertLines(lines: lines.unseen),
            HoldLines(lines: lines.known),
            NoteConflictingSubmissions(conflicts: intake.conflicts.map(\.stored), rejectedAt: intake.now)
        )
        try await intake.targets.orders.save(in: transaction)
        return Set(noted)
    }

    private func tell(_ decided: Intake.Decided, _ changes: inout OrderChanges) {
        switch decided.decision {
        case .accepted(let acceptance):
            let order = acceptance.order
            changes.handled.send(
                OrderAcknowledged(order), causedBy: decided.cause, correlationID: order.id.description)
            changes.handled.count("orders.acknowledged", [("action", order.action)])
            changes.note(acceptance.outcomes, of: order, causedBy: decided.cause)
            if let amended = order.amends { changes.append(.amended(amended, by: order)) }
            if let superseded = acceptance.superseded {
                changes.note(superseded.outcomes, of: superseded.order, causedBy: decided.cause)
            }
        case .cancelling(let request, let target, let outcomes):
            changes.handled.send(
                OrderAcknowledged(request), causedBy: decided.cause, correlationID: request.id.description)
            changes.handled.count("orders.acknowledged", [("action", request.action)])
            changes.note(outcomes, of: target, causedBy: decided.cause)
        case .rejected(let message):
            self.tell(message, causedBy: decided.cause, &changes)
        }
    }

    private func tell(_ message: OrderRejected, causedBy cause: EventContext, _ changes: inout OrderChanges) {
        changes.handled.send(message, causedBy: cause, correlationID: message.orderId.description)
        for code in Set(message.reasons.map(\.code)) {
            changes.handled.count("orders.rejected", [("code", code)])
        }
    }

    /// The order as canonical JSON: the same content gives the same text. Passwords stay out of the database.
    private static func request(_ order: OrderSubmitted) throws -> String {
        var order = order
        for index in order.members.indices {
            order.members[index].password = nil
            order.members[index].formerPassword = nil
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(order), as: UTF8.self)
    }
}

extension Intake.Decided {
    var order: Order? {
        switch self.decision {
        case .accepted(let acceptance): acceptance.order
        case .cancelling(let order, _, _): order
        case .rejected: nil
        }
    }

    var orderId: OrderID {
        switch self.decision {
        case .accepted(let acceptance): acceptance.order.id
        case .cancelling(let order, _, _): order.id
        case .rejected(let message): message.orderId
        }
    }
}

extension SubmissionID: Comparable {
    /// `nil` where the database cannot keep it: such an order is rejected without being kept.
    init?(_ order: OrderSubmitted) {
        let isKept =
            !order.externalId.isEmpty && order.externalId.unicodeScalars.count <= 128
            && isStorable(order.externalId) && isStorable(order.channel)
        guard isKept else { return nil }
        self.init(channel: order.channel, externalId: order.externalId)
    }

    init(_ decided: Intake.Decided) {
        self.init(channel: decided.submitted.channel, externalId: decided.submitted.externalId)
    }

    static func < (left: SubmissionID, right: SubmissionID) -> Bool {
        (left.channel, left.externalId) < (right.channel, right.externalId)
    }
}

extension RejectedOrder {
    /// `nil` for an accepted one.
    init?(_ decided: Intake.Decided) throws {
        guard case .rejected(let message) = decided.decision else { return nil }
        self.init(
            message: message,
            action: storable(decided.submitted.action),
            offer: storable(decided.submitted.offer),
            customerId: storable(decided.submitted.customer.id),
            reasons: try JSONB(encoding: message.reasons)
        )
    }
}
