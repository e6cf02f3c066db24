import Contracts
import Messaging
import OrdersDomain
import Testing

@testable import Orders

@Suite("Group access lines, from order to line")
struct GroupLineTests {
    private static let number = "GL0290001"

    private static func order(
        _ externalId: String, _ action: String, _ offer: String = "GL-CMNET-10",
        _ characteristics: [String: String]? = nil
    ) -> OrderSubmitted {
        OrderSubmitted(
            externalId: externalId, channel: "accountManager", action: action,
            customer: .init(
                id: "C-1", segment: "enterprise",
                identity: .init(type: "businessLicense", number: "91610700MA6Y12340X")),
            accountId: "A-1", offer: offer,
            members: [
                .init(
                    ref: "gl", product: "groupLine", serviceNumber: Self.number, existing: action != "subscribe",
                    characteristics: characteristics)
            ])
    }

    private static let lacking = [
        "maturity": "mature", "coreResources": "lacking", "accessResources": "severalPointsLacking",
    ]
    private static let present = [
        "maturity": "mature", "coreResources": "present", "accessResources": "present",
    ]

    @Test("Resources are due by what is lacking: three and five working days after a weekend (PRO-29, PRO-30)")
    func targets() async throws {
        try await Desk.open { desk in
            // A Saturday.
            let outgoing = try await desk.submit([Self.order("1", "subscribe", "GL-CMNET-10", Self.lacking)])
            let due = outgoing.bodies(WorkOrderIssued.self).map { "\($0.type) \($0.dueAt)" }
            let wednesday = try #require(Timestamp(rfc3339: "2026-11-25T18:00:00+08:00"))
            let friday = try #require(Timestamp(rfc3339: "2026-11-27T18:00:00+08:00"))
            #expect(due == ["confirmCoreResources \(wednesday)", "confirmAccessResources \(friday)"])
        }
    }

    @Test("A line is added, adjusted to another plan, and stopped: then its number is free for a new one")
    func life() async throws {
        try await Desk.open { desk in
            let add = try await desk.completeAll(
                try await desk.submit([Self.order("1", "subscribe", "GL-CMNET-10", Self.lacking)]))
            let first = try #require(add.bodies(OrderEffective.self).first)
            #expect(first.members.map(\.plan) == ["GL-CMNET-10"])
            #expect(try await desk.look().contains("line \(Self.number) active GL-CMNET-10 free "))

            let adjust = try await desk.submit([Self.order("2", "change", "GL-CONNECT-10", Self.present)])
            #expect(adjust.bodies(WorkOrderIssued.self).map(\.type) == ["dismantle"])
            #expect(try await desk.look().contains("line \(Self.number) active GL-CMNET-10 held "))
            let adjusted = try await desk.completeAll(adjust)
            #expect(
                adjusted.bodies(WorkOrderIssued.self).map(\.type) == [
                    "dismantle", "releaseResources", "confirmCoreResources", "confirmAccessResources", "install",
                    "accept",
                ])
            #expect(adjusted.bodies(OrderEffective.self).map(\.replaces) == [first.bundleId])
            #expect(try await desk.look().contains("line \(Self.number) active GL-CONNECT-10 free "))

            let stop = try await desk.completeAll(
                try await desk.submit([Self.order("3", "release", "GL-CONNECT-10")]))
            #expect(stop.bodies(OrderEffective.self).map(\.leaving?.count) == [1])
            let look = try await desk.look()
            #expect(look.contains("line \(Self.number) closed - free "))
            #expect(look.filter { $0.hasPrefix("bundle") && !$0.hasSuffix("ended") }.isEmpty)

            let again = try await desk.submit([Self.order("4", "subscribe", "GL-CMNET-10", Self.present)])
            #expect(again.bodies(OrderAcknowledged.self).count == 1)
        }
    }

    @Test("A line that is cancelled while its core is built gives both segments' resources back, and never was")
    func cancelled() async throws {
        try await Desk.open { desk in
            let order = Self.order("1", "subscribe", "GL-CMNET-10", Self.lacking)
            let issued = try await desk.submit([order]).bodies(WorkOrderIssued.self)
            let confirmed = try await desk.tell(issued.map { $0.completed(at: .noon) })
            #expect(confirmed.bodies(WorkOrderIssued.self).map(\.type) == ["constructCore", "optimiseAccess"])
            let cancelling = try await desk.submit([.cancel(order)])
            let requests = cancelling.bodies(WorkOrderCancelRequested.self)
            #expect(requests.count == 2)
            let undoing = try await desk.completeAll(try await desk.tell(requests.map { $0.answer() }))
            let undone = undoing.bodies(WorkOrderIssued.self)
            #expect(undone.map(\.type) == ["releaseResources", "releaseResources"])
            #expect(undone.map { $0.parameters["segment"] } == ["access", "core"])
            #expect(undoing.bodies(OrderCancelled.self).first?.compensated.count == 2)
            #expect(try await desk.look().contains("line \(Self.number) closed - free "))
        }
    }

    @Test("An adjustment that is cancelled builds the line up again, and keeps its plan")
    func adjustmentCancelled() async throws {
        try await Desk.open { desk in
            _ = try await desk.completeAll(
                try await desk.submit([Self.order("1", "subscribe", "GL-CMNET-10", Self.present)]))
            let adjust = Self.order("2", "change", "GL-CONNECT-10", Self.present)
            let dismantle = try #require(try await desk.submit([adjust]).bodies(WorkOrderIssued.self).first)
            let next = try await desk.tell([dismantle.completed(at: .noon)]).bodies(WorkOrderIssued.self)
            #expect(next.map(\.type) == ["releaseResources"])
            let cancelling = try await desk.submit([.cancel(adjust)])
            let stopped = try await desk.tell(
                cancelling.bodies(WorkOrderCancelRequested.self).map { $0.answer() })
            let undone = try await desk.completeAll(stopped)
            #expect(undone.bodies(WorkOrderIssued.self).map(\.type) == ["install"])
            #expect(undone.bodies(OrderCancelled.self).count == 1)
            let look = try await desk.look()
            #expect(look.contains("line \(Self.number) active GL-CMNET-10 free "))
            #expect(look.contains("bundle GL-CMNET-10 active"))
        }
    }
}
