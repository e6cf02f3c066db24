import ComplaintsDomain
import Contracts
import Foundation
import Testing

@Suite("What people decide about complaints")
struct CommandTests {
    private func code(_ body: () throws(ComplaintRefusal) -> Void) -> ComplaintCode? {
        do throws(ComplaintRefusal) {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test("CMP-06: the first owner answers for it until it is closed, whoever works on it")
    func firstOwner() throws {
        var ticket = try #require(Ticket.taken(.sample()))
        #expect(ticket.firstOwner == "agents" && ticket.state == .acknowledged)
        try ticket.do("assign", at: hour(1)) { $0.owner = "li" }
        try ticket.do("assign", at: hour(2)) { $0.queue = "technicalSupport" }
        try ticket.do("escalate", at: hour(3))
        #expect(ticket.firstOwner == "agents" && ticket.place.queue == "technicalSupport")
        #expect(ticket.place.level == "technicalSupport" && ticket.state == .inProgress)
        let assignments = ticket.entries.compactMap { entry -> TicketEvent.Assignment? in
            if case .assigned(let assignment) = entry.event { assignment } else { nil }
        }
        #expect(assignments.map(\.from?.owner) == [nil, nil, "li"], "what it was before")
    }

    @Test(
        "CMP-08, CMP-12, CMP-13, CMP-15, CMP-30: complaints go where the table says",
        arguments: [
            ("fault", "embeddedCard", "standard", "partners", "technicalSupport"),
            ("fault", "noService", "standard", "technicalSupport", "agent"),
            ("billing", "traffic", "gold", "dataCentre", "agent"),
            ("valueAddedService", "notReceived", "standard", "dataCentre", "agent"),
            ("valueAddedService", "technical", "standard", "technicalSupport", "technicalSupport"),
            ("valueAddedService", "content", "standard", "agents", "agent"),
            ("service", "refusedTransaction", "vip", "accountManagers", "agent"),
            ("service", "attitude", "gold", "supervisors", "supervisor"),
        ])
    func routes(category: String, sub: String, tier: String, queue: String, level: String) throws {
        let ticket = try #require(Ticket.taken(.sample(category, sub, tier: tier)))
        #expect(ticket.place == .init(queue: queue, owner: nil, level: level))
    }

    @Test("CMP-19: a higher level by command, an appeal too; by category where it is one of another level")
    func levels() throws {
        var ticket = try #require(Ticket.taken(.sample()))
        try ticket.do("escalate", at: hour(1)) { $0.level = "appeal" }
        #expect(ticket.place == .init(queue: "regulator", owner: nil, level: "appeal"))
        #expect(self.code { () throws(ComplaintRefusal) in try ticket.do("escalate", at: hour(2)) } == .unknownLevel)
        var other = try #require(Ticket.taken(.sample("valueAddedService", "content")))
        try other.do("reclassify", at: hour(1)) { $0.subCategory = "technical" }
        #expect(other.alarms == ["1:00 technicalSupport category"])
        try other.do("reclassify", at: hour(2)) { $0.category = "billing" }
        #expect(other.facts.subCategory == nil && other.place.level == "technicalSupport", "never a level down")
    }

    @Test("CMP-07, CMP-23, CMP-24: every channel is taken alike; what is unknown is refused, all of it at once")
    func checks() {
        for channel in ["counter", "hotline", "email", "web"] {
            #expect(shipped.rules.refusals(of: .sample(channel: channel), at: hour(0)).isEmpty)
        }
        var wrong = ComplaintSubmitted.sample(
            "weather", tier: "platinum", area: "moon", channel: "pigeon", submittedAt: hour(1))
        wrong.text = " "
        wrong.customer.id = ""
        wrong.occurredAt = hour(2)
        let refusals = shipped.rules.refusals(of: wrong, at: hour(0))
        #expect(
            Set(refusals.map { "\($0.code.rawValue) \($0.path)" }) == [
                "EMPTY_FIELD /customer/id", "EMPTY_FIELD /text", "UNKNOWN_CHANNEL /channel",
                "UNKNOWN_TIER /customer/tier", "UNKNOWN_CATEGORY /category", "UNKNOWN_AREA /area",
                "IMPOSSIBLE_TIME /submittedAt", "IMPOSSIBLE_TIME /occurredAt",
            ])
        let sub = shipped.rules.refusals(of: .sample("billing", "rain"), at: hour(0))
        #expect(sub.map(\.path) == ["/subCategory"] && sub[0].message.contains("unrecognisedVas"))
    }

    @Test("CMP-08: a partner that is silent is reminded, then the complaint goes up; its late answer is kept")
    func partners() throws {
        var ticket = try #require(Ticket.taken(.sample("fault", "embeddedCard", tier: "standard")))
        try ticket.do("dispatch", at: hour(1)) {
            $0.partner = "terminalVendor"
            $0.text = "the card of …"
        }
        #expect(ticket.state == .pending && ticket.waitsOn == .vendor)
        ticket.advance(to: hour(50), by: shipped.rules)
        let chases = ticket.alarms.filter { $0.contains("reminded") || $0.contains("partner") }
        #expect(chases == ["25:00 reminded 1", "37:00 reminded 2", "49:00 supervisor partner"])
        try ticket.do("resolve", at: hour(51)) { $0.text = "a new card" }
        try ticket.do("reply", at: hour(60), by: "terminalVendor") {
            $0.partner = "terminalVendor"
            $0.text = "it was broken"
        }
        guard case .partnerReplied(let reply)? = ticket.entries.last?.event else {
            Issue.record("it is not kept")
            return
        }
        #expect(reply.isLate && reply.partner == "terminalVendor" && ticket.state == .resolved)
        #expect(
            self.code { () throws(ComplaintRefusal) in
                try ticket.do("reply", at: hour(61)) {
                    $0.partner = "dataCentre"
                    $0.text = "…"
                }
            } == .notAsked)
    }

