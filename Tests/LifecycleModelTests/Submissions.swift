import Contracts
import DomainFixtures
import OrdersDomain
import SeededRandom

/// Random orders for numbers that nobody else has, and changes of one bundle that is in effect.
enum Submissions {
    static func new(_ number: UInt32, using random: inout SeededGenerator) -> OrderSubmitted {
        let digits = String(100_000_000 + number).dropFirst()
        let isEnhanced = Bool.random(using: &random)
        var members: [OrderSubmitted.Member] = [
            .init(
                ref: "fx", product: "fixedLine", serviceNumber: "029\(digits)", existing: .random(using: &random),
                main: true),
            .init(ref: "m2", product: "mobile2g", serviceNumber: "131\(digits)", existing: .random(using: &random)),
        ]
        for index in members.indices where members[index].existing {
            members[index].plan = members[index].product == "fixedLine" ? "FX-48" : "2G-28"
        }
        var options: [OrderSubmitted.Option] = []
        if isEnhanced {
            members.append(
                .init(
                    ref: "m3", product: "mobile3g", serviceNumber: "186\(digits)", existing: .random(using: &random),
                    plan: "3G-96"))
            let existing = Bool.random(using: &random)
            members.append(
                .init(
                    ref: "bb", product: "broadband", serviceNumber: "BB\(digits)", existing: existing,
                    plan: existing ? "BB-1M" : nil, speedMbps: existing ? 1 : nil))
            if Bool.random(using: &random) { options.append(.init(code: "BB-STATIC-IP", member: "bb")) }
        }
        return OrderSubmitted(
            externalId: "N-\(digits)", channel: "counter", customer: self.customer,
            offer: isEnhanced ? "WB-ENH-B-288" : "WB-BASIC-A-88", members: members, options: options)
    }

    static let customer = OrderSubmitted.Customer(
        id: "C1", segment: "enterprise", identity: .init(type: "businessLicense", number: "91610700MA6Y12340X"))

    /// The bundle that is changed.
    static let standing = OrderSubmitted(
        externalId: "S", channel: "counter", customer: customer, offer: "WB-ENH-B-288",
        members: [
            .init(ref: "bb", product: "broadband", serviceNumber: "029B0001", existing: true, speedMbps: 2),
            .init(ref: "fx", product: "fixedLine", serviceNumber: "02988881234", existing: true),
            .init(ref: "m2", product: "mobile2g", serviceNumber: "13109160001", existing: true, main: true),
            .init(ref: "m3", product: "mobile3g", serviceNumber: "18609160002", existing: true, plan: "3G-96"),
        ])

    static let terminal = "13109160099"

    /// Another speed, an address, a terminal, in whatever combination.
    static func change(_ number: Int, using random: inout SeededGenerator) -> OrderSubmitted {
        var order = self.standing
        order.externalId = "V-\(number)"
        order.action = "change"
        var options: [OrderSubmitted.Option] = []
        let speed = ["BB-SPEED-4M", "BB-SPEED-8M", nil].randomElement(using: &random) ?? nil
        if let speed { options.append(.init(code: speed, member: "bb")) }
        if Bool.random(using: &random) { options.append(.init(code: "BB-STATIC-IP", member: "bb")) }
        if Bool.random(using: &random) {
            options.append(.init(code: "TERMINAL-SHARED", member: "m5"))
            order.members.append(
                .init(ref: "m5", product: "mobile2g", serviceNumber: self.terminal, existing: false))
        }
        order.options = options
        return order
    }

    static func bundle(by catalogue: Catalogue) -> CurrentBundle {
        CurrentBundle(
            id: BundleID(rawValue: CountingIdentifiers().next()), offer: self.standing.offer,
            customerId: self.customer.id, accountId: "A1", effectiveAt: time("2026-12-01T00:00:00+08:00"),
            members: self.standing.members.map { member in
                CurrentBundle.Member(
                    ref: member.ref, product: member.product, serviceNumber: member.serviceNumber, role: .included,
                    givenServices: catalogue.bundles[self.standing.offer]?.services[member.product] ?? [],
                    speedMbps: member.speedMbps)
            })
    }
}
