import Contracts
import OrdersDomain
import Postgres

// Orders and their outcomes as the contract's messages.

extension OrderAcknowledged {
    init(_ order: Order) {
        self.init(
            orderId: order.id,
            externalId: order.externalId,
            channel: order.channel,
            action: order.action,
            customerId: order.customerId,
            accountId: order.accountId,
            offer: order.offer,
            acknowledgedAt: order.acknowledgedAt,
            expectedEffectiveAt: order.promisedEffectiveAt,
            amends: order.amends,
            workOrders: order.workOrders.map { workOrder in
                PlannedWorkOrder(
                    workOrderId: workOrder.id,
                    type: workOrder.type,
                    product: workOrder.product,
                    memberRef: workOrder.memberRef,
                    serviceNumber: workOrder.serviceNumber,
                    dependsOn: workOrder.dependsOn,
                    dueAt: workOrder.dueAt
                )
            }
        )
    }
}

extension WorkOrderIssued {
    init(_ workOrder: WorkOrder, of order: Order) {
        self.init(
            workOrderId: workOrder.id,
            orderId: order.id,
            type: workOrder.type,
            product: workOrder.product,
            memberRef: workOrder.memberRef,
            serviceNumber: workOrder.serviceNumber,
            parameters: workOrder.parameters,
            dueAt: workOrder.dueAt,
            compensates: workOrder.compensates,
            catalogueVersion: order.catalogueVersion,
            issueNumber: workOrder.issueNumber
        )
    }
}

extension OrderHeld {
    init(_ order: Order, _ reasons: [Outcome.HoldReason], at heldAt: Timestamp) {
        self.init(
            orderId: order.id,
            externalId: order.externalId,
            reasons: reasons.map { Reason(code: $0.code, message: $0.message, workOrderId: $0.workOrderId) },
            heldAt: heldAt
        )
    }
}

extension OrderCompleted {
    init(_ order: Order, at completedAt: Timestamp, effectiveAt: Timestamp) {
        self.init(
            orderId: order.id,
            externalId: order.externalId,
            accountId: order.accountId,
            offer: order.offer,
            completedAt: completedAt,
            effectiveAt: effectiveAt
        )
    }
}

extension OrderEffective {
    init(
        _ order: Order,
        at effectiveAt: Timestamp,
        _ members: [EffectiveMember],
        _ replacement: Replacement?
    ) {
        let leaving = members.filter(\.isLeaving).map(\.member)
        self.init(
            orderId: order.id,
            externalId: order.externalId,
            accountId: order.accountId,
            customerId: order.customerId,
            offer: order.offer,
            term: members.first?.term,
            payment: members.first?.payment,
            bundleId: order.bundleId,
            effectiveAt: effectiveAt,
            members: members.filter { !$0.isLeaving }.map(\.member),
            replaces: replacement?.replaces,
            action: order.action,
            channel: order.channel,
            leaving: leaving.isEmpty ? nil : leaving,
            unusedMonths: replacement.flatMap { $0.isRelease ? $0.unusedMonths : nil },
            newCard: members.contains(where: \.hasNewCard) ? true : nil
        )
    }
}

extension OrderJeopardy {
    init(_ order: Order, _ jeopardy: Outcome.Jeopardy, at: Timestamp) {
        self.init(
            orderId: order.id,
            externalId: order.externalId,
            workOrderId: jeopardy.workOrderId,
            kind: jeopardy.kind,
            dueAt: jeopardy.dueAt,
            expectedEffectiveAt: order.expectedEffectiveAt,
            at: at
        )
    }
}

extension OrderCancelled {
    init(_ order: Order, at cancelledAt: Timestamp) {
        self.init(
            orderId: order.id,
            externalId: order.externalId,
            accountId: order.accountId,
            compensated: order.workOrders.compactMap { workOrder in
                workOrder.compensates.map { Compensation(workOrderId: $0, compensationWorkOrderId: workOrder.id) }
            },
            feeMilliyuan: order.cancellation?.feeMilliyuan,
            reason: order.cancellation?.reason,
            code: order.cancellation?.code?.rawValue,
            requestedBy: order.cancellation?.requestedBy,
            cancelledAt: cancelledAt
        )
    }
}

extension OrderFailed {
    init(_ order: Order, _ reasons: [Outcome.HoldReason]) {
        self.init(
            orderId: order.id,
            externalId: order.externalId,
            state: order.state.rawValue,
            failedWorkOrders: reasons.map { .init(workOrderId: $0.workOrderId, code: $0.code, message: $0.message) }
        )
    }
}

