import Contracts
import Messaging
import ProvisioningDomain
import TestSupport
import Testing

@testable import Provisioning

@Suite("Work orders")
struct WorkOrderTests {
    @Test("A batch is begun at once; what comes again, in the same batch or later, changes nothing")
    func issue() async throws {
        try await Workshop.open { workshop in
            let issued = (1...3).map { workshop.issued("two", on: "1310916000\($0)") }
            let first = try await workshop.issue(issued + [issued[0]])
            #expect(first.outgoing.types == (0..<3).flatMap { _ in ["workOrder.started", "network.command"] })
            #expect(first.outgoing.allSatisfy { $0.cause?.id.hasPrefix("message-") == true })
            let orders = issued.map(\.orderId.description)
            #expect(first.outgoing.map(\.correlationID) == orders.flatMap { [$0, $0] })
            let ignored = "provisioning.events.ignored repeatedIssue"
            #expect(first.occurrences.tally == ["provisioning.commands hlr.create": 3, ignored: 1])
            let command = try #require(first.outgoing.commands.first)
            #expect(command.parameters == ["plan": "3G-96", "speedMbps": 4, "open": .array(["cmlap"])])
            let rows = try await workshop.look()
            var elsewhere = issued[1]
            elsewhere.serviceNumber = "13109169999"
            let again = try await workshop.issue([issued[0], elsewhere])
            #expect(again.outgoing.isEmpty)
            #expect(again.occurrences.tally == [ignored: 2])
            #expect(try await workshop.look() == rows)
            let tasks = rows.filter { $0.hasPrefix("task 13109160001") }
            #expect(tasks == ["task 13109160001 hlr.create sent 1", "task 13109160001 hlr.setServices waiting 0"])
        }
    }

    @Test("Answers, task by task, complete work orders, and nothing is left that a timer would wait for")
    func complete() async throws {
        try await Workshop.open { workshop in
            let issued = (1...3).map { workshop.issued("two", on: "1310916000\($0)") }
            var handled = try await workshop.issue(issued)
            handled = try await workshop.answer(handled.outgoing.commands.map { $0.answer() })
            #expect(handled.outgoing.commands.map(\.operation) == ["setServices", "setServices", "setServices"])
            #expect(handled.outgoing.commands.map(\.parameters).first == ["plan": "3G-96", "speedMbps": 4])
            handled = try await workshop.answer(handled.outgoing.commands.map { $0.answer(code: "DONE") })
            let completed = handled.outgoing.bodies(WorkOrderCompleted.self)
            #expect(completed.map(\.workOrderId) == issued.map(\.workOrderId))
            #expect(completed.first?.results["hlr.setServices"] == .object(["attempts": 1, "code": "DONE"]))
            #expect(handled.occurrences.tally == ["provisioning.workorders.ended two completed": 3])
            #expect(try await workshop.look("work order").allSatisfy { $0.hasSuffix("two completed") })
            #expect(try await workshop.look("lane") == (1...3).map { "lane 1310916000\($0) 0" })
            #expect(try await workshop.nextDue(workshop.taskTimer) == nil)
            #expect(try await workshop.nextDue(workshop.targetTimer) == nil)
        }
    }

    @Test("Work orders on one number take turns, within a batch and across batches")
    func turns() async throws {
        try await Workshop.open { workshop in
            let issued = (1...4).map { _ in workshop.issued("one", on: "13109160001") }
            var handled = try await workshop.issue(Array(issued[0...2]))
            var sent = handled.outgoing.commands
            #expect(sent.count == 1)
            #expect(try await workshop.look("lane") == ["lane 13109160001 3"])
            // The one behind the head is cancelled in the batch that brings one more.
            let more = try await workshop.take([issued[1].cancelRequest, .issued(issued[3])])
            #expect(more.outgoing.types == ["workOrder.cancelled"])
            while let command = handled.outgoing.commands.first {
                handled = try await workshop.answer([command.answer()])
                sent += handled.outgoing.commands
            }
            #expect(sent.map(\.workOrderId) == [issued[0], issued[2], issued[3]].map(\.workOrderId))
            #expect(try await workshop.look("lane") == ["lane 13109160001 0"])
        }
    }

