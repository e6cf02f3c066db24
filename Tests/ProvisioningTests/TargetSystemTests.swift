import Contracts
import Messaging
import ProvisioningDomain
import TestSupport
import Testing

@testable import Provisioning

@Suite("Target systems that do not answer, or have a limit")
struct TargetSystemTests {
    private let morning = Workshop.morning

    private func after(_ milliseconds: Int) -> Timestamp { self.morning.advanced(byMilliseconds: milliseconds) }

    @Test("A system that answers nobody is left alone; nothing fails in an hour, and its first answer lets all go on")
    func outage() async throws {
        try await Workshop.open { workshop in
            let policy = TargetSystemPolicy(
                failures: 4, serviceNumbers: 2, firstProbeMilliseconds: 5000, maximumProbeMilliseconds: 60_000)
            let workshop = workshop.with(["hlr": policy])
            let issued = (0..<6).map { workshop.issued("one", on: "1310916000\($0)") }
            #expect(try await workshop.issue(issued).outgoing.commands.count == 6)
            let first = try await workshop.fire(workshop.taskTimer, at: self.after(1000))
            #expect(first.outgoing.types == Array(repeating: "workOrder.retryScheduled", count: 3), "then it is open")

            // An hour in which nobody answers.
            var now = self.after(1000)
            var sent: [NetworkCommand] = []
            while now < self.after(3_600_000) {
                let due = [
                    try await workshop.nextDue(workshop.taskTimer), try await workshop.nextDue(workshop.systemTimer),
                ]
                now = max(now, try #require(due.compactMap { $0 }.min()))
                for fired in [
                    try await workshop.fire(workshop.taskTimer, at: now),
                    try await workshop.fire(workshop.systemTimer, at: now),
                ] {
                    sent += fired.outgoing.commands
                    #expect(fired.outgoing.bodies(WorkOrderFailed.self).isEmpty)
                }
            }
            #expect((60...70).contains(sent.count), "one a minute, after the first few: \(sent.count)")
            #expect(Set(sent.map(\.workOrderId)).count == 6, "each has its turn")
            let late = try await workshop.issue([workshop.issued("one", on: "13109160009")], at: now)
            #expect(late.outgoing.isEmpty)

            // One answers, perhaps late: all others go on.
            #expect(try await workshop.answer([sent[0].answer()], at: now).outgoing.types == ["workOrder.completed"])
            let resumed = try await workshop.fire(workshop.systemTimer, at: now).outgoing.commands
            let probed = try await workshop.look("task").filter { $0.contains(" sent ") }.count
            #expect(probed == 6)
            #expect((5...6).contains(resumed.count), "perhaps one was tried at that moment")
            let answers = resumed.map { $0.answer() } + [try #require(sent.last)].map { $0.answer() }
            try await workshop.answer(answers, at: now)
            let states = try await workshop.look("work order")
            #expect(states.allSatisfy { $0.hasSuffix("completed") })
            #expect(try await workshop.nextDue(workshop.systemTimer) == nil)
        }
    }

    @Test("A limit holds across transactions, and those that wait go on in their order")
    func limit() async throws {
        try await Workshop.open { workshop in
            let workshop = workshop.with([Catalogue.anySystem: TargetSystemPolicy(inFlight: 3)])
            var open: [NetworkCommand] = []
            var numbers: [String] = []
            for index in 0..<10 {
                let number = "1310916000\(index)"
                open += try await workshop.issue([workshop.issued("one", on: number)], at: self.after(index))
                    .outgoing.commands
                numbers.append(number)
            }
            #expect(open.map(\.serviceNumber) == Array(numbers.prefix(3)))
            #expect(try await workshop.nextDue(workshop.systemTimer) == nil, "an answer has to make room first")
            var order = open.map(\.serviceNumber)
            while let command = open.first {
                open.removeFirst()
                try await workshop.answer([command.answer()], at: self.after(100))
                let fired = try await workshop.fire(workshop.systemTimer, at: self.after(100))
                open += fired.outgoing.commands
                order += fired.outgoing.commands.map(\.serviceNumber)
                #expect(open.count <= 3)
            }
            #expect(order == numbers)
            let completed = try await workshop.look("work order").filter { $0.hasSuffix("completed") }
            #expect(completed.count == 10)
        }
    }

    @Test("Work orders for systems with a limit that come at once, from many transactions, never exceed it")
    func concurrency() async throws {
        try await Workshop.open { workshop in
            let limited = workshop.with(["hlr": TargetSystemPolicy(inFlight: 7)])
            let sent = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<30 {
                    group.addTask {
                        let issued = limited.issued("one", on: "131091600\(10 + index)")
                        return try await limited.issue([issued]).outgoing.commands.count
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sent == 7)
            let waiting = try await limited.look("task").filter { $0.contains(" queued ") }
            #expect(waiting.count == 23)
        }
    }
}
