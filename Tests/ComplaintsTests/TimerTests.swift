import ComplaintsDomain
import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@testable import Complaints

@Suite("What falls due")
struct TimerTests {
    @Test(
        "happens at its instants to every tier, category and area, also among 100,000 that are open",
        .timeLimit(.minutes(10)))
    func instants() async throws {
        try await Desk.open { desk in
            // Seconds apart, so that none is due with another.
            let tiers = ["vip", "gold", "standard"]
            let categories = [
                ("billing", "wrongCharge"), ("fault", "noService"), ("fault", "terminal"), ("network", "roaming"),
            ]
            var expected: [String: [String: Timestamp]] = [:]
            var batch: [ComplaintSubmitted] = []
            var second = 0
            for tier in tiers {
                for (category, sub) in categories {
                    for area in ["urban", "rural"] {
                        let id = "\(tier)/\(category)/\(sub)/\(area)"
                        let at = hour(0).advanced(bySeconds: second)
                        desk.set(at)
                        batch = [
                            complaint(id, category, sub, customer: id, tier: tier, number: id, area: area)
                        ]
                        try await desk.submit(batch)
                        var clocks = ["reply": ["vip": 8, "gold": 24, "standard": 48][tier] ?? 0, "handling": 48]
                        if category == "fault", sub != "terminal" { clocks["repair"] = area == "rural" ? 72 : 48 }
                        expected[id] = clocks.mapValues { at.advanced(bySeconds: $0 * 3600) }
                        second += 7
                    }
                }
            }
            let ids = Dictionary(uniqueKeysWithValues: try await desk.rows().map { ($0.complaintId, $0.externalId) })
            // Those in the country wait for their customers for ten hours, in which no time is counted.
            let paused = ids.filter { $0.value.hasSuffix("rural") }.map(\.key).sorted()
            try await desk.pass(to: hour(2))
            for id in paused { try await desk.command("wait", id) { $0.waitsOn = "customer" } }
            try await desk.pass(to: hour(12))
            for id in paused { try await desk.command("continue", id) }
            try await self.fill(desk, 100_000)
            let started = ContinuousClock.now
            // A restart in the middle has nothing to remember: each pass begins anew from the database.
            for hours in stride(from: 15, through: 90, by: 5) { try await desk.pass(to: hour(hours)) }
            #expect(ContinuousClock.now - started < .seconds(240), "it is found by its index")
            for (kind, part) in [("warned", 75), ("missed", 100)] {
                var seen: [String: [String: Timestamp]] = [:]
                let alarms =
                    kind == "warned"
                    ? desk.told(ComplaintDeadlineWarning.self).map { ($0.complaintId, $0.clock, $0.warnedAt) }
                    : desk.told(ComplaintDeadlineMissed.self).map { ($0.complaintId, $0.clock, $0.missedAt) }
                for (complaint, clock, at) in alarms where clock != "level" {
                    guard let id = ids[complaint] else { continue }
                    #expect(seen[id]?[clock] == nil, "told twice: \(id) \(clock)")
                    seen[id, default: [:]][clock] = at
                }
                for (id, clocks) in expected {
                    for (clock, dueAt) in clocks {
                        let hours = dueAt.microseconds(since: hour(0)) / 1_000_000
                        let begun = hours % 3600
                        let pause: Int64 = id.hasSuffix("rural") ? 10 * 3600 : 0
                        let length = (hours - begun) * Int64(part) / 100 + pause
                        #expect(
                            seen[id]?[clock] == hour(0).advanced(bySeconds: Int(begun + length)),
                            "\(kind) \(id) \(clock)")
                    }
                    #expect(seen[id]?.count == clocks.count)
                }
            }
            // Across tickets too, in due order.
            let order = desk.told(ComplaintDeadlineMissed.self).map(\.missedAt)
            #expect(order == order.sorted() && order.count > 60)
        }
    }

    /// Tickets as so many complaints have made them, of which nothing is due for a year.
    private func fill(_ desk: Desk, _ count: Int) async throws {
        try await desk.pool.withConnection { connection in
            try await connection.execute(
                unsafeSQL: """
                    INSERT INTO ticket (complaint_id, channel, external_id, customer_id, tier, category, area, queue,
                           first_owner, level, state, submitted_at, due_at, next_at, catalogue_version, entries, head_hash)
                    SELECT gen_random_uuid(), 'web', 'X' || i, 'X' || i, 'standard', 'order', 'urban', 'agents', 'agents',
                           'agent', 'pending', '2026-12-01', '2027-12-01', '2027-12-01'::timestamptz + i * interval '1 s',
                           'x', 1, decode(repeat('00', 32), 'hex')
                      FROM generate_series(1, \(count)) AS i;
                    ANALYZE ticket;
                    """, name: "fill")
        }
    }

    @Test("is told in due order whatever a batch holds, and once")
    func batches() async throws {
        try await Desk.open { desk in
            for number in 0..<30 {
                desk.set(hour(0, number))
                try await desk.submit([
                    complaint("E\(number)", customer: "C\(number)", tier: number % 2 == 0 ? "vip" : "gold")
                ])
            }
            let small = try await desk.pass(to: hour(200), limit: 4)
            let at = small.compactMap { outgoing -> Timestamp? in
                switch outgoing.body {
                case let body as ComplaintDeadlineWarning: body.warnedAt
                case let body as ComplaintDeadlineMissed: body.missedAt
                case let body as ComplaintEscalated: body.escalatedAt
                default: nil
                }
            }
            #expect(at == at.sorted() && at.count == small.count && at.count > 200)
            let keys = desk.told(ComplaintDeadlineMissed.self).map { "\($0.complaintId) \($0.clock) \($0.dueAt)" }
            #expect(Set(keys).count == keys.count)
        }
    }

    @Test("to partners that are silent: they are reminded, then the complaint goes up; a late answer is kept and told")
    func partners() async throws {
        try await Desk.open { desk in
            let id = try #require(
                try await desk.submit([complaint("E1", "valueAddedService", "content", tier: "gold")]).first
            ).complaintId
            desk.set(hour(1))
            try await desk.command("dispatch", id) {
                $0.partner = "serviceProvider"
                $0.text = "who has ordered it?"
            }
            try await desk.pass(to: hour(60))
            let asked = desk.told(ComplaintDispatched.self)
            #expect(asked.map(\.reminder) == [0, 1] && asked.map(\.dispatchedAt) == [hour(1), hour(25)])
            #expect(asked.map(\.replyDueAt) == [hour(25), hour(37)] && Set(asked.map(\.text)).count == 1)
            let escalations = desk.told(ComplaintEscalated.self).filter { $0.cause == "partner" }
            #expect(escalations.map(\.escalatedAt) == [hour(37)] && escalations.map(\.level) == ["supervisor"])
            try await desk.command("reply", id, by: "provider") {
                $0.partner = "serviceProvider"
                $0.text = "nobody"
            }
            let replies = desk.told(ComplaintReplied.self)
            #expect(replies.map(\.isLate) == [true] && replies.map(\.partner) == ["serviceProvider"])
            #expect(try await desk.ticket(id).state == .inProgress)
        }
    }

    @Test("before what people do at that time, also when the loop has not come to it")
    func before() async throws {
        try await Desk.open { desk in
            let id = try #require(try await desk.submit([complaint("E1", tier: "vip")]).first).complaintId
            desk.set(hour(9))
            try await desk.command("reply", id) { $0.text = "…" }
            let kinds = try await desk.ticket(id).entries.map(\.event.kind)
            #expect(kinds.suffix(4) == ["warned", "missed", "escalated", "replied"])
            #expect(desk.told(ComplaintReplied.self).map(\.isLate) == [true])
            #expect(desk.told(ComplaintDeadlineMissed.self).map(\.missedAt) == [hour(8)])
        }
    }
}
