import Contracts
import Logging
import Messaging
import NotificationDomain
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// Hands messages over to a gateway when their time has come.
///
/// That a message is on its way is noted before the gateway is called, and what came of it afterwards. Of a process that
/// dies between, nobody knows whether the message went out: it becomes uncertain, and only an urgent one is sent again.
struct Dispatcher: Service {
    struct Settings: Sendable {
        /// Messages that are claimed at a time: of so many nobody knows what became when the process dies.
        var batch = 64
        /// Calls at a time.
        var calls = 16
        /// After so long without an end, a hand-over is lost: longer than any call may take.
        var lostAfterSeconds = 60
        var pause = Duration.milliseconds(100)
    }

    let lane: DispatchLane
    let outlet: GatewayOutlet
    let settings: Settings
    let catalogues: CatalogueLibrary
    let calendar: BusinessCalendar
    let workbench: Workbench
    let logger: Logger

    private var gateway: any Gateway { self.outlet.gateway }
    private var gate: GatewayGate { self.outlet.gate }

    private static let backoff = Backoff(firstMilliseconds: 500, maximumMilliseconds: 15_000)
    /// Calls for an urgent message of which nobody knows what became.
    private static let mostCalls = 3

    func run() async throws {
        await self.workbench.untilStarted()
        var recoverAt = ContinuousClock.now
        while !Task.isStopping {
            do {
                if ContinuousClock.now >= recoverAt {
                    try await self.recover()
                    recoverAt = .now + .seconds(self.settings.lostAfterSeconds) / 4
                }
                if try await self.step() == 0 { await idle(for: self.settings.pause) }
            } catch  where Disposition(of: error) != .cancelled {
                self.logger.warning("Messages wait for their environment", metadata: ["error": "\(error)"])
                await idle(for: .seconds(1))
            } catch {
                return
            }
        }
    }

    /// - Returns: how many messages were looked at.
    func step() async throws -> Int {
        guard let rules = self.catalogues.current.notifications else { return 0 }
        let permitted = self.gate.take(self.settings.batch, isUrgent: self.lane != .others)
        guard permitted > 0 else { return 0 }
        var claimed: [DueNotification] = []
        defer { self.gate.giveBack(permitted - claimed.count) }
        let (looked, batch) = try await self.workbench.transact("claim messages") { context in
            let due = try await context.transaction.execute(
                LockDueNotifications(
                    now: context.now, wallNow: context.wallNow, priorities: self.lane.priorities,
                    channels: self.outlet.channels, limit: permitted))
            var batch = DueBatch(rules: rules, calendar: self.calendar)
            try await batch.sort(due, in: context)
            var handled = Handled()
            try await batch.save(by: self.gateway.id, &handled, in: context)
            return ((due.count, batch.claimed), handled)
        }
        claimed = batch
        if !claimed.isEmpty { try await self.settle(await self.handOver(claimed)) }
        return looked
    }

    /// Ends what a process that has died had on its way.
    func recover() async throws {
        let repeated = try await self.workbench.transact("look for lost messages") { context in
            let lost = try await context.transaction.execute(
                LockLostNotifications(
                    claimedBefore: context.wallNow.advanced(bySeconds: -self.settings.lostAfterSeconds),
                    priorities: self.lane.priorities, channels: self.outlet.channels, limit: 1000))
            var handled = Handled()
            let (urgent, others) = (lost.filter { $0.priority == .urgent }, lost.filter { $0.priority != .urgent })
            if !urgent.isEmpty {
                _ = try await context.transaction.execute(
                    ClaimNotifications(
                        ids: urgent.map(\.id), now: context.now, wallNow: context.wallNow, gateway: self.gateway.id))
            }
            try await self.save(
                others.map { ($0, .lost(text: "the process ended while it was handed over")) }, &handled, in: context)
            return (urgent, handled)
        }
        if !repeated.isEmpty { try await self.settle(await self.handOver(repeated)) }
    }

    /// So many calls at a time as the settings have.
    private func handOver(_ notifications: [DueNotification]) async -> [(DueNotification, HandOver)] {
        await withTaskGroup(of: (Int, HandOver).self) { group in
            var outcomes: [(DueNotification, HandOver)] = []
            for (index, notification) in notifications.enumerated() {
                if index >= self.settings.calls, let (index, outcome) = await group.next() {
                    outcomes.append((notifications[index], outcome))
                }
                group.addTask { (index, await self.handOver(notification, isFirst: index == 0)) }
            }
            for await (index, outcome) in group { outcomes.append((notifications[index], outcome)) }
            return outcomes
        }
    }

