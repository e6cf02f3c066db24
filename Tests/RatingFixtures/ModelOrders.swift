package import Contracts
import Foundation
package import RatingModel

/// The orders that make an account of the model what it is.
package struct ModelOrders {
    private let account: RatingModel.Account
    private var orders: [OrderEffective] = []
    private var serial: Int

    /// - Parameter index: of the account; so that ids differ.
    package static func orders(of account: RatingModel.Account, _ index: Int) -> [OrderEffective] {
        var maker = ModelOrders(account, index)
        for member in account.members { maker.add(member) }
        for bundle in account.bundles { maker.add(bundle) }
        for family in account.families { maker.add(family) }
        return maker.orders
    }

    private init(_ account: RatingModel.Account, _ index: Int) {
        self.account = account
        self.serial = index * 1000
    }

    private mutating func id() -> UUID {
        self.serial += 1
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: self.serial >> (24 - 8 * $0)) }
        return UUID(uuid: (7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, bytes[0], bytes[1], bytes[2], bytes[3]))
    }

    /// - Returns: the bundle's id.
    @discardableResult
    private mutating func add(
        _ offer: String, _ action: String = "subscribe", at instant: Instant, replaces: BundleID? = nil,
        _ members: [OrderEffective.Member], leaving: [OrderEffective.Member]? = nil
    ) -> BundleID {
        let id = BundleID(rawValue: self.id())
        self.orders.append(
            OrderEffective(
                orderId: OrderID(rawValue: self.id()), externalId: "E\(self.serial)", accountId: self.account.id,
                customerId: "C-\(self.account.id)", offer: offer, bundleId: id,
                effectiveAt: Timestamp(microseconds: Int64(instant)), members: members, replaces: replaces,
                action: action, leaving: leaving))
        return id
    }

    /// In effect until an instant, or for good.
    private mutating func add(
        _ offer: String, from: Instant, until: Instant?, _ members: [OrderEffective.Member], isClosing: Bool = false
    ) {
        let id = self.add(offer, at: from, members)
        guard let until else { return }
        let leaving = members.map { member in
            var leaving = member
            leaving.newPlan = nil
            leaving.closed = isClosing ? true : nil
            return leaving
        }
        self.add(offer, "release", at: until, replaces: id, [], leaving: leaving)
    }

    private func member(
        _ member: RatingModel.Member, isMain: Bool = true, role: String = "included", newPlan: String? = nil,
        extraPlan: String? = nil, services: [String]? = nil, options: [String]? = nil
    ) -> OrderEffective.Member {
        OrderEffective.Member(
            ref: member.number, product: member.product.rawValue, serviceNumber: member.number, main: isMain,
            role: role, newPlan: newPlan, extraPlan: extraPlan, services: services, options: options)
    }

    private mutating func add(_ member: RatingModel.Member) {
        if member.product != .dataCard {
            let plan = member.plans.first?.code
            self.add(
                plan ?? "NONE", from: member.activeFrom, until: member.activeUntil,
                [self.member(member, newPlan: plan)], isClosing: true)
        }
        for pack in member.packs {
            var members = [self.member(member, extraPlan: pack.code)]
            if let payer = member.boundTo.flatMap({ self.account.member($0) }) {
                members.append(self.member(payer, isMain: false))
            }
            self.add(pack.code, from: pack.from, until: pack.until, members)
        }
        for service in member.services {
            self.add(
                "VAS-\(service.code)", from: service.from, until: service.until,
                [self.member(member, services: [service.code])])
        }
    }

    private mutating func add(_ bundle: RatingModel.Bundle) {
        let members = bundle.members.compactMap { self.account.member($0) }.map { member in
            // The generator's numbers say what a line is to the bundle.
            let kind = member.number.last.flatMap { $0.wholeNumberValue } ?? 0
            let role = kind == 4 ? "sharedTerminal" : kind == 5 ? "networkTerminal" : "included"
            let options = bundle.options.filter { option in
                switch option {
                case "TERMINAL-SHARED": kind == 4
                case "TERMINAL-VPN": kind == 5
                default: member.product == .broadband
                }
            }
            return self.member(
                member, isMain: member.number == bundle.main, role: role,
                newPlan: member.product == .mobile3g ? member.plans.first?.code : bundle.code,
                services: Self.given(to: member, by: bundle.code), options: options.isEmpty ? nil : options)
        }
        let id = self.add(bundle.code, at: bundle.from.start, members)
        guard let until = bundle.until else { return }
        let leaving = bundle.members.compactMap { self.account.member($0) }.map {
            self.member($0, newPlan: $0.plans.first?.code)
        }
        self.add(bundle.code, "release", at: until.start, replaces: id, [], leaving: leaving)
    }

    private static func given(to member: RatingModel.Member, by bundle: String) -> [String]? {
        guard [.fixedLine, .mobile2g].contains(member.product) else { return nil }
        return bundle.contains("ENH") ? ["callerId", "groupRingback"] : ["callerId"]
    }

    private mutating func add(_ family: RatingModel.Family) {
        let numbers = [family.main] + family.secondaries
        let members = numbers.compactMap { self.account.member($0) }.map {
            self.member($0, isMain: $0.number == family.main, extraPlan: "FAMILY-5")
        }
        self.add("FAMILY-5", from: family.from, until: family.until, members)
    }
}

extension UsageRecorded {
    /// The record, as mediation sends it.
    package init(_ usage: RatingModel.Usage) {
        func time(_ instant: Instant) -> Timestamp { Timestamp(microseconds: Int64(instant)) }
        let kind: UsageKind =
            switch usage.kind {
            case .voice: .voice
            case .data: .data
            case .sms: .sms
            case .mms: .mms
            case .wlan: .wlan
            }
        self.init(
            usageId: UsageID(usage.id) ?? UsageID(rawValue: UUID()), kind: kind, serviceNumber: usage.number,
            startedAt: time(usage.startedAt), endedAt: time(usage.endedAt))
        switch usage.kind {
        case .voice(let direction, let otherParty, let place):
            self.direction = CallDirection(rawValue: direction.rawValue)
            self.otherParty = otherParty
            self.roaming = Roaming(rawValue: place.rawValue)
        case .data(let uplink, let downlink):
            self.uplinkBytes = Int64(uplink)
            self.downlinkBytes = Int64(downlink)
        case .sms(let to), .mms(let to): self.otherParty = to
        case .wlan(let isCampus, let bytes):
            self.hotspot = isCampus ? .campus : .other
            self.downlinkBytes = bytes == 0 ? nil : Int64(bytes)
        }
    }
}
