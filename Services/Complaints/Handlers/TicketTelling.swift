import ComplaintsDomain
import Contracts
import Messaging

/// Goes through what is new in a ticket's history, and says what others are told of each entry.
struct TicketTelling {
    /// A message, not yet sent.
    struct Told {
        private let sending: (inout Handled, EventContext?, ComplaintID) -> Void

        init<Body: MessageBody>(_ body: Body) {
            self.sending = { handled, cause, complaint in
                handled.send(body, causedBy: cause, correlationID: complaint.description)
            }
        }

        func send(_ handled: inout Handled, causedBy cause: EventContext?, _ complaint: ComplaintID) {
            self.sending(&handled, cause, complaint)
        }
    }

    private var rest: ArraySlice<TicketEntry>
    /// As it was after the entry that was given last.
    private var ticket: Ticket?
    private let id: ComplaintID
    private let rules: ComplaintRules
    private let calendar: BusinessCalendar

    /// - Parameter saved: how many entries are stored, and told.
    init(_ ticket: Ticket, saved: Int, _ rules: ComplaintRules, _ calendar: BusinessCalendar) {
        self.id = ticket.id
        self.ticket = Ticket(id: ticket.id, entries: Array(ticket.entries.prefix(saved)))
        self.rest = ticket.entries.dropFirst(saved)
        self.rules = rules
        self.calendar = calendar
    }

    /// - Returns: the next new entry, and the ticket after it.
    mutating func next() -> (TicketEntry, Ticket)? {
        guard let entry = self.rest.popFirst() else { return nil }
        if self.ticket == nil {
            self.ticket = Ticket(id: self.id, entries: [entry])
        } else {
            self.ticket?.note(entry.event, by: entry.by, at: entry.at)
        }
        return self.ticket.map { (entry, $0) }
    }