    @Test("A cancel finds the last task in flight: it is awaited, and then it was too late")
    func cancelTooLate() async throws {
        try await Workshop.open { workshop in
            let issued = workshop.issued("one", on: "13109160001")
            let command = try #require(try await workshop.issue([issued]).outgoing.commands.first)
            let cancelled = try await workshop.take([issued.cancelRequest])
            #expect(cancelled.outgoing.isEmpty)
            #expect(try await workshop.look("work order") == ["work order 13109160001 one cancelling"])
            #expect(try await workshop.answer([command.answer()]).outgoing.types == ["workOrder.completed"])
            let late = try await workshop.take([issued.cancelRequest])
            #expect(late.occurrences.tally == ["provisioning.events.ignored ended": 1])
        }
    }

    @Test("A failed work order is issued again with other parameters, then cancelled: what was done is taken back")
    func againAndUndone() async throws {
        try await Workshop.open { workshop in
            var issued = workshop.issued("two", on: "13109160001")
            let first = try #require(try await workshop.issue([issued]).outgoing.commands.first)
            let second = try #require(try await workshop.answer([first.answer()]).outgoing.commands.first)
            let failed = try await workshop.answer([second.answer(.failed, code: "E1")])
            #expect(failed.outgoing.types == ["workOrder.failed"])
            issued.issueNumber = 2
            issued.parameters["plan"] = "another"
            let again = try await workshop.issue([issued])
            let third = try #require(again.outgoing.commands.first)
            #expect(again.outgoing.types == ["workOrder.started", "network.command"])
            #expect(third.operation == second.operation)
            #expect(third.parameters["plan"] == "another")
            #expect(third.commandId != second.commandId)
            #expect(try await workshop.issue([issued]).outgoing.isEmpty)
            #expect(try await workshop.take([issued.cancelRequest]).outgoing.isEmpty)
            let undo = try await workshop.answer([third.answer(.failed, code: "E2")])
            #expect(undo.outgoing.commands.map(\.operation) == ["remove"])
            let command = try #require(undo.outgoing.commands.first)
            #expect(try await workshop.answer([command.answer()]).outgoing.types == ["workOrder.cancelled"])
            #expect(
                try await workshop.look("task") == [
                    "task 13109160001 hlr.create succeeded 1", "task 13109160001 hlr.remove succeeded 1",
                    "task 13109160001 hlr.setServices failed 1",
                ])
        }
    }

    @Test("An issue that the database would not take is refused alone")
    func unstorable() async throws {
        try await Workshop.open { workshop in
            var zero = workshop.issued("one", on: "1310916\u{0}")
            zero.memberRef = "m"
            let long = workshop.issued("one", on: String(repeating: "1", count: 513))
            var nested = workshop.issued("one", on: "13109160002")
            nested.parameters = ["a": .array([.object(["b": "\u{0}"])])]
            let good = workshop.issued("one", on: "13109160001")
            let handled = try await workshop.issue([zero, long, nested, good])
            #expect(handled.refused.values.map(\.code) == ["INVALID_VALUE", "INVALID_VALUE", "INVALID_VALUE"])
            #expect(handled.outgoing.commands.map(\.workOrderId) == [good.workOrderId])
            // What is refused cannot be cancelled either, and does not stop its batch.
            let cancelled = try await workshop.take([long.cancelRequest])
            #expect(cancelled.occurrences.tally == ["provisioning.events.ignored unknownWorkOrder": 1])
        }
    }

    @Test("A type that the catalogue does not know fails, and is counted as unknown")
    func unknownType() async throws {
        try await Workshop.open { workshop in
            let handled = try await workshop.issue([workshop.issued("teleport", on: "13109160001")])
            #expect(handled.outgoing.bodies(WorkOrderFailed.self).map(\.code) == ["UNKNOWN_TYPE"])
            #expect(handled.occurrences.tally == ["provisioning.workorders.ended unknown failed": 1])
        }
    }
}

