import Contracts
import Messaging
import OrdersDomain
import Postgres
import TestSupport
import Testing

@testable import Orders

@Suite("Orders that outlive the catalogue on which they began")
struct CatalogueVersionTests {
    /// In which a change of plan has another name, which no other version knows.
    private static let renamed = Result { try CatalogueEdition(replacing: [("changePlan", "switchPlan")]) }
    private static let shipped = Result { try CatalogueEdition() }

    private static func order(_ number: Int) -> OrderSubmitted {
        .basic("\(number)", fixedLine: "0298888000\(number)", mobile: "1310916000\(number)")
    }

    @Test("An order completes by its own catalogue after a restart with another; a new order goes by that")
    func completes() async throws {
        try await Desk.open { desk in
            let first = try await desk.restarted(with: try Self.renamed.get())
            let begun = try await first.submit([Self.order(1)])
            let second = try await desk.restarted(with: try Self.shipped.get())
            let done = try await second.completeAll(begun)
            let issued = done.bodies(WorkOrderIssued.self)
            #expect(Set(issued.map(\.catalogueVersion)) == [first.catalogues.current.version])
            #expect(Set(issued.map(\.type)) == ["switchPlan", "changeVas", "openVas", "joinVpn"])
            #expect(done.bodies(OrderCompleted.self).count == 1)

            let next = try await second.submit([Self.order(2)]).bodies(WorkOrderIssued.self)
            #expect(Set(next.map(\.catalogueVersion)) == [second.catalogues.current.version])
            #expect(Set(next.map(\.type)) == ["changePlan"])
        }
    }

    @Test("What is complete is undone by a type that the current catalogue no longer has; two versions in one batch")
    func cancels() async throws {
        try await Desk.open { desk in
            let first = try await desk.restarted(with: try Self.renamed.get())
            let old = try await first.submit([Self.order(1)]).bodies(WorkOrderIssued.self)
            let second = try await desk.restarted(with: try Self.shipped.get())
            let new = try await second.submit([Self.order(2)]).bodies(WorkOrderIssued.self)
            _ = try await second.tell([old[0].completed(at: .noon), new[0].completed(at: .noon)])
            let requests = try await second.submit([.cancel(Self.order(1)), .cancel(Self.order(2))])
            let ended = try await second.tell(requests.bodies(WorkOrderCancelRequested.self).map { $0.answer() })
            let undoing = ended.bodies(WorkOrderIssued.self).sorted { $0.serviceNumber < $1.serviceNumber }
            #expect(undoing.map(\.compensates) == [old[0].workOrderId, new[0].workOrderId])
            #expect(undoing.map(\.type) == ["switchPlan", "changePlan"])
            let versions = [first, second].map(\.catalogues.current.version)
            #expect(undoing.map(\.catalogueVersion) == versions)
            let over = try await second.tell(undoing.map { $0.completed(at: .noon) })
            #expect(over.bodies(OrderCancelled.self).count == 2)
            #expect(over.bodies(OrderCompleted.self).count == 2, "both requests are fulfilled")
        }
    }

    @Test("A failure meets the fallout policy of its order's catalogue, and its retry comes by that")
    func fallout() async throws {
        let strict = try CatalogueEdition(replacing: [("attempts: 1-3, then: retry, after: 30 minutes", "then: park")])
        try await Desk.open { desk in
            let old = try await desk.submit([Self.order(1)]).bodies(WorkOrderIssued.self)
            let second = try await desk.restarted(with: strict)
            let new = try await second.submit([Self.order(2)]).bodies(WorkOrderIssued.self)
            let told = try await second.tell([old[0].failed("TEMPORARY_FAILURE"), new[0].failed("TEMPORARY_FAILURE")])
            #expect(told.bodies(OrderHeld.self).map(\.externalId) == ["2"])
            let again = try await second.retry(at: .noon.advanced(bySeconds: 1800)).bodies(WorkOrderIssued.self)
            #expect(again.map(\.workOrderId) == [old[0].workOrderId])
            #expect(again.map(\.issueNumber) == [2])
        }
    }

    @Test("Cancelling costs what it did when the order began, whoever asks")
    func fee() async throws {
        let costly = try CatalogueEdition(replacing: [
            (
                "undoneBy: changePlan\n",
                "undoneBy: changePlan\n    cancelling: { chargedFrom: issued, feeMilliyuan: 70000 }\n"
            )
        ])
        try await Desk.open { desk in
            let begun = try await desk.submit([Self.order(1), Self.order(2)]).bodies(OrderAcknowledged.self)
            let second = try await desk.restarted(with: costly)
            let new = try await second.submit([Self.order(3)])
            #expect(new.bodies(OrderAcknowledged.self).count == 1)
            let command = OrderCommand(
                commandId: CommandID(begun[1].orderId.rawValue), orderId: begun[1].orderId, workOrderId: nil,
                command: "cancel", parameters: nil, reason: "wrong", by: "li", at: .noon)
            var requests = try await second.submit([.cancel(Self.order(1)), .cancel(Self.order(3))])
            requests += try await second.command([command]).outgoing
            let ended = try await second.tell(requests.bodies(WorkOrderCancelRequested.self).map { $0.answer() })
            let fees = ended.bodies(OrderCancelled.self).map { ($0.externalId, $0.feeMilliyuan) }
            #expect(Dictionary(uniqueKeysWithValues: fees) == ["1": .zero, "2": .zero, "3": .yuan(140)])
        }
    }

    @Test("A batch that is on the current catalogue alone does not look for others")
    func noLook() async throws {
        try await Desk.open { desk in
            let begun = try await desk.submit([Self.order(1)])
            try await desk.run("DROP TABLE catalogue_version")
            #expect(try await desk.completeAll(begun).bodies(OrderCompleted.self).count == 1)
        }
    }

    @Test(
        "What began on a catalogue that is not kept, or is kept damaged, goes on by the current one",
        arguments: [
            "DELETE FROM catalogue_version", "UPDATE catalogue_version SET files = '[]'",
            "UPDATE catalogue_version SET files = '[{}]'",
        ])
    func unknown(spoil: String) async throws {
        try await Desk.open { desk in
            let first = try await desk.restarted(with: try Self.renamed.get())
            let begun = try await first.submit([Self.order(1)])
            try await desk.run(spoil)
            let second = try await desk.restarted(with: try Self.shipped.get())
            #expect(try await second.completeAll(begun).bodies(OrderCompleted.self).count == 1)
        }
    }
}

extension Desk {
    fileprivate func run(_ sql: String) async throws {
        try await self.pool.withConnection { try await $0.execute(unsafeSQL: sql) }
    }
}
