import ComplaintsDomain
import Contracts
import Messaging
import Postgres

/// Learns which orders customers have in flight.
struct OrderEventHandler: MessageHandler {
    func handle(_ batch: [Message<OrderEvent>], in context: HandlingContext) async throws -> Handled {
        var known: [OrderID: OrderAcknowledged] = [:]
        var states: [OrderID: String] = [:]
        var ended: Set<OrderID> = []
        for message in batch {
            switch message.body {
            case .acknowledged(let order): known[order.orderId] = order
            case .moved(let id, let state): states[id] = state
            case .ended(let id): ended.insert(id)
            }
        }
        let (_, _, _) = try await context.transaction.execute(
            together: InsertKnownOrders(orders: known.values.sorted { $0.orderId < $1.orderId }),
            MoveKnownOrders(states: states.sorted { $0.key < $1.key }), ForgetOrders(ids: ended.sorted()))
        return Handled()
    }
}

/// Learns which work orders have failed.
struct WorkOrderEventHandler: MessageHandler {
    func handle(_ batch: [Message<WorkOrderEvent>], in context: HandlingContext) async throws -> Handled {
        var failed: [WorkOrderID: WorkOrderFailed] = [:]
        var completed: Set<WorkOrderID> = []
        for message in batch {
            switch message.body {
            case .failed(let workOrder):
                failed[workOrder.workOrderId] = workOrder
                completed.remove(workOrder.workOrderId)
            case .completed(let id):
                failed[id] = nil
                completed.insert(id)
            }
        }
        _ = try await context.transaction.execute(
            together: InsertFailedWorkOrders(workOrders: failed.values.sorted { $0.workOrderId < $1.workOrderId }),
            ForgetFailedWorkOrders(ids: completed.sorted()))
        return Handled()
    }
}

/// Learns whose accounts, lines and bills there are; and what has become of refunds.
struct AccountEventHandler: MessageHandler {
    let catalogues: CatalogueLibrary
    let calendar: BusinessCalendar

    func handle(_ batch: [Message<AccountEvent>], in context: HandlingContext) async throws -> Handled {
        try await self.learn(batch.map(\.body), in: context.transaction)
        return try await self.settle(batch, in: context)
    }

    private func learn(_ events: [AccountEvent], in transaction: Transaction) async throws {
        var accounts: [String: String] = [:]
        var lines: [LineKey: KnownLine] = [:]
        var bills: [BillKey: BillIssued] = [:]
        for event in events {
            switch event {
            case .opened(let account): accounts[account.accountId] = account.customerId
            case .attached(let line): lines[LineKey(line.serviceNumber, line.accountId)] = KnownLine(line)
            case .detached(let line):
                let key = LineKey(line.serviceNumber, line.accountId)
                lines[key, default: KnownLine(number: line.serviceNumber, account: line.accountId)].detachedAt =
                    line.detachedAt
            case .billed(let bill): bills[BillKey(account: bill.accountId, cycle: bill.cycle)] = bill
            case .applied, .rejected: continue
            }
        }
        let (_, _, _, _) = try await transaction.execute(
            together: InsertKnownAccounts(accounts: accounts.sorted { $0.key < $1.key }),
            SaveKnownLines(lines: lines.sorted { $0.key < $1.key }.map(\.value)),
            InsertKnownBills(bills: bills.sorted { $0.key < $1.key }.map(\.value)),
            ForgetOldBills(accounts: Set(bills.keys.map(\.account)).sorted()))
    }

    private func settle(_ batch: [Message<AccountEvent>], in context: HandlingContext) async throws -> Handled {
        let ids = Set(batch.compactMap(\.body.refundId)).sorted()
        guard !ids.isEmpty else { return Handled() }
        let found = try await context.transaction.execute(FindRefunds(ids: ids))
        guard !found.isEmpty else { return Handled() }
        let complaints = Dictionary(found.map { ($0.id, $0.complaintId) }) { first, _ in first }
        var tickets = TicketBatch(self.calendar, in: context)
        try await tickets.lock(found.map(\.complaintId), self.catalogues)
        var causes: [ComplaintID: EventContext] = [:]
        var released: [RefundID] = []
        for message in batch {
            guard let id = message.body.refundId, let complaint = complaints[id],
                tickets[complaint]?.refund(id)?.state == .requested
            else { continue }
            causes[complaint] = message.cause
            tickets.change(complaint) { ticket, rules in
                ticket.advance(to: context.now, by: rules)
                switch message.body {
                case .applied(let adjustment): ticket.book(id, in: adjustment.cycle, at: context.now)
                case .rejected(let adjustment):
                    released.append(id)
                    ticket.reject(id, adjustment.code, adjustment.message, at: context.now)
                case .opened, .attached, .detached, .billed: break
                }
            }
        }
        if !released.isEmpty {
            _ = try await context.transaction.execute(ReleaseRefundedUsage(refunds: released))
        }
        return try await tickets.save(causes: causes)
    }
}

extension AccountEvent {
    /// Of an adjustment that a complaint may have asked for.
    fileprivate var refundId: RefundID? {
        switch self {
        case .applied(let adjustment): RefundID(adjustment.adjustmentId)
        case .rejected(let adjustment): RefundID(adjustment.adjustmentId)
        case .opened, .attached, .detached, .billed: nil
        }
    }
}
