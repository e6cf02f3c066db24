package import Contracts

/// A complaint: what its history comes to. Nothing is in it that is not in an entry.
package struct Ticket: Sendable {
    package typealias State = TicketLifecycle.State

    /// A refund, from its being asked for to its being booked.
    package struct Refund: Sendable, Hashable {
        package enum State: String, Sendable, Hashable {
            case awaitsApproval
            /// Asked of Rating.
            case requested
            case booked
            case declined
            /// By Rating.
            case rejected

            /// Whether money is given, or will be.
            package var isStanding: Bool { self != .declined && self != .rejected }
        }

        package var request: TicketEvent.RefundRequest
        package var requestedBy: String
        package var state: State
        package var approvedBy: String?
    }

    /// A partner that has been asked and has not answered.
    package struct OpenDispatch: Sendable, Hashable {
        package var partner: String
        package var waitsOn: DeadlineRule.Party
        package var reminders: Int
        /// `nil`: it has been reminded often enough, and the ticket is a level up.
        package var replyDueAt: Timestamp?
        /// After which its answer is late.
        package var limitAt: Timestamp
    }

    package let id: ComplaintID
    package private(set) var entries: [TicketEntry] = []
    package private(set) var state: State = .acknowledged
    package private(set) var submission: TicketEvent.Submission
    package private(set) var facts: TicketFacts
    /// The first who has it answers for it until it is closed, whoever works on it (CMP-06).
    package private(set) var firstOwner = ""
    package private(set) var place: TicketEvent.Place
    package private(set) var levelSince: Timestamp
    package private(set) var waitsOn: DeadlineRule.Party?
    package private(set) var dispatches: [OpenDispatch] = []
    package private(set) var asked: [String: Timestamp] = [:]
    package private(set) var refunds: [Refund] = []
    package private(set) var problemId: ProblemID?
    package private(set) var firstReplyAt: Timestamp?
    package private(set) var repairedAt: Timestamp?
    package private(set) var resolvedAt: Timestamp?
    package private(set) var closedAt: Timestamp?
    package private(set) var surveyUntil: Timestamp?
    package private(set) var reopenings = 0
    package private(set) var score: Int?
    /// Deadlines that have been told as missed, each at its time.
    package private(set) var missed: [TicketEvent.Alarm] = []
    package private(set) var warned: [TicketEvent.Alarm] = []
    /// In the order in which they were, which is not that of the entries: a repair can be told later.
    package private(set) var clockEvents: [ClockEvent] = []

    /// - Parameter entries: at least one, the first of which is the submission.
    /// - Returns: `nil` where it is not.
    package init?(id: ComplaintID, entries: [TicketEntry]) {
        guard let first = entries.first, case .submitted(let submission) = first.event else { return nil }
        self.id = id
        self.submission = submission
        self.facts = submission.facts
        self.place = TicketEvent.Place(queue: "", owner: nil, level: "")
        self.levelSince = first.at
        for entry in entries { self.append(entry) }
    }

    package var submittedAt: Timestamp { self.entries.first?.at ?? self.submission.submittedAt }

    /// When the last thing happened to it.
    package var lastAt: Timestamp { self.entries.last?.at ?? self.submission.submittedAt }

    package var isOpen: Bool { self.state.isOpen }

    package func refund(_ id: RefundID) -> Refund? { self.refunds.first { $0.request.refundId == id } }

    /// Which clocks have been missed, each once.
    package var missedClocks: [DeadlineRule.Clock] {
        DeadlineRule.Clock.allCases.filter { clock in self.missed.contains { $0.clock == clock } }
    }

    /// Adds to the history, not before what is in it.
    package mutating func note(_ event: TicketEvent, by: String, at: Timestamp) {
        self.append(TicketEntry(event, by: by, at: max(at, self.lastAt)))
    }

    private mutating func append(_ entry: TicketEntry) {
        self.entries.append(entry)
        switch entry.event {
        case .submitted(let submission): self.clock(.submitted(submission.facts), at: entry.at)
        case .rejected: self.state = .rejected
        case .linked, .evidence, .noted: break
        case .assigned(let assignment): self.assign(assignment, at: entry.at)
        case .dispatched(let dispatch): self.dispatch(dispatch, at: entry.at)
        case .reminded(let reminder):
            self.changeDispatch(to: reminder.partner) {
                $0.reminders = reminder.number
                $0.replyDueAt = reminder.replyDueAt
            }
        case .partnerReplied(let reply): self.takeReply(of: reply.partner, at: entry.at)
        case .replied:
            self.move(.worked)
            self.firstReplyAt = self.firstReplyAt ?? entry.at
            self.clock(.replied, at: entry.at)
        case .escalated(let escalation):
            self.place = escalation.to
            self.levelSince = entry.at
            if escalation.cause == .partner {
                for index in self.dispatches.indices where self.dispatches[index].replyDueAt ?? entry.at <= entry.at {
                    self.dispatches[index].replyDueAt = nil
                }
            }
        case .waits(let waiting):
            self.move(.waited)
            self.wait(on: waiting.on, at: entry.at)
        case .goesOn: self.goOn(at: entry.at)
        case .reclassified(let change):
            self.facts = change.to
            self.clock(.changed(change.to), at: entry.at)
        case .repaired(let repair):
            self.repairedAt = repair.repairedAt
            self.clock(.repaired, at: repair.repairedAt)
        case .resolved(let resolution): self.resolve(resolution, at: entry.at)
        case .closed(let closing):
            self.move(.closed)
            self.score = closing.score
            self.closedAt = entry.at
            self.surveyUntil = nil
        case .reopened(let reopening): self.reopen(reopening, at: entry.at)
        case .cancelled:
            self.move(.cancelled)
            self.closedAt = entry.at
            self.dispatches = []
            self.waitsOn = nil
            self.clock(.ended, at: entry.at)
        case .refundRequested(let request):
            self.refunds.append(
                Refund(
                    request: request, requestedBy: entry.by,
                    state: request.needsApproval ? .awaitsApproval : .requested))
        case .refundApproved(let decision):
            self.change(decision.refundId) {
                $0.state = .requested
                $0.approvedBy = entry.by
            }
        case .refundDeclined(let decision): self.change(decision.refundId) { $0.state = .declined }
        case .refundBooked(let booking): self.change(booking.refundId) { $0.state = .booked }
        case .refundRejected(let rejection): self.change(rejection.refundId) { $0.state = .rejected }
        case .warned(let alarm): self.warned.append(alarm)
        case .missed(let alarm): self.missed.append(alarm)
        case .joined(let joining): self.problemId = joining.problemId
        }
    }

    private mutating func move(_ event: TicketLifecycle.Event) {
        self.state = TicketLifecycle.next(self.state, on: event) ?? self.state
    }

    /// In the order of time: a repair may be told later than it was.
    private mutating func clock(_ change: ClockEvent.Change, at: Timestamp) {
        let index = self.clockEvents.lastIndex { $0.at <= at }.map { $0 + 1 } ?? self.clockEvents.count
        self.clockEvents.insert(ClockEvent(change, at: at), at: index)
    }

    private mutating func assign(_ assignment: TicketEvent.Assignment, at: Timestamp) {
        if assignment.to.level != self.place.level { self.levelSince = at }
        self.place = assignment.to
        if self.firstOwner.isEmpty { self.firstOwner = assignment.to.owner ?? assignment.to.queue }
        if assignment.from != nil { self.move(.worked) }
    }

    private mutating func wait(on party: DeadlineRule.Party, at: Timestamp) {
        self.waitsOn = party
        self.clock(.waits(on: party), at: at)
    }

    private mutating func goOn(at: Timestamp) {
        self.move(.wentOn)
        self.waitsOn = nil
        self.clock(.goesOn, at: at)
    }

    private mutating func dispatch(_ dispatch: TicketEvent.Dispatch, at: Timestamp) {
        self.move(.waited)
        self.dispatches.removeAll { $0.partner == dispatch.partner }
        self.dispatches.append(
            OpenDispatch(
                partner: dispatch.partner, waitsOn: dispatch.waitsOn, reminders: 0, replyDueAt: dispatch.replyDueAt,
                limitAt: dispatch.replyDueAt))
        self.asked[dispatch.partner] = dispatch.replyDueAt
        self.wait(on: dispatch.waitsOn, at: at)
    }

    private mutating func changeDispatch(to partner: String, _ change: (inout OpenDispatch) -> Void) {
        guard let index = self.dispatches.firstIndex(where: { $0.partner == partner }) else { return }
        change(&self.dispatches[index])
    }

    /// The ticket goes on when nobody else is waited for.
    private mutating func takeReply(of partner: String, at: Timestamp) {
        let wasOpen = self.dispatches.contains { $0.partner == partner }
        self.dispatches.removeAll { $0.partner == partner }
        guard wasOpen, self.state == .pending, self.waitsOn != .customer else { return }
        if let other = self.dispatches.last {
            self.wait(on: other.waitsOn, at: at)
        } else {
            self.goOn(at: at)
        }
    }

    private mutating func resolve(_ resolution: TicketEvent.Resolution, at: Timestamp) {
        self.move(.resolved)
        self.resolvedAt = at
        self.firstReplyAt = self.firstReplyAt ?? at
        self.surveyUntil = resolution.surveyUntil
        self.dispatches = []
        if self.waitsOn != nil { self.clock(.goesOn, at: at) }
        self.waitsOn = nil
        self.clock(.resolved, at: at)
    }

    private mutating func reopen(_ reopening: TicketEvent.Reopening, at: Timestamp) {
        self.move(.reopened)
        self.reopenings += 1
        self.score = reopening.score ?? self.score
        self.resolvedAt = nil
        self.closedAt = nil
        self.surveyUntil = nil
        self.repairedAt = nil
        self.clock(.reopened, at: at)
    }

    private mutating func change(_ id: RefundID, _ change: (inout Refund) -> Void) {
        guard let index = self.refunds.firstIndex(where: { $0.request.refundId == id }) else { return }
        change(&self.refunds[index])
    }
}
