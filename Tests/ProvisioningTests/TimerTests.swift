import Contracts
import Messaging
import ProvisioningDomain
import TestSupport
import Testing

@testable import Provisioning

@Suite("Timers")
struct TimerTests {
    private let morning = Workshop.morning

    @Test("A command without an answer is sent again after a delay, with its id, and given up after the last attempt")
    func retries() async throws {
        try await Workshop.open { workshop in
            let issued = workshop.issued("one", on: "13109160001")
            var commands = try await workshop.issue([issued]).outgoing.commands
            var told: [String] = []
            #expect(try await workshop.nextDue(workshop.taskTimer) == self.morning.advanced(byMilliseconds: 1000))
            while let due = try await workshop.nextDue(workshop.taskTimer) {
                let early = try await workshop.fire(workshop.taskTimer, at: due.advanced(byMilliseconds: -1))
                #expect(early.count == 0)
                let fired = try await workshop.fire(workshop.taskTimer, at: due)
                #expect(fired.count == 1)
                told += fired.outgoing.types
                commands += fired.outgoing.commands
                #expect(fired.outgoing.map(\.correlationID).allSatisfy { $0 == issued.orderId.description })
            }
            let pair = ["workOrder.retryScheduled", "network.command"]
            #expect(told == pair + pair + ["workOrder.failed"])
            #expect(Set(commands.map(\.commandId)).count == 1)
            #expect(commands.map(\.attempt) == [1, 2, 3])
            let incidents = try await workshop.look("incident")
            #expect(incidents == Array(repeating: "incident attemptFailed NO_ANSWER", count: 2))
            let late = try await workshop.answer([commands[0].answer()])
            #expect(late.occurrences.tally == ["provisioning.events.ignored lateAnswer": 1])
            #expect(try await workshop.look("work order") == ["work order 13109160001 one failed"])
        }
    }

    @Test("What is due is done for many numbers at once, the earliest first, at most as many as asked")
    func limit() async throws {
        try await Workshop.open { workshop in
            for second in 0..<5 {
                let issued = workshop.issued("one", on: "1310916000\(second)")
                try await workshop.issue([issued], at: self.morning.advanced(byMilliseconds: 500 - 100 * second))
            }
            let at = self.morning.advanced(bySeconds: 3)
            var order: [String] = []
            for expected in [2, 2, 1] {
                let fired = try await workshop.fire(workshop.taskTimer, at: at, limit: 2)
                #expect(fired.count == expected)
                order += fired.outgoing.bodies(WorkOrderRetryScheduled.self).map(\.workOrderId.description)
            }
            #expect(order.count == 5)
            #expect(order == order.sorted().reversed(), "the later issued were sent earlier")
        }
    }

    @Test(
        "Targets are told of in the order of time, with their own times, however far the clock leaps",
        arguments: [500, 2, 1])
    func targets(limit: Int) async throws {
        try await Workshop.open { workshop in
            // Near after 48, missed after 60 minutes: the second's near lies before the first's missed.
            for (number, minutes) in [0, 5, 30, 700].enumerated() {
                let now = self.morning.advanced(bySeconds: minutes * 60)
                try await workshop.issue([workshop.issued("one", on: "1310916000\(number)", at: now)], at: now)
            }
            let leap = self.morning.advanced(bySeconds: 600 * 60)
            var told: [WorkOrderJeopardy] = []
            while let due = try await workshop.nextDue(workshop.targetTimer), due <= leap {
                let fired = try await workshop.fire(workshop.targetTimer, at: leap, limit: limit)
                #expect(fired.count == fired.outgoing.count)
                told += fired.outgoing.bodies()
            }
            let minutes = told.map { $0.at.microseconds(since: self.morning) / 60_000_000 }
            #expect(minutes == [48, 53, 60, 65, 78, 90])
            let near = told.map { $0.kind == .targetNear }
            #expect(near == [true, true, false, false, true, false])
            let next = try await workshop.nextDue(workshop.targetTimer)
            #expect(next == self.morning.advanced(bySeconds: 748 * 60))
        }
    }

    @Test("A work order that ends clears both timers")
    func cleared() async throws {
        try await Workshop.open { workshop in
            let command = try #require(
                try await workshop.issue([workshop.issued("one", on: "13109160001")]).outgoing.commands.first)
            try await workshop.answer([command.answer(.rejected, code: "E1")])
            let at = self.morning.advanced(bySeconds: 1_000_000)
            #expect(try await workshop.fire(workshop.taskTimer, at: at).count == 0)
            #expect(try await workshop.fire(workshop.targetTimer, at: at).count == 0)
        }
    }
}
