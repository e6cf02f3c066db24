import SeededRandom

/// Random accounts: bundles of every kind with options and additional terminals, lines outside of bundles, packs that
/// stack, services, family groups, data cards, dedicated ledgers.
package struct RandomAccounts: Sendable {
    private var random: SeededGenerator
    /// The first cycle in which there is usage.
    private let first: Month

    package init(seed: UInt64, first: Month) {
        self.random = SeededGenerator(seed: seed)
        self.first = first
    }

    package mutating func accounts(_ count: Int) -> [Account] { (0..<count).map { self.account($0) } }

    private mutating func account(_ index: Int) -> Account {
        var account = self.random.chance(75) ? self.withBundle(index) : self.withoutBundle(index)
        for position in account.members.indices { self.addPacks(to: &account.members[position]) }
        for position in account.members.indices { self.addServices(to: &account.members[position]) }
        self.addDataCard(to: &account, index)
        self.addFamily(to: &account)
        self.addLedgers(to: &account)
        return account
    }

    private func number(_ index: Int, _ kind: Int, _ product: Product) -> String {
        let text = String(10_000_000 + index * 10 + kind)
        return switch product {
        case .fixedLine: "029" + text
        case .mobile2g: "131" + text
        case .mobile3g: "186" + text
        case .broadband: "029B" + text
        case .dataCard: "1470" + text
        }
    }

    private mutating func line(_ index: Int, _ kind: Int, _ product: Product) -> Member {
        let plan =
            switch product {
            case .fixedLine: "FX-STD"
            case .mobile2g: "2G-STD"
            case .mobile3g: self.random.pick(["3G-66", "3G-96", "3G-126", "3G-156"])
            case .broadband: "BB-STD"
            case .dataCard: ""
            }
        let start = self.first.previous.previous.start
        let plans = product == .dataCard ? [] : [Subscription(plan, from: start)]
        return Member(self.number(index, kind, product), product, activeFrom: start, plans: plans)
    }

    private mutating func withBundle(_ index: Int) -> Account {
        let code = self.random.pick(bundles.keys.sorted())
        var members: [Member] = []
        if code.contains("ENH") { members.append(self.line(index, 0, .broadband)) }
        // Enhanced B may lack the fixed line, basic B the 2G.
        let lacksFixedLine = code.contains("ENH-B") && self.random.chance(30)
        let lacks2G = code.contains("-B-") && !lacksFixedLine && self.random.chance(40)
        if !lacksFixedLine { members.append(self.line(index, 1, .fixedLine)) }
        if !lacks2G { members.append(self.line(index, 2, .mobile2g)) }
        if code.contains("-B-") {
            var member = self.line(index, 3, .mobile3g)
            if member.plans[0].code == "3G-66" { member.plans[0].code = "3G-96" }
            members.append(member)
        }
        var options: [String] = []
        if code.contains("ENH"), self.random.chance(30) {
            options.append(self.random.pick(["BB-SPEED-4M", "BB-SPEED-8M", "BB-STATIC-IP"]))
        }
        if self.random.chance(30) {
            options.append("TERMINAL-SHARED")
            members.append(self.line(index, 4, self.random.pick([.fixedLine, .mobile2g])))
        }
        if self.random.chance(30) {
            options.append("TERMINAL-VPN")
            members.append(self.line(index, 5, .mobile3g))
        }
        let numbers = members.map(\.number)
        let main = members.first { $0.product != .broadband }?.number ?? numbers[0]
        // Most are in force already, some from the second cycle on, some end with the first.
        let from = self.random.chance(20) ? self.first.next : self.first
        let until = from == self.first && self.random.chance(10) ? self.first.next : nil
        let bundle = Bundle(code, from: from, until: until, main: main, members: numbers, options: options)
        // A line of the account outside of its bundle.
        if self.random.chance(20) { members.append(self.line(index, 6, self.random.pick([.fixedLine, .mobile2g]))) }
        return Account("A\(10_000 + index)", members: members, bundles: [bundle])
    }

    private mutating func withoutBundle(_ index: Int) -> Account {
        let products: [Product] = self.random.pick([
            [.mobile2g], [.mobile3g], [.fixedLine], [.broadband, .fixedLine], [.mobile2g, .mobile2g, .mobile3g],
        ])
        var members: [Member] = []
        for (kind, product) in products.enumerated() { members.append(self.line(index, kind, product)) }
        // One comes in the middle of a cycle, or goes.
        if self.random.chance(20) {
            let moment = self.first.start + self.random.within(1...27) * day + self.random.below(day)
            members[0].activeFrom = moment
            members[0].plans[0].from = moment
        } else if self.random.chance(20) {
            let moment = self.first.start + self.random.within(1...27) * day
            members[0].activeUntil = moment
            members[0].plans[0].until = moment
        }
        return Account("A\(10_000 + index)", members: members)
    }

    /// An instant of the first cycle, or before it, at which the member is active.
    private mutating func opening(_ member: Member) -> Instant {
        let moment =
            self.random.chance(40)
            ? self.first.previous.start
            : self.first.start + self.random.within(0...27) * day + self.random.below(86_400) * second
        return max(member.activeFrom, min(moment, (member.activeUntil ?? .max) - day))
    }

    private mutating func addPacks(to member: inout Member) {
        guard [.mobile2g, .mobile3g].contains(member.product) else { return }
        if self.random.chance(60) {
            let code = self.random.pick(["GPRS-3", "GPRS-5", "GPRS-10", "GPRS-20", "GPRS-50", "GPRS-100", "GPRS-200"])
            let opening = self.opening(member)
            if self.random.chance(15), member.activeUntil == nil {
                // Changed with the next 1st.
                member.packs.append(Subscription(code, from: opening, until: self.first.end))
                member.packs.append(Subscription("GPRS-20", from: self.first.end))
            } else {
                member.packs.append(Subscription(code, from: opening))
            }
        }
        // A gift of a month (CAT-11) stacks.
        let gift = self.random.pick(["GPRS-10", "GPRS-20"])
        if self.random.chance(15), !member.packs.contains(where: { $0.code == gift }) {
            member.packs.append(Subscription(gift, from: self.opening(member), until: self.first.end))
        }
        if self.random.chance(20) {
            member.packs.append(
                Subscription(self.random.pick(["WLAN-10", "WLAN-20", "WLAN-40"]), from: self.opening(member)))
        }
        for _ in 0..<self.random.below(3) where self.random.chance(50) {
            let pack = Subscription(self.random.pick(["SMS-3", "SMS-6", "SMS-10"]), from: self.opening(member))
            // The model tells packs by their codes and openings.
            if !member.packs.contains(pack) { member.packs.append(pack) }
        }
    }

    private mutating func addServices(to member: inout Member) {
        let codes: [String] =
            switch member.product {
            case .fixedLine: ["callerId", "groupRingback"]
            case .mobile2g: serviceFees.keys.sorted()
            case .mobile3g: serviceFees.keys.sorted().filter { !$0.hasPrefix("carFriend") }
            case .broadband, .dataCard: []
            }
        guard !codes.isEmpty else { return }
        for _ in 0..<self.random.below(4) {
            let code = self.random.pick(codes)
            guard !member.services.contains(where: { $0.code == code }) else { continue }
            let from = self.opening(member)
            let until = self.random.chance(20) ? from + self.random.within(1...40) * day : nil
            member.services.append(Subscription(code, from: from, until: until))
        }
    }

    private mutating func addDataCard(to account: inout Account, _ index: Int) {
        guard self.random.chance(25),
            let payer = account.members.first(where: { [.mobile2g, .mobile3g].contains($0.product) })
        else { return }
        let opening = self.opening(payer)
        let plan = self.random.pick(["G3-50", "G3-100", "G3-200", "G3-300"])
        account.members.append(
            Member(
                self.number(index, 9, .dataCard), .dataCard, activeFrom: opening,
                packs: [Subscription(plan, from: opening)], boundTo: payer.number))
    }

    private mutating func addFamily(to account: inout Account) {
        let mobiles = account.members.filter { [.mobile2g, .mobile3g].contains($0.product) }.map(\.number)
        // Nobody founds a family with a line that ends.
        guard mobiles.count >= 2, account.members.allSatisfy({ $0.activeUntil == nil }), self.random.chance(60) else {
            return
        }
        let any = self.random.chance(50) ? self.first.previous.start : self.first.start + self.random.below(20) * day
        let from = max(any, account.members.map(\.activeFrom).max() ?? any)
        account.families.append(Family(main: mobiles[0], secondaries: Array(mobiles.dropFirst().prefix(3)), from: from))
    }

    private mutating func addLedgers(to account: inout Account) {
        for number in 0..<self.random.below(4) {
            let member = self.random.chance(60) ? self.random.pick(account.members).number : nil
            let subject = self.random.pick(["Communication", "Value-added services", "Wo Business"])
            account.ledgers.append(
                Ledger(
                    "\(account.id)/\(number)", openedAt: self.first.start - self.random.below(90) * day,
                    number: member, subjects: member == nil || self.random.chance(20) ? [[subject]] : [],
                    expiresAt: self.random.chance(50) ? self.first.end + self.random.within(-1...60) * day : nil,
                    balance: self.random.within(0...200) * 1000 + self.random.below(1000)))
        }
        account.ledgers[0].balance = self.random.chance(50) ? self.random.within(0...600) * 1000 : 0
    }
}
