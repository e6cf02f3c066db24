import Contracts
import Foundation
import OrdersDomain

extension OrderSubmitted.Identity {
    static let company = OrderSubmitted.Identity(type: "businessLicense", number: "91610700MA6Y12340X")
    static let person = OrderSubmitted.Identity(type: "identityCard", number: "610102198001010011")
}

extension OrderSubmitted {
    /// The contract's example without its option: four members, of which the 2G is new.
    static func enhancedB288() -> OrderSubmitted {
        OrderSubmitted(
            externalId: "CRM-1",
            channel: "counter",
            customer: .init(id: "C1", name: "Hanjiang Trading", segment: "enterprise", tier: "vip", identity: .company),
            accountId: "A1",
            offer: "WB-ENH-B-288",
            term: "monthly",
            payment: "unified",
            members: [
                .init(ref: "bb", product: "broadband", serviceNumber: "029B0001", existing: true, speedMbps: 1),
                .init(
                    ref: "fx", product: "fixedLine", serviceNumber: "02988881234", existing: true, vas: ["callerId"]),
                .init(ref: "m2", product: "mobile2g", serviceNumber: "13109160001", existing: false, main: true),
                .init(ref: "m3", product: "mobile3g", serviceNumber: "18609160002", existing: true, plan: "3G-96"),
            ]
        )
    }

    /// One offer for existing lines of a person.
    /// Two existing members: changes of plan and what follows them.
    static func basicA88Existing() -> OrderSubmitted {
        with(.enhancedB288()) {
            $0.offer = "WB-BASIC-A-88"
            $0.members = [$0.members[1], $0.members[2]]
            $0.members[1].existing = true
            $0.options = nil
        }
    }

    static func single(_ offer: String, _ members: [Member]) -> OrderSubmitted {
        OrderSubmitted(
            externalId: "CRM-2",
            channel: "hotline",
            customer: .init(id: "P1", segment: "individual", identity: .person),
            offer: offer,
            members: members
        )
    }

    static func single(_ offer: String) -> OrderSubmitted {
        .single(offer, [.init(ref: "m", product: "mobile2g", serviceNumber: "13109160009", existing: true)])
    }
}

/// What a work order is, apart from its id.
struct Essence: Hashable, CustomStringConvertible {
    var member: String
    var type: String
    var service: String?
    /// Types and services of those that it waits for.
    var after: Set<String>

    var description: String {
        "\(self.member) \(Self.name(self.type, self.service)) after \(self.after.sorted())"
    }

    static func name(_ type: String, _ service: String?) -> String { service.map { "\(type) \($0)" } ?? type }

    static func all(_ workOrders: [WorkOrder]) -> [Essence] {
        var names: [WorkOrderID: String] = [:]
        for workOrder in workOrders {
            names[workOrder.id] = self.name(workOrder.type, workOrder.parameters["service"]?.string)
        }
        return workOrders.map { workOrder in
            Essence(
                member: workOrder.memberRef,
                type: workOrder.type,
                service: workOrder.parameters["service"]?.string,
                after: Set(workOrder.dependsOn.compactMap { names[$0] })
            )
        }
    }
}