    /// - Parameter isFirst: whether it is called for even where the gateway is believed to be absent.
    private func handOver(_ notification: DueNotification, isFirst: Bool) async -> HandOver {
        let message = HandedMessage(
            id: notification.id, recipient: notification.recipient, sender: notification.sender,
            subject: notification.subject,
            text: notification.text, priority: notification.priority, expiresAt: notification.expiresAt)
        if self.gate.isClosed, !isFirst { return .deferred(code: "ABSENT", text: "the gateway was absent just before") }
        var calls = 0
        while true {
            let outcome = await self.gateway.handOver(message)
            self.gate.note(outcome)
            calls += 1
            guard case .lost = outcome, notification.priority == .urgent, calls < Self.mostCalls else { return outcome }
        }
    }

    /// As often as the database takes: what has gone out must not be forgotten.
    private func settle(_ outcomes: [(DueNotification, HandOver)]) async throws {
        while true {
            do {
                return try await self.workbench.transact("settle messages") { context in
                    var handled = Handled()
                    try await self.save(outcomes, &handled, in: context)
                    return ((), handled)
                }
            } catch  where Disposition(of: error) == .environment && !Task.isStopping {
                self.logger.warning("What became of messages cannot be noted", metadata: ["error": "\(error)"])
                await idle(for: .milliseconds(500))
            }
        }
    }

    private func save(
        _ outcomes: [(DueNotification, HandOver)], _ handled: inout Handled, in context: HandlingContext
    ) async throws {
        guard !outcomes.isEmpty else { return }
        let settled = outcomes.map { notification, outcome in
            SettledHandOver(notification, outcome, at: context.wallNow, Self.backoff, context.randomFraction)
        }
        let changed = Set(
            try await context.transaction.execute(SettleHandOvers(settled: settled, at: context.now)))
        for (notification, outcome) in outcomes where changed.contains(notification.id) {
            handled.tell(outcome, of: notification, by: self.gateway.id, at: context.now)
        }
    }
}

extension SettledHandOver {
    fileprivate init(
        _ notification: DueNotification, _ outcome: HandOver, at wallNow: Timestamp, _ backoff: Backoff,
        _ randomFraction: () -> Double
    ) {
        switch outcome {
        case .accepted: self.init(id: notification.id, state: .sent)
        case .delivered: self.init(id: notification.id, state: .delivered)
        case .refused(let code, let text):
            self.init(id: notification.id, state: .failed, code: code, reason: text)
        case .lost(let text):
            self.init(id: notification.id, state: .uncertain, code: Self.uncertain, reason: text)
        case .deferred(let code, let text):
            let pause = backoff.milliseconds(
                afterAttempt: Int(notification.attempts) + 1, fraction: randomFraction())
            self.init(
                id: notification.id, state: .scheduled, code: code, reason: text,
                nextAttemptAt: wallNow.advanced(byMilliseconds: pause))
        }
    }

    fileprivate static let uncertain = "UNCERTAIN"
}

extension Handled {
    fileprivate mutating func tell(
        _ outcome: HandOver, of notification: DueNotification, by gateway: String, at now: Timestamp
    ) {
        func failed(_ code: String, _ text: String) -> NotificationFailed {
            NotificationFailed(
                notificationId: notification.id, recipient: notification.recipient, code: code, message: text,
                failedAt: now)
        }
        let correlation = notification.correlationID
        switch outcome {
        case .accepted, .delivered:
            self.count("notification.sent", [("priority", notification.priority.rawValue)])
            self.send(
                NotificationSent(
                    notificationId: notification.id, recipient: notification.recipient,
                    channel: notification.channel, template: notification.template, text: notification.text,
                    sentAt: now, gatewayId: gateway),
                causedBy: nil, correlationID: correlation)
            guard outcome == .delivered else { return }
            self.send(
                NotificationDelivered(
                    notificationId: notification.id, recipient: notification.recipient, deliveredAt: now),
                causedBy: nil, correlationID: correlation)
        case .deferred(let code, _): self.count("notification.deferred", [("code", code)])
        case .refused(let code, let text):
            self.count("notification.failed", [("code", code)])
            self.send(failed(code, text), causedBy: nil, correlationID: correlation)
        case .lost(let text):
            self.count("notification.failed", [("code", SettledHandOver.uncertain)])
            self.send(failed(SettledHandOver.uncertain, text), causedBy: nil, correlationID: correlation)
        }
    }
}
