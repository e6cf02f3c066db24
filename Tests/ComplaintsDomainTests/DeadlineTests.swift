import ComplaintsDomain
import Contracts
import Testing

@Suite("Deadlines, warnings and escalation")
struct DeadlineTests {
    @Test(
        "CMP-01: the first answer to a VIP is due within 8 hours, 24 for gold, 48 for all others",
        arguments: [("vip", 8), ("gold", 24), ("standard", 48)])
    func reply(tier: String, hours: Int) throws {
        let ticket = try #require(Ticket.taken(.sample(tier: tier)))
        let reply = try #require(ticket.deadlines(by: shipped.rules, at: hour(0)).first { $0.clock == .reply })
        #expect(reply.dueAt == hour(hours) && reply.warnsAt == hour(0, hours * 45))
    }

    @Test("CMP-02: each complaint is dealt with within 48 hours", arguments: ["vip", "gold", "standard"])
    func handling(tier: String) throws {
        let ticket = try #require(Ticket.taken(.sample(tier: tier)))
        let handling = ticket.deadlines(by: shipped.rules, at: hour(0)).first { $0.clock == .handling }
        #expect(handling?.dueAt == hour(48) && handling?.warnsAt == hour(36))
    }

    @Test(
        "CMP-03: faults are repaired within 48 hours in town and 72 in the country; not those of the customer's terminal",
        arguments: [("urban", "noService", 48), ("rural", "noService", 72), ("rural", "terminal", nil as Int?)])
    func repair(area: String, sub: String, hours: Int?) throws {
        let ticket = try #require(Ticket.taken(.sample("fault", sub, area: area)))
        let repair = ticket.deadlines(by: shipped.rules, at: hour(0)).first { $0.clock == .repair }
        #expect(repair?.dueAt == hours.map { hour($0) })
        #expect(
            ticket.deadlines(by: shipped.rules, at: hour(0)).map(\.clock).contains(.handling), "G-23: all of them run")
    }

    @Test(
        "CMP-19: warnings at 75 %, misses at 100 %, and each level has a time of its own; an appeal is nobody's deadline"
    )
    func escalation() throws {
        var ticket = try #require(Ticket.taken(.sample(tier: "vip")))
        ticket.advance(to: hour(1000), by: shipped.rules)
        #expect(
            ticket.alarms == [
                "6:00 warned reply", "8:00 missed reply", "8:00 technicalSupport deadline",
                "26:00 warned level", "32:00 missed level", "32:00 supervisor deadline",
                "36:00 warned handling", "48:00 missed handling", "50:00 warned level", "56:00 missed level",
            ])
        #expect(ticket.place == .init(queue: "supervisors", owner: nil, level: "supervisor"))
        #expect(ticket.nextAt(by: shipped.rules) == nil)
    }

    @Test("However often time is looked at, the same happens at the same instants")
    func steps() throws {
        var leap = try #require(Ticket.taken(.sample("fault", "noService", tier: "gold", area: "rural")))
        var steps = leap
        leap.advance(to: hour(200), by: shipped.rules)
        for minute in 0...(200 * 60) { steps.advance(to: hour(0, minute), by: shipped.rules) }
        #expect(leap.entries == steps.entries && leap.alarms.contains("72:00 missed repair"))
        // What is due is always what comes next.
        var again = try #require(Ticket(id: leap.id, entries: Array(leap.entries.prefix(3))))
        while let next = again.nextAt(by: shipped.rules) {
            #expect(next >= again.lastAt)
            let count = again.entries.count
            again.advance(to: next, by: shipped.rules)
            #expect(again.entries.count > count && again.lastAt == next)
        }
        #expect(again.entries == leap.entries)
    }

    @Test("Clocks that are missed at the same instant lead one level up")
    func together() throws {
        var ticket = try #require(Ticket.taken(.sample("fault", "noService")))
        ticket.advance(to: hour(48), by: shipped.rules)
        let missed = [
            "48:00 missed reply", "48:00 missed handling", "48:00 missed repair", "48:00 technicalSupport deadline",
        ]
        #expect(ticket.alarms.suffix(4) == missed[...])
        // Also when the level's own time is over with them.
        var gold = try #require(Ticket.taken(.sample(tier: "gold")))
        gold.advance(to: hour(48), by: shipped.rules)
        let both = ["48:00 missed handling", "48:00 missed level", "48:00 supervisor deadline"]
        #expect(gold.alarms.suffix(3) == both[...])
    }

    @Test("Waiting for the customer takes no time; for a vendor or another department it does")
    func pauses() throws {
        for (party, dueAt) in [("customer", hour(58)), ("vendor", hour(48)), ("department", hour(48))] {
            var ticket = try #require(Ticket.taken(.sample(tier: "standard")))
            try ticket.do("wait", at: hour(10)) { $0.waitsOn = party }
            #expect(ticket.state == .pending && ticket.waitsOn?.rawValue == party)
            if party == "customer" { #expect(ticket.nextAt(by: shipped.rules) == nil) }
            try ticket.do("continue", at: hour(20))
            let reply = ticket.deadlines(by: shipped.rules, at: hour(20)).first { $0.clock == .reply }
            #expect(reply?.dueAt == dueAt && ticket.state == .inProgress)
            let paused = reply?.intervals.filter { !$0.isCounted } ?? []
            #expect(paused.map(\.reason) == (party == "customer" ? [.waitsForCustomer] : []))
        }
    }

    @Test("The time of a level stands still as well, also where the complaint waited when it came there")
    func levelPauses() throws {
        var ticket = try #require(Ticket.taken(.sample(tier: "standard")))
        try ticket.do("escalate", at: hour(1))
        try ticket.do("wait", at: hour(2)) { $0.waitsOn = "customer" }
        try ticket.do("escalate", at: hour(4))
        try ticket.do("continue", at: hour(12))
        let level = ticket.deadlines(by: shipped.rules, at: hour(12)).first { $0.clock == .level }
        #expect(level?.dueAt == hour(36) && level?.intervals.map(\.reason) == [.waitsForCustomer])
    }

    @Test("Another tier is counted from the beginning: what is over by then is told at once, in its order")
    func retiering() throws {
        var ticket = try #require(Ticket.taken(.sample(tier: "standard")))
        try ticket.do("reclassify", at: hour(10)) { $0.tier = "vip" }
        ticket.advance(to: hour(10), by: shipped.rules)
        #expect(ticket.alarms == ["10:00 warned reply", "10:00 missed reply", "10:00 technicalSupport deadline"])
        // And back: the new deadline is another one.
        try ticket.do("reclassify", at: hour(11)) { $0.tier = "gold" }
        ticket.advance(to: hour(24), by: shipped.rules)
        #expect(ticket.alarms.contains("18:00 warned reply") && ticket.alarms.contains("24:00 missed reply"))
    }

    @Test("An answer ends the time for the first one, and a solution ends them all; what is opened again goes on")
    func ends() throws {
        var ticket = try #require(Ticket.taken(.sample(tier: "vip")))
        try ticket.do("reply", at: hour(7)) { $0.text = "we look into it" }
        ticket.advance(to: hour(20), by: shipped.rules)
        #expect(ticket.alarms == ["6:00 warned reply"])
        try ticket.do("resolve", at: hour(20)) { $0.text = "done" }
        #expect(ticket.state == .resolved && ticket.dueAt(by: shipped.rules) == nil)
        try ticket.do("reopen", at: hour(60))
        let handling = ticket.deadlines(by: shipped.rules, at: hour(60)).first { $0.clock == .handling }
        #expect(handling?.dueAt == hour(88) && handling?.intervals.map(\.reason) == [.running, .ended])
        #expect(ticket.deadlines(by: shipped.rules, at: hour(60)).first { $0.clock == .reply }?.endedAt == hour(7))
    }

    @Test("CMP-25: no answer to the survey within 72 hours closes")
    func survey() throws {
        var ticket = try #require(Ticket.taken(.sample()))
        try ticket.do("resolve", at: hour(1)) { $0.text = "done" }
        #expect(ticket.nextAt(by: shipped.rules) == hour(73))
        ticket.advance(to: hour(73), by: shipped.rules)
        #expect(ticket.alarms == ["73:00 closed noResponse"] && ticket.state == .closed)
    }

    @Test(
        "CMP-25: a satisfied customer closes, another opens again",
        arguments: [(5, "closed"), (3, "closed"), (2, "inProgress"), (1, "inProgress")])
    func satisfaction(score: Int, state: String) throws {
        var ticket = try #require(Ticket.taken(.sample()))
        try ticket.do("resolve", at: hour(1)) { $0.text = "done" }
        try ticket.do("satisfaction", at: hour(72), by: "customer") { $0.score = score }
        #expect(ticket.state.rawValue == state && ticket.score == score)
        #expect(throws: ComplaintRefusal.self) {
            try ticket.do("satisfaction", at: hour(72)) { $0.score = score }
        }
    }
}