extension TimelineEntry {
    static func failure(_ workOrder: WorkOrder, of order: Order) -> TimelineEntry {
        let failure = workOrder.failure.map { "\($0.code) \($0.message)" } ?? "no reason given"
        let next = workOrder.retryAt.map { "; by the fallout policy it is issued again at \($0)" } ?? ""
        return TimelineEntry(
            orderId: order.id,
            at: workOrder.endedAt ?? order.stateSince,
            kind: .workOrderFailed,
            workOrderId: workOrder.id,
            detail: "\(workOrder.type) of \(workOrder.product) \(workOrder.memberRef) failed: \(failure)\(next)"
        )
    }

    static func held(_ order: Order, _ reasons: [Outcome.HoldReason], at now: Timestamp) -> TimelineEntry {
        let reason = reasons.last
        return TimelineEntry(
            orderId: order.id,
            at: now,
            kind: .orderHeld,
            workOrderId: reason?.workOrderId,
            detail: reason.map { "\($0.code): \($0.message)" } ?? "a person has to decide"
        )
    }

    static func begun(_ order: Order, after former: OrderID, adopted: Int, at now: Timestamp) -> TimelineEntry {
        let kept = adopted == 0 ? "" : "; \(adopted) of its work orders were done by that one"
        let detail =
            order.amends == former
            ? "order \(former), which it amends, is complete" : "takes the place of order \(former)\(kept)"
        return TimelineEntry(orderId: order.id, at: now, kind: .orderBegun, detail: detail)
    }

    /// Of the order that is amended.
    static func amended(_ id: OrderID, by amendment: Order) -> TimelineEntry {
        TimelineEntry(
            orderId: id,
            at: amendment.acknowledgedAt,
            kind: .orderAmended,
            detail: "order \(amendment.id) amends it, and waits until it is complete"
        )
    }

    static func resumed(_ order: Order, at now: Timestamp) -> TimelineEntry {
        TimelineEntry(
            orderId: order.id, at: now, kind: .orderResumed, detail: "nothing waits for a person any more: it goes on")
    }

    static func cancelling(_ order: Order, _ cancellation: Cancellation) -> TimelineEntry {
        let fee = cancellation.feeMilliyuan
        let cost = fee == .zero ? "free of charge" : "for a fee of \(fee.yuanText) yuan"
        return TimelineEntry(
            orderId: order.id,
            at: cancellation.requestedAt,
            kind: .cancelRequested,
            detail: "is to be cancelled, \(cost): \(cancellation.reason)"
        )
    }

    /// The effect slips into a later month.
    static func jeopardy(of order: Order, _ jeopardy: Outcome.Jeopardy, at: Timestamp) -> TimelineEntry {
        TimelineEntry(
            orderId: order.id,
            at: at,
            kind: .orderJeopardy,
            workOrderId: jeopardy.workOrderId,
            detail: "what is still open no longer fits into the month: the effect slips"
        )
    }

    /// - Returns: `nil` for events that the work order's own columns tell.
    init?(_ event: WorkOrderEvent, heardAt now: Timestamp) {
        switch event {
        case .retryScheduled(let retry):
            self.init(
                orderId: retry.orderId,
                at: now,
                kind: .retryScheduled,
                workOrderId: retry.workOrderId,
                detail: "attempt \(retry.attempt) of \(retry.task) failed: \(retry.code) \(retry.message)"
            )
        case .jeopardy(let jeopardy):
            let what =
                jeopardy.kind == .targetMissed ? "the target time has passed" : "80 % of the target time has passed"
            self.init(
                orderId: jeopardy.orderId,
                at: jeopardy.at,
                kind: .workOrderJeopardy,
                workOrderId: jeopardy.workOrderId,
                detail: what
            )
        case .rescheduled(let rescheduled):
            self.init(
                orderId: rescheduled.orderId,
                at: rescheduled.at,
                kind: .workOrderRescheduled,
                workOrderId: rescheduled.workOrderId,
                detail: storable(
                    "an appointment for \(rescheduled.appointmentAt) by \(rescheduled.by)"
                        + (rescheduled.reason.map { " (\($0))" } ?? "")
                        + ": its target time ends at \(rescheduled.dueAt)")
            )
        case .started, .completed, .failed, .cancelled: return nil
        }
    }
}
