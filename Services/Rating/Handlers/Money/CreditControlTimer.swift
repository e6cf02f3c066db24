import Contracts
import Messaging
import Postgres
import RatingDomain

/// Tells of bills that are not paid in time, and has their accounts' lines stopped together (PRO-24).
struct CreditControlTimer: TimerSource {
    let name = "creditControl"
    let clock = TimerClock.business
    let calendar: BusinessCalendar

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextOverdueBill()).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let rows = try await context.transaction.execute(LockOverdueBills(dueBy: dueBy, limit: limit))
        guard !rows.isEmpty else { return Fired(count: 0) }
        let numbers = Set(rows.map(\.bill.key.account)).sorted()
        let outstanding = try await context.transaction.outstandingBills(of: numbers)
        let accounts = Dictionary(
            rows.map { ($0.bill.key.account, StoredAccount(accountId: $0.accountId, number: $0.bill.key.account)) }
        ) { first, _ in first }
        let histories = try await context.transaction.histories(of: Array(accounts.values))
        var handled = Handled()
        var stopped: Set<Int64> = []
        for row in rows {
            let number = row.bill.key.account
            let due = (outstanding[number] ?? []).filter { $0.dueAt <= row.bill.dueAt }
            let sum = due.reduce(Milliyuan.zero) { $0 + $1.outstanding }
            let overdue = AccountOverdue(
                accountId: row.accountId, billId: row.bill.id, cycle: row.bill.key.cycle, outstandingMilliyuan: sum,
                dueAt: row.bill.dueAt,
                suspensionAt: CreditControl.suspensionAt(issuedIn: row.bill.key.cycle.next, self.calendar),
                overdueAt: row.bill.dueAt)
            handled.send(overdue, causedBy: nil)
            handled.count("rating.accounts.overdue")
            guard row.stoppedNumbers?.isEmpty ?? true, stopped.insert(number).inserted,
                let history = histories[number]
            else { continue }
            try await self.stop(row, history, sum, &handled, in: context)
        }
        _ = try await context.transaction.execute(MarkOverdue(keys: rows.map(\.bill.key).sorted()))
        return Fired(count: rows.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }

    private func stop(
        _ row: LockOverdueBills.Row, _ history: AccountHistory, _ outstanding: Milliyuan, _ handled: inout Handled,
        in context: HandlingContext
    ) async throws {
        let lines = history.attachments.filter { $0.span.contains(row.bill.dueAt) }
        let numbers = CreditControl.suspended(lines.map { ($0.serviceNumber, $0.product) })
        guard !numbers.isEmpty else { return }
        let products = Dictionary(lines.map { ($0.serviceNumber, $0.product) }) { first, _ in first }
        let order = OrderSubmitted.creditControl(
            "suspend", row.accountId, row.customerId, numbers, context.identifiers, products)
        let due = AccountSuspensionDue(
            accountId: row.accountId, outstandingMilliyuan: outstanding, serviceNumbers: numbers,
            externalId: order.externalId, suspensionDueAt: row.bill.dueAt)
        handled.send(due, causedBy: nil)
        handled.send(order, causedBy: nil)
        _ = try await context.transaction.execute(
            SetStopped(account: row.bill.key.account, numbers: numbers, order: order.externalId))
    }
}

extension OrderSubmitted {
    /// The order by which credit control stops lines, or starts them again.
    static func creditControl(
        _ action: String, _ accountId: String, _ customerId: String?, _ numbers: [String],
        _ identifiers: any IdentifierSource, _ products: [String: String]
    ) -> OrderSubmitted {
        OrderSubmitted(
            externalId: "credit-control-\(identifiers.next(MovementID.self))",
            channel: OrderEffect.systemChannel,
            action: action,
            customer: Customer(id: customerId ?? accountId, segment: "individual"),
            accountId: accountId,
            offer: "",
            members: numbers.enumerated().map { index, number in
                Member(
                    ref: "line\(index + 1)", product: products[number] ?? "", serviceNumber: number, existing: true)
            }
        )
    }
}
