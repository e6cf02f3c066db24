import Contracts
import Messaging
import NotificationDomain
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Synchronization

/// Takes the network's reports of messages in: many at a time, and each reporter waits until its own is kept.
final class ReceiptDesk: Service {
    private struct Waiting {
        var receipt: Receipt
        var continuation: CheckedContinuation<Bool, any Error>
    }

    /// The service is stopping: the reporter has to come again.
    struct Closed: Error {}

    private static let most = 500

    private let workbench: Workbench
    private let waiting = Mutex<(reports: [Waiting], isClosed: Bool)>(([], false))
    private let wakeup = Wakeup()

    init(workbench: Workbench) { self.workbench = workbench }

    /// - Returns: whether there is such a message.
    /// - Throws: where the report could not be kept.
    func report(_ receipt: Receipt) async throws -> Bool {
        guard self.workbench.isStarted else { throw Closed() }
        return try await withCheckedThrowingContinuation { continuation in
            let isClosed = self.waiting.withLock { waiting in
                if !waiting.isClosed { waiting.reports.append(Waiting(receipt: receipt, continuation: continuation)) }
                return waiting.isClosed
            }
            if isClosed { continuation.resume(throwing: Closed()) } else { self.wakeup.signal() }
        }
    }

    func run() async throws {
        await self.workbench.untilStarted()
        while !Task.isStopping {
            let reports = self.waiting.withLock { waiting in
                let taken = Array(waiting.reports.prefix(Self.most))
                waiting.reports.removeFirst(taken.count)
                return taken
            }
            if reports.isEmpty { await self.wakeup.wait(for: .seconds(1)) } else { await self.keep(reports) }
        }
        let rest = self.waiting.withLock { waiting in
            defer { waiting = ([], true) }
            return waiting.reports
        }
        for report in rest { report.continuation.resume(throwing: Closed()) }
    }

    private func keep(_ reports: [Waiting]) async {
        do {
            let known = try await self.keep(reports.map(\.receipt))
            for report in reports { report.continuation.resume(returning: known.contains(report.receipt.id)) }
        } catch {
            for report in reports { report.continuation.resume(throwing: error) }
        }
    }

    /// - Returns: the messages that there are.
    private func keep(_ receipts: [Receipt]) async throws -> Set<NotificationID> {
        // Of several for one message, that it has arrived.
        let each = Dictionary(receipts.map { ($0.id, $0) }) { $0.isDelivered ? $0 : $1 }
        return try await self.workbench.transact("take receipts") { context in
            let taken = try await context.transaction.execute(
                TakeReceipts(receipts: each.values.sorted { $0.id < $1.id }, at: context.now))
            var handled = Handled()
            for receipt in taken { handled.tell(receipt, at: context.now) }
            return (Set(taken.map(\.id)), handled)
        }
    }
}

extension Handled {
    fileprivate mutating func tell(_ receipt: TakenReceipt, at now: Timestamp) {
        let event: NotificationLifecycle.Event = receipt.isDelivered ? .deliveryReported : .failureReported
        guard NotificationLifecycle.next(receipt.before, on: event) != nil else {
            return self.count("notification.receipts.ignored", [("state", receipt.before.rawValue)])
        }
        // It has overtaken the gateway's answer: that the gateway has the message is known by it.
        if receipt.before != .sent {
            self.count("notification.sent", [("priority", "overtaken")])
            self.send(
                NotificationSent(
                    notificationId: receipt.id, recipient: receipt.recipient, channel: receipt.channel,
                    template: receipt.template, text: receipt.text, sentAt: now,
                    gatewayId: receipt.gatewayId ?? ""),
                causedBy: nil, correlationID: receipt.correlationID)
        }
        if receipt.isDelivered {
            self.count("notification.delivered")
            self.send(
                NotificationDelivered(notificationId: receipt.id, recipient: receipt.recipient, deliveredAt: now),
                causedBy: nil, correlationID: receipt.correlationID)
        } else {
            self.count("notification.failed", [("code", "NOT_DELIVERED")])
            self.send(
                NotificationFailed(
                    notificationId: receipt.id, recipient: receipt.recipient, code: "NOT_DELIVERED",
                    message: receipt.reason, failedAt: now),
                causedBy: nil, correlationID: receipt.correlationID)
        }
    }
}
