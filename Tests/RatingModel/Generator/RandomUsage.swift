import SeededRandom

/// Random usage of some accounts in one cycle: every kind, direction and place; other parties inside and outside of the
/// private network and the family; ends that are equal, or lie around the end of the cycle; and enough of it to use up
/// allowances, cross thresholds and reach caps.
package struct RandomUsage: Sendable {
    private var random: SeededGenerator
    private let cycle: Month
    private var lastEnd: Instant

    package init(seed: UInt64, cycle: Month) {
        self.random = SeededGenerator(seed: seed)
        self.cycle = cycle
        self.lastEnd = cycle.start + 15 * day
    }

    /// As many records as asked for, spread over the accounts at random; in no order. Of a hundred some two are to be
    /// rejected.
    package mutating func records(_ count: Int, of accounts: [Account]) -> [Usage] {
        var records: [Usage] = []
        while records.count < count {
            let account = self.random.pick(accounts)
            let member = self.random.pick(account.members)
            guard member.product != .broadband else { continue }
            // Some do much at a time, so that they come to the end of what they have.
            let isHeavy = member.number.utf8.reduce(0) { $0 + Int($1) } % 3 == 0
            for _ in 0..<self.random.within(1...(isHeavy ? 12 : 4)) {
                records.append(self.record(of: member, in: account, isHeavy: isHeavy))
            }
            if self.random.chance(1), member.product == .mobile2g { records += self.burst(of: member) }
        }
        for index in records.indices where self.random.chance(2) { self.spoil(&records[index]) }
        return Array(records.prefix(count))
    }

    private mutating func record(of member: Member, in account: Account, isHeavy: Bool) -> Usage {
        let end = self.end(of: member)
        let usageKind = self.kind(of: member, in: account, isHeavy: isHeavy)
        let duration =
            switch usageKind {
            case .voice: self.callDuration(isHeavy: isHeavy)
            case .wlan: self.hotspotDuration(of: member, isHeavy: isHeavy)
            case .data: self.random.below(3600) * second
            case .sms, .mms: 0
            }
        return Usage(self.random.uuid(), member.number, from: end - duration, to: end, usageKind)
    }

    /// Mostly anywhere in the cycle; also exactly when another record ended, around midnight of the 1st, and around the
    /// opening of a pack.
    private mutating func end(of member: Member) -> Instant {
        let any = self.cycle.start + self.random.below((self.cycle.end - self.cycle.start) / second) * second
        switch self.random.below(20) {
        case 0, 1: return self.lastEnd
        case 2:
            // The last of these belongs to the next cycle.
            return self.cycle.end - self.random.pick([1, 1000, second, 90 * second, 0])
        case 3: return self.cycle.start + self.random.pick([0, 1000, second, 61 * second])
        case 4:
            guard let pack = member.packs.first(where: { Month(of: $0.from) == self.cycle }) else { return any }
            return pack.from + self.random.pick([-second, 0, second])
        default:
            self.lastEnd = any + self.random.pick([0, 0, 0, 123_000, 123_456])
            return self.lastEnd
        }
    }

    /// Up to half of what a heavy user has.
    private mutating func hotspotDuration(of member: Member, isHeavy: Bool) -> Int {
        let hours = isHeavy ? (member.packs.compactMap { wlanPlans[$0.code]?.minutes }.max() ?? 3600) / 120 : 3
        return self.random.within(0...hours) * 3600 * second + self.random.below(3600) * second
    }

    private mutating func callDuration(isHeavy: Bool) -> Int {
        switch self.random.below(12) {
        case 0: return 0
        case 1: return self.random.pick([1, 59, 60, 61, 119, 120, 121]) * second
        case 2: return self.random.pick([400_000, 60 * second + 500_000, 59 * second + 999_999])
        case 3 where isHeavy: return self.random.within(60...300) * 60 * second + self.random.below(60) * second
        default: return self.random.within(1...(isHeavy ? 5400 : 900)) * second
        }
    }

    private mutating func kind(of member: Member, in account: Account, isHeavy: Bool) -> Usage.Kind {
        switch member.product {
        case .fixedLine, .broadband: return self.voice(of: member, in: account)
        case .dataCard: return self.data(of: member, isHeavy: isHeavy)
        case .mobile2g, .mobile3g:
            switch self.random.below(100) {
            case ..<55: return self.voice(of: member, in: account)
            case ..<75: return self.data(of: member, isHeavy: isHeavy)
            case ..<88: return .sms(to: self.correspondent(in: account))
            case ..<92: return .mms(to: self.correspondent(in: account))
            default:
                let bytes = self.random.chance(50) ? 0 : self.random.below(isHeavy ? 12 * GB : 200 * MB)
                return .wlan(isCampus: self.random.chance(60), bytes: bytes)
            }
        }
    }

    private mutating func voice(of member: Member, in account: Account) -> Usage.Kind {
        let direction: Direction = self.random.pick([
            .originating, .originating, .originating, .originating, .forwarded, .terminating,
        ])
        var place = Place.home
        if member.product != .fixedLine {
            place = self.random.pick([.home, .home, .home, .home, .home, .home, .home, .domestic, .international])
        }
        return .voice(direction, otherParty: self.otherParty(of: member, in: account), place)
    }

    private mutating func otherParty(of member: Member, in account: Account) -> String {
        switch self.random.below(20) {
        case ..<8:
            // Of the same account: in the private network, in the family, or neither.
            let others = account.members.filter {
                $0.number != member.number && [.fixedLine, .mobile2g, .mobile3g].contains($0.product)
            }
            guard !others.isEmpty else { return self.stranger() }
            let number = self.random.pick(others).number
            guard self.random.chance(10) else { return number }
            return "0086" + (number.hasPrefix("0") ? String(number.dropFirst()) : number)
        case ..<10: return self.random.pick(["110", "119", "120", "122", "10010"])
        case ..<12: return self.random.pick(["12590", "12580", "95588", "4008001234", "4006007000", "12530"])
        case 12: return self.random.pick(["00852", "00853", "00886"]) + "29881234"
        case 13: return self.random.pick(["0014155550100", "004930123456", "0081312345678"])
        case 14: return "0086" + self.random.pick(["13800138000", "1062228888"])
        default: return self.stranger()
        }
    }

    private mutating func stranger() -> String {
        self.random.pick(["01062228888", "13800138000", "19912345678", "02112345678", "13999990000"])
    }

    private mutating func correspondent(in account: Account) -> String {
        self.random.chance(15)
            ? self.random.pick(["0085298765432", "0014155550100", "008613800138000"]) : self.stranger()
    }

    private mutating func data(of member: Member, isHeavy: Bool) -> Usage.Kind {
        // About a third of what a heavy user has, so that a few records are enough.
        let packs = member.packs.compactMap { dataPlans[$0.code]?.bytes }.max() ?? 20 * MB
        let size: Int
        switch self.random.below(12) {
        case 0: size = 0
        case 1: size = self.random.pick([1, 1023, 1024, 1025, MB - 1, MB, MB + 1])
        case 2: size = packs - self.random.below(60 * MB)
        default: size = self.random.below(isHeavy ? packs / 2 : packs / 20)
        }
        let bytes = max(0, size)
        let uplink = self.random.below(bytes + 1)
        return .data(uplink: uplink, downlink: bytes - uplink)
    }

    /// More messages in an hour than may be sent.
    private mutating func burst(of member: Member) -> [Usage] {
        let start = self.cycle.start + self.random.within(1...25) * day
        return (0..<210).map { index in
            let sentAt = start + index * 15 * second
            return Usage(self.random.uuid(), member.number, from: sentAt, to: sentAt, .sms(to: "13800138000"))
        }
    }

    private mutating func spoil(_ record: inout Usage) {
        var isData = false
        if case .data = record.kind { isData = true }
        switch self.random.below(isData ? 6 : 4) {
        case 0: record.number = "13000000000"
        case 1: record.startedAt = record.endedAt + second
        case 2:
            record.startedAt += 90 * day
            record.endedAt += 90 * day
        case 3:
            record.startedAt -= 90 * day
            record.endedAt -= 90 * day
        case 4: record.kind = .data(uplink: -1, downlink: 10)
        default: record.kind = .data(uplink: 1 << 50, downlink: 0)
        }
    }
}