    /// - Parameter hash: of the entry.
    func told(_ entry: TicketEntry, _ hash: String) -> [Told] {
        guard let ticket = self.ticket else { return [] }
        let (id, of, at) = (ticket.id, ticket.submission, entry.at)
        switch entry.event {
        case .submitted, .evidence, .reclassified, .waits, .goesOn, .repaired, .noted, .joined: return []
        case .rejected(let rejection):
            let reasons = rejection.reasons.map {
                ComplaintRejected.Reason(code: $0.code, path: $0.path, message: $0.message)
            }
            return [
                Told(
                    ComplaintRejected(
                        complaintId: id, externalId: of.externalId, channel: of.channel, reasons: reasons,
                        rejectedAt: at))
            ]
        case .linked(let link):
            return [Told(self.acknowledged(ticket, link.externalId, link.channel, isLinked: true, at: at))]
        case .assigned(let assignment):
            guard assignment.from != nil else {
                return [Told(self.acknowledged(ticket, of.externalId, of.channel, isLinked: false, at: at))]
            }
            return [
                Told(
                    ComplaintAssigned(
                        complaintId: id, queue: assignment.to.queue, owner: assignment.to.owner,
                        level: assignment.to.level, by: entry.by, text: assignment.text, assignedAt: at))
            ]
        case .dispatched(let dispatch):
            return [Told(self.dispatched(ticket, dispatch.partner, dispatch.text, 0, dispatch.replyDueAt, at))]
        case .reminded(let reminder):
            let text = ticket.question(to: reminder.partner) ?? of.text
            return [Told(self.dispatched(ticket, reminder.partner, text, reminder.number, reminder.replyDueAt, at))]
        case .partnerReplied(let reply):
            return [
                Told(
                    ComplaintReplied(
                        complaintId: id, customerId: of.customerId, serviceNumber: of.serviceNumber,
                        contactNumber: of.contactNumber, accountId: of.accountId, partner: reply.partner,
                        isLate: reply.isLate, isFirst: false, text: reply.text, by: entry.by, repliedAt: at))
            ]
        case .replied(let words):
            return [
                Told(
                    ComplaintReplied(
                        complaintId: id, customerId: of.customerId, serviceNumber: of.serviceNumber,
                        contactNumber: of.contactNumber, accountId: of.accountId,
                        isLate: ticket.missedClocks.contains(.reply), isFirst: ticket.firstReplyAt == at,
                        text: words.text ?? "", by: entry.by, repliedAt: at))
            ]
        case .escalated(let escalation):
            let dueAt = ticket.deadlines(by: self.rules, at: at).first { $0.clock == .level }?.dueAt
            return [
                Told(
                    ComplaintEscalated(
                        complaintId: id, level: escalation.to.level, formerLevel: escalation.from.level,
                        cause: escalation.cause.rawValue, clock: escalation.clock?.rawValue,
                        queue: escalation.to.queue, by: entry.by, text: escalation.text, dueAt: dueAt,
                        escalatedAt: at))
            ]
        case .resolved(let resolution):
            return [
                Told(
                    ComplaintResolved(
                        complaintId: id, customerId: of.customerId, serviceNumber: of.serviceNumber,
                        contactNumber: of.contactNumber, accountId: of.accountId, text: resolution.text,
                        by: entry.by, problemId: resolution.problemId, surveyUntil: resolution.surveyUntil,
                        resolvedAt: at))
            ]
        case .closed(let closing):
            return [Told(self.closed(ticket, closing.outcome.rawValue, closing.score, entry, hash))]
        case .cancelled: return [Told(self.closed(ticket, "cancelled", nil, entry, hash))]
        case .reopened(let reopening):
            return [
                Told(
                    ComplaintReopened(
                        complaintId: id, customerId: of.customerId, serviceNumber: of.serviceNumber,
                        contactNumber: of.contactNumber, accountId: of.accountId, score: reopening.score,
                        by: entry.by, text: reopening.text, reopenedAt: at))
            ]
        case .warned(let alarm):
            return [
                Told(
                    ComplaintDeadlineWarning(
                        complaintId: id, customerId: of.customerId, serviceNumber: of.serviceNumber,
                        contactNumber: of.contactNumber, accountId: of.accountId, clock: alarm.clock.rawValue,
                        tier: ticket.facts.tier, category: ticket.facts.category, area: ticket.facts.area,
                        queue: ticket.place.queue, owner: ticket.place.owner, level: ticket.place.level,
                        dueAt: alarm.dueAt, warnedAt: at))
            ]
        case .missed(let alarm):
            return [
                Told(
                    ComplaintDeadlineMissed(
                        complaintId: id, customerId: of.customerId, serviceNumber: of.serviceNumber,
                        contactNumber: of.contactNumber, accountId: of.accountId, clock: alarm.clock.rawValue,
                        tier: ticket.facts.tier, category: ticket.facts.category, area: ticket.facts.area,
                        queue: ticket.place.queue, owner: ticket.place.owner, level: ticket.place.level,
                        dueAt: alarm.dueAt, missedAt: at))
            ]
        case .refundRequested, .refundApproved, .refundDeclined, .refundBooked, .refundRejected:
            return ticket.toldOfRefund(entry)
        }
    }

    private func acknowledged(
        _ ticket: Ticket, _ externalId: String, _ channel: String, isLinked: Bool, at: Timestamp
    ) -> ComplaintAcknowledged {
        let readings = ticket.deadlines(by: self.rules, at: at).filter(\.isRunning)
        let deadlines = readings.compactMap { reading in
            reading.dueAt.map { ComplaintAcknowledged.Deadline(clock: reading.clock.rawValue, dueAt: $0) }
        }
        let reply = deadlines.first { $0.clock == DeadlineRule.Clock.reply.rawValue } ?? deadlines.first
        return ComplaintAcknowledged(
            complaintId: ticket.id, externalId: externalId, channel: channel,
            customerId: ticket.submission.customerId, serviceNumber: ticket.submission.serviceNumber,
            contactNumber: ticket.submission.contactNumber, accountId: ticket.submission.accountId,
            tier: ticket.facts.tier, category: ticket.facts.category, subCategory: ticket.facts.subCategory,
            area: ticket.facts.area, queue: ticket.place.queue, owner: ticket.firstOwner, level: ticket.place.level,
            isLinked: isLinked, problemId: ticket.problemId, acknowledgedAt: at, dueAt: reply?.dueAt ?? at,
            deadlines: deadlines)
    }

