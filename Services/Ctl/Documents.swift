import ArgumentParser
import Foundation

/// An order, as the read API tells it; times stay texts.
struct OrderDocument: Decodable {
    struct WorkOrder: Decodable {
        var workOrderId: String
        var type: String
        var product: String
        var memberRef: String
        var serviceNumber: String
        var state: String
        var dueAt: String
        var issueNumber: Int
        var code: String?
        var message: String?
    }

    struct Waiting: Decodable {
        var kind: String
        var workOrderId: String?
        var reason: String
        var since: String
        var until: String?
        var movedBy: String
    }

    struct Reason: Decodable {
        var code: String
        var path: String
        var message: String
    }

    var orderId: String
    var externalId: String
    var action: String
    var offer: String
    var state: String
    var stateSince: String
    var expectedEffectiveAt: String?
    var effectiveAt: String?
    var reasons: [Reason]?
    var workOrders: [WorkOrder]
    var waitsFor: [Waiting]

    var isFinal: Bool { ["completed", "partial", "failed", "cancelled", "rejected"].contains(self.state) }
}

struct CancelPlanDocument: Decodable {
    struct Step: Decodable {
        var type: String
        var memberRef: String
        var serviceNumber: String
        var fate: String
        var undoneBy: String?
    }

    struct Refusal: Decodable {
        var code: String
        var message: String
    }

    var refusals: [Refusal]
    var feeMilliyuan: Int
    var steps: [Step]
    /// Orders that end with it.
    var alsoEnds: [String]
}

/// Finds orders by whatever people have at hand.
enum OrderLookup {
    private struct Page: Decodable {
        struct Item: Decodable { var orderId: String }

        var items: [Item]
    }

    /// - Throws: `ExitCode` 2 when there is none.
    static func id(_ text: String) async throws -> String {
        if UUID(uuidString: text) != nil { return text.lowercased() }
        let page: Page = try await ReadAPI.orders.read(at: "/orders?externalId=\(ReadAPI.escaped(text))")
        guard let first = page.items.first else {
            Terminal.note("there is no order \(text)")
            throw ExitCode(2)
        }
        if page.items.count > 1 { Terminal.note("several channels have an order \(text): this is the newest") }
        return first.orderId
    }
}

enum OrderText {
    static func show(_ order: OrderDocument) {
        Terminal.show("order \(order.orderId) (\(order.externalId)): \(order.action) \(order.offer)")
        Terminal.show("\(order.state) since \(order.stateSince)")
        if let at = order.effectiveAt ?? order.expectedEffectiveAt {
            Terminal.show("\(order.effectiveAt == nil ? "expected to take effect" : "effect") at \(at)")
        }
        for reason in order.reasons ?? [] { Terminal.show("  \(reason.code) \(reason.path): \(reason.message)") }
        if !order.workOrders.isEmpty { Terminal.show("work orders:") }
        Terminal.show(
            order.workOrders.map { workOrder in
                [
                    workOrder.workOrderId, workOrder.memberRef, workOrder.type, workOrder.serviceNumber,
                    workOrder.issueNumber == 1 ? workOrder.state : "\(workOrder.state) (\(workOrder.issueNumber))",
                    [workOrder.code, workOrder.message].compactMap { $0 }.joined(separator: ": "),
                ]
            })
        for waiting in order.waitsFor {
            Terminal.show("waits for \(waiting.kind) since \(waiting.since): \(waiting.reason)")
            Terminal.show("  moved by \(waiting.movedBy)\(waiting.until.map { ", until \($0)" } ?? "")")
            if waiting.kind == "person", let id = waiting.workOrderId {
                Terminal.show("  sheaf-ctl order retry \(order.orderId) --work-order \(id) --reason …")
                Terminal.show("  sheaf-ctl order skip \(order.orderId) --work-order \(id) --reason …")
            }
        }
    }

    static func progress(_ order: OrderDocument) -> String {
        let done = order.workOrders.filter { ["completed", "skipped", "cancelled"].contains($0.state) }.count
        return "\(order.state): \(done) of \(order.workOrders.count) work orders at their end"
    }
}
