import Contracts
import Foundation
import NotificationDomain
import SeededRandom
import Synchronization
import Testing

@testable import Notification

@Suite("No more than recipients, gateways and campaigns take")
struct LimitTests {
    @Test("A recipient gets three normal or bulk ones in 24 hours, in their order; the others wait and say why")
    func recipientLimit() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            try await desk.request(["A", "B", "C", "D", "E"].map { wanted($0) })
            try await desk.request([wanted("other", to: "13109160002", .bulk)])
            try await desk.dispatch()
            #expect(called(desk).filter { $0 != "other" } == ["A", "B", "C"] && called(desk).contains("other"))
            let waiting = try await desk.notifications(of: Desk.number).filter { $0.state == .scheduled }
            #expect(waiting.map(\.dueAt) == [december(2, "09:00:00"), december(2, "09:00:00")])
            for row in waiting { #expect(try desk.waits(row) == ["recipientLimit"]) }
            try await desk.request([wanted("U", .urgent)])
            try await desk.dispatch()
            #expect(called(desk).last == "U", "urgent ones do not count, and wait for nothing")
            desk.set(december(2, "08:59:59"))
            try await desk.dispatch()
            #expect(desk.gateway.calls.count == 5)
            desk.set(december(2, "09:00:00"))
            try await desk.dispatch()
            #expect(called(desk).suffix(2) == ["D", "E"])
        }
    }

    @Test("50,000 requests at once: limits hold, urgent ones overtake, nothing is reordered within a recipient")
    func burst() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            var random = SeededGenerator(seed: 5)
            var order: [String: [Int]] = [:]
            for first in stride(from: 0, to: 50_000, by: 2500) {
                let part = (first..<first + 2500).map { serial in
                    let recipient = "131\(10_000_000 + Int(random.next() % 12_000))"
                    let priority: NotificationPriority = serial % 50 == 0 ? .urgent : serial % 2 == 0 ? .normal : .bulk
                    if priority != .urgent { order[recipient, default: []].append(serial) }
                    return wanted("\(serial)", to: recipient, priority)
                }
                try await desk.request(part)
            }
            try await desk.dispatch()
            let calls = desk.gateway.calls
            let urgent = calls.prefix(1000)
            #expect(urgent.allSatisfy { $0.priority == .urgent }, "by a lane of their own, before all others")
            let others = Dictionary(grouping: calls.dropFirst(1000), by: \.recipient)
            #expect(others.values.allSatisfy { (1...3).contains($0.count) && !$0.contains { $0.priority == .urgent } })
            #expect(others.count == order.count)
            for (recipient, messages) in others {
                // Normal ones before bulk ones, each kind as it was asked for.
                let wanted = (order[recipient] ?? []).sorted { ($0 % 2, $0) < ($1 % 2, $1) }.prefix(3)
                let sent = messages.map { Int($0.text.filter(\.isNumber)) }
                #expect(sent == Array(wanted))
            }
            let states = Dictionary(grouping: try await desk.notifications(), by: \.state).mapValues(\.count)
            #expect(
                states[.sent] == calls.count && states[.sent, default: 0] + states[.scheduled, default: 0] == 50_000)
        }
    }

    @Test("A gateway is given no more than it takes, by both lanes together, and urgent ones find room in a burst")
    func gatewayRate() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            let (rate, start) = (60, ContinuousClock.now)
            let times = Mutex<[(seconds: Double, isUrgent: Bool)]>([])
            desk.gateway.answer { message in
                let passed = (ContinuousClock.now - start).components
                let seconds = Double(passed.seconds) + Double(passed.attoseconds) / 1e18
                times.withLock { $0.append((seconds, message.priority == .urgent)) }
                return .accepted
            }
            try await desk.request(
                (0..<300).map { wanted("\($0)", to: "132\(10_000_000 + $0)", $0 >= 280 ? .urgent : .bulk) })
            try await desk.dispatchTogether(300, perSecond: rate)
            let calls = times.withLock { $0 }.sorted { $0.seconds < $1.seconds }
            #expect(calls.count == 300)
            // A second's worth at once, and from then on its rate.
            for (index, call) in calls.enumerated() {
                let first = calls[0].seconds
                #expect(Double(index + 1) <= Double(rate) * (1 + call.seconds - first) + 1, "call \(index)")
            }
            let last = try #require(calls.lastIndex { $0.isUrgent })
            #expect(last < 120, "the last urgent one, asked for after all others")
        }
    }

    @Test("A campaign sends so many in a span of time, and the others in the next ones; other messages go on")
    func campaignLimit() async throws {
        try await Desk.open(limit: CampaignLimit(count: 5, seconds: 3600)) { desk in
            desk.set(december(1, "09:00:00"))
            func bulk(_ serial: Int, _ campaign: String?) -> NotificationRequested {
                var request = wanted("\(serial)", to: "135\(10_000_000 + serial)", .bulk)
                request.campaign = campaign
                return request
            }
            try await desk.request((0..<12).map { bulk($0, "spring") } + (12..<20).map { bulk($0, nil) })
            try await desk.request((20..<24).map { bulk($0, "autumn") })
            try await desk.dispatch()
            #expect(called(desk).count == 5 + 8 + 4)
            let waiting = try await desk.notifications().filter { $0.state == .scheduled }
            #expect(waiting.count == 7)
            for row in waiting { #expect(try desk.waits(row) == ["campaignLimit"]) }
            desk.pass(seconds: 3599)
            try await desk.dispatch()
            #expect(called(desk).count == 17)
            for hour in 1...2 {
                desk.set(december(1, "09:00:00").advanced(bySeconds: 3600 * hour))
                try await desk.dispatch()
                #expect(called(desk).count == 17 + min(7, 5 * hour))
            }
        }
    }
}