    @Test("An answer in time lets the complaint go on, when nobody else is waited for")
    func answers() throws {
        var ticket = try #require(Ticket.taken(.sample()))
        for partner in ["dataCentre", "serviceProvider"] {
            try ticket.do("dispatch", at: hour(1)) {
                $0.partner = partner
                $0.text = "?"
            }
        }
        try ticket.do("reply", at: hour(2)) {
            $0.partner = "serviceProvider"
            $0.text = "!"
        }
        #expect(ticket.state == .pending && ticket.waitsOn == .department)
        try ticket.do("reply", at: hour(3)) {
            $0.partner = "dataCentre"
            $0.text = "!"
        }
        #expect(ticket.state == .inProgress && ticket.waitsOn == nil && ticket.dispatches.isEmpty)
        #expect(ticket.firstReplyAt == nil, "it is no answer to the customer")
    }

    @Test("The table of states: every command where it can be, and a coded refusal elsewhere")
    func states() throws {
        let all = TicketLifecycle.State.allCases
        for event in TicketLifecycle.Event.allCases {
            let from = all.filter { TicketLifecycle.next($0, on: event) != nil }
            let expected: [TicketLifecycle.State] =
                switch event {
                case .worked, .waited, .resolved, .cancelled: [.acknowledged, .inProgress, .pending]
                case .wentOn: [.pending]
                case .closed: [.resolved]
                case .reopened: [.resolved, .closed]
                }
            #expect(from == expected)
        }
        var ticket = try #require(Ticket.taken(.sample()))
        try ticket.do("cancel", at: hour(1))
        for word in ["assign", "resolve", "close", "reopen", "wait", "continue", "reclassify", "repaired", "cancel"] {
            let refused = self.code { () throws(ComplaintRefusal) in
                try ticket.do(word, at: hour(2)) {
                    $0.queue = "agents"
                    $0.text = "…"
                    $0.waitsOn = "customer"
                }
            }
            #expect(refused == .wrongState, "\(word)")
        }
        ticket.advance(to: hour(500), by: shipped.rules)
        #expect(ticket.alarms.isEmpty)
    }

    @Test("A history comes back from its texts as it was")
    func roundTrip() throws {
        var ticket = try #require(Ticket.taken(.sample(usageIds: [UsageID(rawValue: UUID())])))
        try ticket.do("dispatch", at: hour(1)) {
            $0.partner = "dataCentre"
            $0.text = "?"
        }
        try ticket.do("refund", at: hour(2)) {
            $0.rule = "double"
            $0.amountMilliyuan = .yuan(40)
            $0.text = "…"
        }
        let id = try #require(ticket.refunds.first?.request.refundId)
        try ticket.do("approve", at: hour(3), by: "wang") {
            $0.refundId = id
            $0.role = "supervisor"
        }
        ticket.book(id, in: BillingCycle(of: calendar.date(of: hour(0))), at: hour(4))
        ticket.advance(to: hour(100), by: shipped.rules)
        let again = try ticket.entries.map { entry in
            TicketEntry(
                try TicketEvent(kind: entry.event.kind, text: entry.event.text(calendar)), by: entry.by, at: entry.at)
        }
        #expect(again == ticket.entries && Set(again.map(\.event.kind)).count >= 9)
        let read = try #require(Ticket(id: ticket.id, entries: again))
        #expect(read.place == ticket.place && read.refunds == ticket.refunds && read.state == ticket.state)
    }
}
