import Contracts
import Foundation
import NotificationDomain
import Testing

@testable import Notification

@Suite("Messages go out once, in their time and order")
struct DispatchTests {
    @Test("One that is asked for at noon goes out at two, once; receipts settle it")
    func once() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "13:00:00"))
            try await desk.request([wanted("A"), wanted("A")])
            try await desk.request([wanted("A")])
            var row = try #require(try await desk.notifications().first)
            #expect(row.dueAt == december(1, "14:00:00") && row.state == .scheduled)
            #expect(try desk.waits(row) == ["outsideHours"])
            desk.set(december(1, "13:59:59"))
            try await desk.dispatch()
            #expect(desk.gateway.calls.isEmpty)
            desk.set(december(1, "14:00:00"))
            try await desk.dispatch()
            #expect(called(desk) == ["A"] && desk.gateway.recipients == [Desk.number])
            try await desk.report(row.id)
            try await desk.report(row.id)
            row = try #require(try await desk.notifications().first)
            #expect(row.state == .delivered && row.sentAt == december(1, "14:00:00") && row.attempts == 1)
            #expect(try await desk.notifications().count == 1)
            #expect(try await desk.told(NotificationScheduled.self).map(\.reason) == ["outsideHours"])
            #expect(try await desk.told(NotificationSent.self).map(\.text) == [desk.gateway.calls.first?.text])
            #expect(try await desk.told(NotificationDelivered.self).count == 1)
            #expect(try await !desk.report(NotificationID(rawValue: UUID())), "nobody's")
        }
    }

    @Test("A gateway that is absent loses nothing: afterwards they go by priority, and in order to each recipient")
    func absence() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            desk.gateway.answer { _ in .deferred(code: "UNREACHABLE", text: "nobody listens") }
            try await desk.request([wanted("bulk", to: "13109160003", .bulk), wanted("A"), wanted("B")])
            try await desk.request([wanted("urgent", to: "13109160002", .urgent)])
            try await desk.dispatch()
            #expect(try await desk.notifications().allSatisfy { $0.state == .scheduled })
            #expect(!called(desk).contains("B"), "it does not overtake")
            let calls = desk.gateway.calls.count
            desk.gateway.answer { _ in .accepted }
            // Each waits for its next attempt, at most 15 s; within ten minutes of absence they would be called again.
            for _ in 0..<4 {
                desk.pass(seconds: 16)
                try await desk.dispatch()
            }
            #expect(called(desk).dropFirst(calls) == ["urgent", "A", "bulk", "B"])
            #expect(try await desk.notifications().allSatisfy { $0.state == .sent })
            #expect(try await desk.told(NotificationSent.self).count == 4)
            #expect(try await desk.told(NotificationFailed.self).isEmpty)
        }
    }

    @Test("Of a call that breaks off nobody knows: it is uncertain and not repeated, unless it is urgent")
    func lost() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            desk.gateway.answer { _ in .lost(text: "the line broke") }
            try await desk.request([wanted("A"), wanted("B", to: "13109160002", .urgent)])
            try await desk.dispatch()
            desk.pass(seconds: 3600)
            try await desk.dispatch()
            #expect(called(desk) == ["B", "B", "B", "A"])
            #expect(try await desk.notifications().allSatisfy { $0.state == .uncertain })
            #expect(try await desk.told(NotificationFailed.self).map(\.code) == ["UNCERTAIN", "UNCERTAIN"])
            // A report of the network is knowledge.
            let row = try #require(try await desk.notifications(of: Desk.number).first)
            try await desk.report(row.id)
            #expect(try await desk.notifications(of: Desk.number).map(\.state) == [.delivered])
            #expect(try await desk.told(NotificationSent.self).count == 1)
        }
    }

    @Test("What a process that died had on its way is uncertain; urgent ones are sent again")
    func died() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            try await desk.request([wanted("A"), wanted("A2"), wanted("B", to: "13109160002", .urgent)])
            let rows = try await desk.notifications()
            try await desk.claim(rows.filter { !($0.text ?? "").contains("A2") }.map(\.id))
            try await desk.recover()
            try await desk.dispatch()
            #expect(desk.gateway.calls.isEmpty, "somebody may still be at it; what comes after waits")
            desk.pass(seconds: 61)
            try await desk.recover()
            try await desk.dispatch()
            #expect(called(desk) == ["B", "A2"])
            let states = try await desk.notifications().map(\.state)
            #expect(states == [.uncertain, .sent, .sent])
            #expect(try await desk.told(NotificationFailed.self).map(\.code) == ["UNCERTAIN"])
        }
    }

    @Test("A receipt that overtakes the gateway's answer counts, and the answer changes nothing")
    func overtaken() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            try await desk.request([wanted("A")])
            let id = try #require(try await desk.notifications().first).id
            try await desk.claim([id])
            try await desk.report(id, isDelivered: false)
            #expect(try await desk.notifications().map(\.state) == [.failed])
            #expect(try await desk.told(NotificationSent.self).count == 1)
            #expect(try await desk.told(NotificationFailed.self).map(\.code) == ["NOT_DELIVERED"])
            desk.pass(seconds: 61)
            try await desk.recover()
            #expect(try await desk.notifications().map(\.state) == [.failed])
        }
    }

    @Test("One whose time is over expires instead of arriving late")
    func expiry() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "11:59:00"))
            try await desk.request([
                wanted("A", notBefore: december(1, "12:30:00"), expiresAt: december(1, "14:30:00")),
                wanted("B", to: "13109160002", expiresAt: december(1, "13:00:00")),
                wanted("C", to: "13109160003", notBefore: december(1, "12:30:00"), expiresAt: december(1, "13:59:59")),
            ])
            #expect(
                try await desk.told(NotificationSuppressed.self).map(\.code) == ["EXPIRED"], "C: it cannot be in time")
            desk.set(december(1, "13:30:00"))
            // B was due, and nobody sent it.
            #expect(try await desk.fire(ExpiryTimer()) == 1)
            try await desk.dispatch()
            desk.set(december(1, "14:00:00"))
            try await desk.dispatch()
            #expect(called(desk) == ["A"])
            #expect(try await desk.notifications().map(\.state) == [.sent, .expired, .suppressed])
            #expect(try await desk.told(NotificationSuppressed.self).count == 2)
        }
    }

    @Test("What cannot be written is refused with its code, and kept")
    func refused() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            func wrong(
                _ template: String, to recipient: String = Desk.number, _ parameters: JSONObject = [:]
            ) -> NotificationRequested {
                NotificationRequested(
                    notificationId: NotificationID(rawValue: UUID()), recipient: recipient, channel: .sms,
                    template: template, parameters: parameters)
            }
            try await desk.request([
                wrong("nonsense"), wrong("orderAcknowledged"), wrong("orderAcknowledged", ["offerName": 7]),
                wrong("billIssued", ["cycle": "2026-13", "total": 1, "outstanding": 1, "dueAt": "x"]),
                wrong("accountRestored", to: "Peter"),
            ])
            let suppressed = try await desk.told(NotificationSuppressed.self)
            #expect(
                suppressed.map(\.code) == [
                    "UNKNOWN_TEMPLATE", "PARAMETER_MISSING", "PARAMETER_KIND", "RECIPIENT_FORM",
                ], "a number is a text too")
            #expect(suppressed.last?.message == "recipient 'Peter' is none of sms, which takes 5 to 20 digits")
            try await desk.dispatch()
            #expect(desk.gateway.calls.count == 1)
        }
    }

    @Test("NTF-08: that a text was sent stays known when the text is erased")
    func erasure() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            try await desk.request([wanted("A"), wanted("B", notBefore: time("2028-01-01T09:00:00+08:00"))])
            try await desk.dispatch()
            #expect(try await desk.notifications().compactMap(\.text).count == 2)
            desk.pass(seconds: 180 * 86_400 - 1)
            #expect(try await desk.eraseTexts() == 0)
            desk.pass(seconds: 1)
            #expect(try await desk.eraseTexts() == 1)
            let rows = try await desk.notifications()
            #expect(rows.map { $0.text == nil } == [true, false], "what is still to be sent keeps its text")
            #expect(rows.first?.sentAt == december(1, "09:00:00"))
        }
    }

    @Test("Ten minutes without a gateway lose nothing; the backlog goes by priority, and in order to each recipient")
    func tenMinutes() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            desk.gateway.answer { _ in .deferred(code: "UNREACHABLE", text: "nobody listens") }
            let priorities: [NotificationPriority] = [.bulk, .normal, .urgent]
            var asked = 0
            while desk.now < december(1, "09:10:00") {
                try await desk.request(
                    (0..<6).map { wanted("\(asked + $0)", to: "1331000000\($0 % 3)", priorities[$0 % 3]) })
                asked += 6
                desk.pass(seconds: 60)
                try await desk.dispatch()
            }
            #expect(try await desk.notifications().allSatisfy { $0.state == .scheduled })
            let before = desk.gateway.calls.count
            desk.gateway.answer { _ in .accepted }
            for _ in 0..<40 {
                desk.pass(seconds: 16)
                try await desk.dispatch()
            }
            let calls = desk.gateway.calls.dropFirst(before)
            #expect(calls.count == 20 + 3 + 3, "of the others three a day")
            for recipient in Set(calls.map(\.recipient)) {
                let serials = calls.filter { $0.recipient == recipient }.compactMap { Int($0.text.filter(\.isNumber)) }
                #expect(serials == serials.sorted() && serials.first == Int(recipient.suffix(1)))
            }
            #expect(try #require(calls.firstIndex { $0.priority == .urgent }) == before)
            let normal = calls.firstIndex { $0.priority == .normal }
            let bulk = calls.firstIndex { $0.priority == .bulk }
            #expect(try #require(normal) < #require(bulk))
        }
    }

    @Test("Every edge of the hours by the controlled clock, for every priority: what is due, and what has gone out")
    func edges() async throws {
        try await Desk.open { desk in
            // Business time and, after it, when normal and bulk messages that are asked for then are due.
            let edges = [
                ("2026-12-05T07:59:59", "2026-12-05T08:00:00"), ("2026-12-05T08:00:00", "2026-12-05T08:00:00"),
                ("2026-12-05T11:59:59", "2026-12-05T11:59:59"), ("2026-12-05T12:00:00", "2026-12-05T14:00:00"),
                ("2026-12-06T13:59:59", "2026-12-06T14:00:00"), ("2026-12-06T14:00:00", "2026-12-06T14:00:00"),
                ("2026-12-06T20:59:59", "2026-12-06T20:59:59"), ("2026-12-06T21:00:00", "2026-12-07T08:00:00"),
                ("2026-12-31T21:00:00", "2027-01-01T08:00:00"), ("2027-02-28T23:59:59", "2027-03-01T08:00:00"),
                ("2028-02-28T23:59:59", "2028-02-29T08:00:00"),
            ].map { (time($0.0 + "+08:00"), time($0.1 + "+08:00")) }
            for (index, (asked, due)) in edges.enumerated() {
                desk.set(asked)
                let priorities: [NotificationPriority] = [.urgent, .normal, .bulk]
                try await desk.request(
                    priorities.enumerated().map {
                        wanted("\(index)", to: "134\(10_000_000 + 10 * index + $0)", $1)
                    })
                let rows = try await desk.notifications().suffix(3)
                #expect(rows.map(\.dueAt) == [asked, due, due], "\(asked)")
                try await desk.dispatch()
                func sent() -> Int { desk.gateway.calls.filter { $0.text.contains("“\(index)”") }.count }
                #expect(sent() == (asked == due ? 3 : 1), "\(asked)")
                guard asked != due else { continue }
                desk.set(due.advanced(bySeconds: -1))
                try await desk.dispatch()
                #expect(sent() == 1, "a second before \(due)")
                desk.set(due)
                try await desk.dispatch()
                #expect(sent() == 3, "\(due)")
            }
        }
    }

    @Test("NTF-18, NTF-20, NTF-22: planned work, another number and a late repair are told with what the rules ask for")
    func announced() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            func announced(_ template: String, _ parameters: JSONObject) -> NotificationRequested {
                NotificationRequested(
                    notificationId: NotificationID(rawValue: UUID()), recipient: Desk.number, channel: .sms,
                    template: template, parameters: parameters, priority: .normal,
                    // 72 hours before the 5th at one.
                    notBefore: template == "plannedOutage" ? december(2, "01:00:00") : nil)
            }
            try await desk.request([
                announced(
                    "plannedOutage",
                    [
                        "from": "2026-12-05T01:00:00+08:00", "until": "2026-12-05T05:00:00+08:00",
                        "scope": "高新区",
                    ]),
                announced("numberChange", ["newNumber": "02988881235", "at": "2026-12-21T00:00:00+08:00"]),
                announced("lateRepair", ["reason": "暴雨", "at": "2026-12-03T18:00:00+08:00"]),
                announced("plannedOutage", ["from": "2026-12-05T01:00:00+08:00"]),
            ])
            try await desk.dispatch()
            #expect(desk.gateway.calls.count == 2)
            desk.set(december(2, "08:00:00"))
            try await desk.dispatch()
            let texts = desk.gateway.calls.map(\.text)
            #expect(texts[0].contains("02988881235") && texts[0].contains("2026年12月21日"))
            #expect(texts[1].contains("暴雨") && texts[1].contains("2026年12月3日 18:00"))
            #expect(
                texts[2].contains("高新区") && texts[2].contains("2026年12月5日 01:00")
                    && texts[2].contains("2026年12月5日 05:00"))
            #expect(try await desk.notifications().last?.code == "PARAMETER_MISSING")
        }
    }
}
