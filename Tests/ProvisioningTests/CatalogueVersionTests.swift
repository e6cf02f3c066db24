import Contracts
import Messaging
import Postgres
import ProvisioningDomain
import TestSupport
import Testing

@testable import Provisioning

@Suite("Work orders that outlive the catalogue on which they were issued")
struct CatalogueVersionTests {
    private static let number = "13109160001"

    /// A change of plan has another name, and elements more time and fewer attempts, than in the one that ships.
    private static let first = Result {
        try CatalogueEdition(replacing: [
            ("changePlan", "switchPlan"), ("timeoutMilliseconds: 12000", "timeoutMilliseconds: 20000"),
            ("maximumAttempts: 5", "maximumAttempts: 1"),
        ])
    }
    private static let second = Result { try CatalogueEdition() }

    @Test("Tasks, time-outs and attempts are those of each work order's catalogue, side by side in one lane")
    func sideBySide() async throws {
        try await Workshop.open { workshop in
            let before = try await workshop.restarted(with: try Self.first.get())
            let after = try await workshop.restarted(with: try Self.second.get())
            let versions = [before, after].map(\.catalogues.current.version)
            // Issued before the restart, issued after it on the version from before, and new.
            let old = before.issued("openVas", on: Self.number, catalogueVersion: versions[0])
            let late = after.issued("switchPlan", on: Self.number, catalogueVersion: versions[0])
            let new = after.issued("changePlan", on: Self.number, catalogueVersion: versions[1])
            let first = try #require(try await before.issue([old]).outgoing.commands.first)
            #expect(try await after.issue([late, new]).outgoing.isEmpty, "their number is busy")

            // The only attempt of the old one: there is no second, as there would be by the current catalogue.
            let failed = try await after.answer([first.answer(.failed, code: "BUSY", retriable: true)])
            #expect(failed.outgoing.bodies(WorkOrderFailed.self).map(\.workOrderId) == [old.workOrderId])
            let second = try #require(failed.outgoing.commands.first)
            #expect(second.workOrderId == late.workOrderId && second.operation == "switchPlan")
            #expect(second.deadline == Workshop.morning.advanced(bySeconds: 20))

            let done = try await after.answer([second.answer()])
            #expect(done.outgoing.bodies(WorkOrderCompleted.self).map(\.type) == ["switchPlan"])
            let third = try #require(done.outgoing.commands.first)
            #expect(third.workOrderId == new.workOrderId && third.operation == "changePlan")
            #expect(third.deadline == Workshop.morning.advanced(bySeconds: 12))
            let retried = try await after.answer([third.answer(.failed, code: "BUSY", retriable: true)])
            #expect(retried.outgoing.types == [WorkOrderRetryScheduled.type])
        }
    }

    @Test("What is stopped after the restart is taken back as its own catalogue says")
    func takenBack() async throws {
        try await Workshop.open { workshop in
            let before = try await workshop.restarted(with: try Self.first.get())
            var issued = before.issued(
                "switchPlan", on: Self.number, catalogueVersion: before.catalogues.current.version)
            issued.parameters = ["plan": "NEW", "formerPlan": "OLD"]
            let command = try #require(try await before.issue([issued]).outgoing.commands.first)
            let after = try await workshop.restarted(with: try Self.second.get())
            // Its only attempt has no answer, and may have been carried out.
            let silent = try await after.fire(after.taskTimer, at: Workshop.morning.advanced(bySeconds: 20))
            #expect(silent.outgoing.bodies(WorkOrderFailed.self).map(\.code) == ["NO_ANSWER"])
            let undoing = try #require(try await after.take([issued.cancelRequest]).outgoing.commands.first)
            #expect(undoing.operation == "switchPlan" && undoing.commandId != command.commandId)
            #expect(undoing.parameters["plan"] == "OLD", "the former value, as undoParameters say")
            let over = try await after.answer([undoing.answer()])
            #expect(over.outgoing.bodies(WorkOrderCancelled.self).map(\.undone) == [["crm.switchPlan"]])
        }
    }

    @Test(
        "A version that Provisioning was never started with: the current catalogue stands in, as far as it knows the type"
    )
    func unknown() async throws {
        try await Workshop.open { workshop in
            let after = try await workshop.restarted(with: try Self.second.get())
            // Orders was restarted first.
            let version = try Self.first.get().catalogue.version
            let known = after.issued("openVas", on: Self.number, catalogueVersion: version)
            var foreign = after.issued("switchPlan", on: "13109160002", catalogueVersion: version)
            let handled = try await after.issue([known, foreign])
            #expect(handled.outgoing.commands.map(\.operation) == ["open"])
            #expect(handled.outgoing.bodies(WorkOrderFailed.self).map(\.code) == ["UNKNOWN_TYPE"])
            #expect(handled.refused.isEmpty && handled.postponed.isEmpty)
            let command = try #require(handled.outgoing.commands.first)
            #expect(try await after.answer([command.answer()]).outgoing.bodies(WorkOrderCompleted.self).count == 1)

            // Provisioning is restarted too, and a person has the failed one issued once more.
            let upToDate = try await workshop.restarted(with: try Self.first.get())
            foreign.issueNumber = 2
            #expect(try await upToDate.issue([foreign]).outgoing.commands.map(\.operation) == ["switchPlan"])
        }
    }

    @Test("An earlier catalogue is looked for once, and the current one never")
    func onlyOnce() async throws {
        try await Workshop.open { workshop in
            let before = try await workshop.restarted(with: try Self.first.get())
            let after = try await workshop.restarted(with: try Self.second.get())
            let versions = [before, after].map(\.catalogues.current.version)
            let issued = after.issued("switchPlan", on: Self.number, catalogueVersion: versions[0])
            let command = try #require(try await after.issue([issued]).outgoing.commands.first)
            try await workshop.pool.withConnection { try await $0.execute(unsafeSQL: "DROP TABLE catalogue_version") }
            #expect(try await after.answer([command.answer()]).outgoing.types.contains(WorkOrderCompleted.type))
            let new = after.issued("changePlan", on: "13109160002", catalogueVersion: versions[1])
            #expect(try await after.issue([new]).outgoing.commands.count == 1)
        }
    }
}
