import Contracts
import OrdersDomain

/// One thing that happened to an order, in the order of time.
struct TimelineItem: Encodable, Sendable, Equatable {
    var at: Timestamp
    /// A message type of the contract.
    var kind: String
    var workOrderId: WorkOrderID?
    var detail: String
}

enum Timeline {
    /// Puts together what the columns tell and what was noted besides.
    static func items(of row: OrderRow, _ order: Order?, _ entries: [TimelineEntry]) -> [TimelineItem] {
        guard let order else {
            let codes = (row.reasons ?? []).map(\.code).joined(separator: ", ")
            return [TimelineItem(at: row.receivedAt, kind: "order.rejected", detail: "rejected: \(codes)")]
        }
        var items = [self.acknowledged(order)]
        items += order.workOrders.flatMap(self.items)
        items += entries.map {
            TimelineItem(at: $0.at, kind: $0.kind.rawValue, workOrderId: $0.workOrderId, detail: $0.detail)
        }
        items += self.ends(of: order)
        // Equal instants keep the order in which they are put together: causes before effects.
        return items.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    private static func acknowledged(_ order: Order) -> TimelineItem {
        let count = order.workOrders.count
        return TimelineItem(
            at: order.acknowledgedAt,
            kind: "order.acknowledged",
            detail: "\(order.offer) taken apart into \(count) work order\(count == 1 ? "" : "s")"
        )
    }

    private static func items(of workOrder: WorkOrder) -> [TimelineItem] {
        let undoing = workOrder.compensates == nil ? "" : ", which undoes another work order,"
        let name = "\(workOrder.type) of \(workOrder.product) \(workOrder.memberRef)\(undoing)"
        let again = workOrder.issueNumber == 1 ? "" : " for the \(workOrder.issueNumber). time"
        func item(_ at: Timestamp?, _ kind: String, _ detail: String) -> TimelineItem? {
            at.map { TimelineItem(at: $0, kind: kind, workOrderId: workOrder.id, detail: detail) }
        }
        let end: TimelineItem? =
            switch workOrder.state {
            case .completed: item(workOrder.endedAt, "workOrder.completed", "\(name) is complete")
            case .cancelled: item(workOrder.endedAt, "workOrder.cancelled", "\(name) is cancelled")
            // A failure may be one of several, each noted when it happened.
            case .waiting, .issued, .inProgress, .cancelling, .failed, .skipped: nil
            }
        return [
            item(workOrder.issuedAt, "workOrder.issued", "\(name) is issued\(again)"),
            item(workOrder.startedAt, "workOrder.started", "\(name) has begun\(again)"),
            end,
        ].compactMap { $0 }
    }

    private static func ends(of order: Order) -> [TimelineItem] {
        var items: [TimelineItem] = []
        if let completedAt = order.completedAt {
            items.append(
                TimelineItem(at: completedAt, kind: "order.completed", detail: "the last work order is complete"))
        }
        if order.state == .completed, let effectiveAt = order.effectiveAt {
            items.append(TimelineItem(at: effectiveAt, kind: "order.effective", detail: "\(order.offer) is in effect"))
        }
        let end: (kind: String, detail: String)? =
            switch order.state {
            case .cancelled where order.cancellation?.code == .amended:
                ("order.cancelled", "all that it did is kept: \(order.cancellation?.reason ?? "")")
            case .cancelled: ("order.cancelled", "everything is stopped and undone")
            case .partial: ("order.failed", "cancelled, and some of what was done is left as it is")
            case .failed: ("order.failed", "every work order was left out")
            default: nil
            }
        if let end { items.append(TimelineItem(at: order.stateSince, kind: end.kind, detail: end.detail)) }
        return items
    }
}
