import Contracts
import Foundation
import RatingDomain
import SeededRandom

/// An account in which every kind of allowance, pack, cap and threshold is near its end, and random usage of it.
struct RandomUsage {
    private var generator: SeededGenerator

    init(seed: UInt64) { self.generator = SeededGenerator(seed: seed) }

    private static let card = "14712345678"

    static func book() throws -> TariffBook {
        try Shipped.book { catalogue in
            catalogue.bundles["WB-BASIC-B-88"]?.sharedMinutes = 120
            catalogue.tariffs?.privateNetwork.sharedMinutes = 40
            catalogue.tariffs?.privateNetwork.ownMinutes = ["mobile3g": 30]
            catalogue.tariffs?.data.feeCap = .yuan(3)
            catalogue.tariffs?.data.usageCap = 10 * megabyte
            catalogue.tariffs?.wlan.feeCap = .yuan(2)
            catalogue.tariffs?.messages.mostInADay = 1
            catalogue.plans["G3-50"]?.quotas[0].amount = 100 * megabyte
            catalogue.plans["GPRS-3"]?.feeCapMilliyuan = .yuan(6)
            for plan in ["GPRS-3", "GPRS-5"] { catalogue.plans[plan]?.usageCap = 40 * megabyte }
            catalogue.plans["WLAN-10"]?.quotas[0].amount = 60
            catalogue.plans["SMS-3"]?.quotas[0].amount = 10
            catalogue.plans["FAMILY-5"]?.quotas[0].amount = 20
        }
    }

    /// Packs begin and end within the cycle.
    mutating func terms() throws -> AccountTerms {
        let half = self.instant()
        let packs: [MemberTerms.PlanSpan] = [
            .init(plan: "GPRS-3", span: .since(december(-40))),
            .init(plan: "GPRS-5", span: .since(self.instant())),
            .init(id: "gift", plan: "GPRS-3", span: .since(december(1), until: self.instant())),
            .init(plan: "SMS-3", span: .always), .init(plan: "WLAN-10", span: .always),
        ]
        return try Account.bundled { terms in
            terms.members[1].plans = packs
            terms.members[4].plans.append(.init(plan: "GPRS-3", span: .since(half)))
            var card = MemberTerms(Self.card, "dataCard", plan: "G3-50")
            card.bindings = [.init(serviceNumber: Account.first2g, span: .always)]
            terms.members.append(card)
            terms.families = [
                FamilyTerms(
                    id: "F", plan: "FAMILY-5", mainNumber: Account.first2g,
                    secondaries: [Account.second2g, "13100000009"], span: .always)
            ]
            terms.networks = [
                NetworkTerms(
                    network: "VNET-SAMPLE", serviceNumbers: [Account.fixed, "13900000000"], span: .since(half))
            ]
        }
    }

    private mutating func instant() -> Timestamp {
        december(1, 0, Int.random(in: 0..<20 * 24 * 60, using: &self.generator))
    }

    /// Records of which many end at one time.
    mutating func records(_ count: Int) -> [UsageRecord] {
        (0..<count).map { _ in
            let end = december(1, Int.random(in: 0..<500, using: &self.generator))
            let seconds = Int.random(in: 0..<900, using: &self.generator)
            let (number, usage) = self.usage()
            let id = UUID(
                uuid: (
                    self.byte(), self.byte(), self.byte(), self.byte(), self.byte(), self.byte(), self.byte(), 0, 0, 0,
                    0, 0, 0, 0, 0, 0
                ))
            return UsageRecord(
                usageId: id, serviceNumber: number, startedAt: end.advanced(bySeconds: -seconds), endedAt: end,
                usage: usage)
        }
    }

    private mutating func byte() -> UInt8 { UInt8.random(in: .min ... .max, using: &self.generator) }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self.generator)]
    }

    private mutating func usage() -> (String, UsageRecord.Usage) {
        let others = [
            Account.fixed, Account.first2g, Account.second2g, Account.first3g, "13100000009", "13900000000",
            "01062228888", "01062228888", "12590", "110", "0085212345678",
        ]
        switch Int.random(in: 0..<10, using: &self.generator) {
        case 0...4:
            let callers = [Account.fixed, Account.first2g, Account.second2g, Account.first3g, Account.second3g]
            let caller = self.pick(callers)
            let roaming: UsageRecord.Roaming = caller == Account.fixed ? .home : self.pick([.home, .home, .domestic])
            let direction = self.pick([UsageRecord.Direction.originating, .originating, .forwarded, .terminating])
            return (caller, .voice(direction, otherParty: self.pick(others), roaming))
        case 5...6:
            let users = [Account.first2g, Account.second2g, Account.second3g, Self.card]
            let user = self.pick(users)
            let most = user == Self.card ? 60 * megabyte : user == Account.second3g ? 40 * megabyte : 3 * megabyte
            let bytes = Int64.random(in: 0..<most, using: &self.generator)
            return (user, .data(uplinkBytes: bytes / 3, downlinkBytes: bytes))
        case 7:
            let hotspot = self.pick(UsageRecord.Hotspot.allCases)
            return (self.pick([Account.first2g, Account.first3g]), .wlan(hotspot, bytes: megabyte))
        case 8: return (Account.first2g, .mms(otherParty: "1"))
        default: return (Account.first2g, .sms(otherParty: self.pick(["13800000000", "00852123"])))
        }
    }
}