@Suite("Answers and reports")
struct AnswerHandlerTests {
    @Test("Late, second and unknown answers are recorded and counted, and change nothing else")
    func withoutEffect() async throws {
        try await Workshop.open { workshop in
            let issued = workshop.issued("one", on: "13109160001")
            let command = try #require(try await workshop.issue([issued]).outgoing.commands.first)
            // Twice in one batch, then a command and a work order that there are not.
            var unknown = command.answer(.failed, code: "E7")
            unknown.commandId = CommandID(workshop.issued("one", on: "1").workOrderId.rawValue)
            var nowhere = command.answer()
            nowhere.workOrderId = workshop.issued("one", on: "1").workOrderId
            let handled = try await workshop.answer([command.answer(), command.answer(), unknown, nowhere])
            #expect(handled.outgoing.types == ["workOrder.completed"])
            #expect(handled.refused.isEmpty)
            #expect(
                handled.occurrences.tally == [
                    "provisioning.workorders.ended one completed": 1,
                    "provisioning.events.ignored repeatedAnswer": 1,
                    "provisioning.events.ignored unknownCommand": 2,
                ])
            #expect(
                try await workshop.look("incident") == [
                    "incident repeatedAnswer", "incident unknownCommand", "incident unknownCommand E7",
                ])
        }
    }

    @Test("Whatever an element says can be kept")
    func anyText() async throws {
        try await Workshop.open { workshop in
            let command = try #require(
                try await workshop.issue([workshop.issued("one", on: "13109160001")]).outgoing.commands.first)
            var answer = command.answer(.failed, code: "E\u{0}1")
            answer.message = String(repeating: "\u{0}no ", count: 100_000)
            let failed = try await workshop.answer([answer]).outgoing.bodies(WorkOrderFailed.self)
            #expect(failed.map(\.code) == ["E\u{FFFD}1"])
            #expect(failed.first?.message.hasPrefix("\u{FFFD}no \u{FFFD}no") == true)
            #expect(failed.first.map { $0.message.count <= 500 } == true)
        }
    }

    @Test("Field work is moved by a report; one that nobody waits for is refused")
    func report() async throws {
        try await Workshop.open { workshop in
            let issued = workshop.issued("visit", on: "13109160001")
            let command = try #require(try await workshop.issue([issued]).outgoing.commands.first)
            let early = try await workshop.report([issued.report("completed")])
            #expect(early.refused.values.map(\.code) == ["NOT_ALLOWED_IN_STATE"])
            try await workshop.answer([command.answer()])
            var appointment = issued.report("appointment")
            appointment.appointmentAt = Workshop.morning.advanced(bySeconds: 86_400)
            let done = issued.report("completed")
            let handled = try await workshop.report([appointment, done, done])
            #expect(handled.outgoing.commands.map(\.operation) == ["setServices"])
            let told = handled.outgoing.compactMap { $0.body as? WorkOrderRescheduled }
            #expect(told.map(\.dueAt) == [Workshop.morning.advanced(bySeconds: 86_400 + 3600)])
            #expect(handled.refused.values.map(\.code) == ["NOT_ALLOWED_IN_STATE"])
            let next = try await workshop.nextDue(workshop.targetTimer)
            #expect(next == Workshop.morning.advanced(bySeconds: (86_400 + 3600) * 4 / 5))
        }
    }

    @Test("A report on a work order that is not known yet waits for it")
    func earlyReport() async throws {
        try await Workshop.open { workshop in
            let handled = try await workshop.report([workshop.issued("visit", on: "13109160001").report("completed")])
            #expect(handled.postponed.values.map(\.code) == ["NOT_FOUND"])
            #expect(handled.refused.isEmpty)
        }
    }
}