    private func dispatched(
        _ ticket: Ticket, _ partner: String, _ text: String, _ reminder: Int, _ replyDueAt: Timestamp,
        _ at: Timestamp
    ) -> ComplaintDispatched {
        ComplaintDispatched(
            complaintId: ticket.id, partner: partner, text: text, category: ticket.facts.category,
            subCategory: ticket.facts.subCategory, serviceNumber: ticket.submission.serviceNumber,
            reminder: reminder, replyDueAt: replyDueAt, dispatchedAt: at)
    }

    private func closed(
        _ ticket: Ticket, _ outcome: String, _ score: Int?, _ entry: TicketEntry, _ hash: String
    ) -> ComplaintClosed {
        ComplaintClosed(
            complaintId: ticket.id, customerId: ticket.submission.customerId,
            serviceNumber: ticket.submission.serviceNumber, contactNumber: ticket.submission.contactNumber,
            accountId: ticket.submission.accountId, outcome: outcome, score: score, by: entry.by,
            historyHash: hash, closedAt: entry.at)
    }
}

extension Ticket {
    /// What a partner was asked last.
    fileprivate func question(to partner: String) -> String? {
        self.entries.reversed().lazy.compactMap { entry in
            if case .dispatched(let dispatch) = entry.event, dispatch.partner == partner { dispatch.text } else { nil }
        }.first
    }

    fileprivate func toldOfRefund(_ entry: TicketEntry) -> [TicketTelling.Told] {
        switch entry.event {
        case .refundRequested(let request):
            guard request.needsApproval else {
                return [.init(self.adjustment(request, requestedBy: entry.by, approvedBy: nil))]
            }
            return [
                .init(
                    ComplaintApprovalRequested(
                        complaintId: self.id, refundId: request.refundId, rule: request.rule.rawValue,
                        amountMilliyuan: request.amountMilliyuan, reason: request.reason, requestedBy: entry.by,
                        role: request.role, limitMilliyuan: request.limitMilliyuan ?? .zero, requestedAt: entry.at))
            ]
        case .refundApproved(let decision):
            guard let refund = self.refund(decision.refundId) else { return [] }
            return [
                .init(self.adjustment(refund.request, requestedBy: refund.requestedBy, approvedBy: entry.by))
            ]
        case .refundDeclined(let decision):
            return self.settled(decision.refundId, "declined", at: entry.at) { $0.message = decision.text }
        case .refundBooked(let booking):
            return self.settled(booking.refundId, "applied", at: entry.at) { $0.cycle = booking.cycle }
        case .refundRejected(let rejection):
            return self.settled(rejection.refundId, "rejected", at: entry.at) {
                $0.code = rejection.code
                $0.message = rejection.message
            }
        default: return []
        }
    }

    private func settled(
        _ id: RefundID, _ state: String, at: Timestamp, _ add: (inout ComplaintRefundSettled) -> Void
    ) -> [TicketTelling.Told] {
        guard let refund = self.refund(id) else { return [] }
        var settled = ComplaintRefundSettled(
            complaintId: self.id, refundId: id, state: state, amountMilliyuan: refund.request.amountMilliyuan,
            settledAt: at)
        add(&settled)
        return [.init(settled)]
    }

    private func adjustment(
        _ request: TicketEvent.RefundRequest, requestedBy: String, approvedBy: String?
    ) -> AdjustmentRequested {
        AdjustmentRequested(
            adjustmentId: request.refundId.description, accountId: request.accountId,
            serviceNumber: self.submission.serviceNumber,
            usageIds: request.usageIds.isEmpty ? nil : request.usageIds, amountMilliyuan: request.amountMilliyuan,
            rule: request.rule.rawValue, reason: request.reason, requestedBy: requestedBy, approvedBy: approvedBy)
    }
}
