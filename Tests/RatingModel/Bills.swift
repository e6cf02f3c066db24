/// An amount on a bill, for one number where it concerns one.
package struct BillLine: Hashable, Sendable {
    package var subject: Subject
    package var number: String
    /// Negative for a credit.
    package var amount: Int
    /// What no ledger has paid yet.
    package var unpaid: Int

    init(_ subject: Subject, _ number: String, _ amount: Int) {
        self.subject = subject
        self.number = number
        self.amount = amount
        self.unpaid = 0
    }
}

package struct Bill: Sendable {
    package var account: String
    package var cycle: Month
    package var issuedAt: Instant
    package var lines: [BillLine]
    /// What each ledger paid when the bill was issued.
    package var debits: [String: Int]
    /// What none paid then.
    package var outstandingAtIssue: Int

    package var total: Int { self.lines.reduce(0) { $0 + $1.amount } }
    package var unpaid: Int { self.lines.reduce(0) { $0 + $1.unpaid } }
    package var dueAt: Instant { Month(of: self.issuedAt).end }

    /// The sums of the three levels: each path of one, two or three names.
    package var tree: [[String]: Int] {
        var sums: [[String]: Int] = [:]
        for line in self.lines {
            for depth in 1...3 { sums[Array(line.subject.levels.prefix(depth)), default: 0] += line.amount }
        }
        return sums
    }
}

/// Whether a monthly fee is charged: in force on the 1st, or opens in the cycle. What ends in a cycle is paid for the
/// whole of it (G-07).
private func isCharged(_ subscription: Subscription, of member: Member?, in cycle: Month) -> Bool {
    let first = max(cycle.start, subscription.from)
    let opens = subscription.from >= cycle.start && subscription.from < cycle.end
    let isActive = member?.isActive(at: first) ?? true
    return (opens || subscription.isInForce(at: cycle.start)) && isActive
}

/// The bundle's fee: plan B's discount and floor (CAT-66, CAT-67). The floor never binds in the shipped tiers; where it
/// would, the fee is raised to it.
package func bundleFee(_ tariff: BundleTariff, planFee3G: Int) -> Int {
    guard let floor = tariff.floor else { return tariff.fee }
    return max(tariff.fee, floor - planFee3G)
}

/// The monthly fees of an account for a cycle.
package func monthlyFees(of account: Account, in cycle: Month) -> [BillLine] {
    var lines: [BillLine] = []
    let bundle = account.bundle(in: cycle)
    if let bundle, let tariff = bundles[bundle.code] {
        let member3G = account.members.first { $0.product == .mobile3g && bundle.members.contains($0.number) }
        let plan = member3G?.plans.first { $0.isInForce(at: cycle.start) }
        let planFee = plan.flatMap { linePlans[$0.code]?.fee } ?? 0
        // The bundle's charge is on the main number (RAT-39).
        lines.append(BillLine(.bundleFee, bundle.main, bundleFee(tariff, planFee3G: planFee)))
        for option in bundle.options {
            // A terminal for the network alone pays for itself (CAT-70); it is the last 3G line of the bundle.
            let terminal = bundle.members.last { account.member($0)?.product == .mobile3g }
            let payer = option == "TERMINAL-VPN" ? terminal ?? bundle.main : bundle.main
            lines.append(BillLine(.optionFee, payer, optionFees[option] ?? 0))
        }
    }
    for member in account.members {
        let isInBundle = bundle?.members.contains(member.number) == true
        for plan in member.plans where isCharged(plan, of: member, in: cycle) {
            if isInBundle && member.product != .mobile3g { continue }
            lines.append(BillLine(.planFee, member.number, linePlans[plan.code]?.fee ?? 0))
        }
        for pack in member.packs where isCharged(pack, of: member, in: cycle) {
            lines.append(packFee(pack, of: member, in: cycle))
        }
        lines += serviceFees(of: member, in: cycle, bundle: isInBundle ? bundle : nil)
    }
    for family in account.families
    where isCharged(family.subscription, of: account.member(family.main), in: cycle) {
        lines.append(BillLine(.familyFee, family.main, familyFee))
    }
    return lines.filter { $0.amount != 0 }
}

private func packFee(_ pack: Subscription, of member: Member, in cycle: Month) -> BillLine {
    if let plan = dataPlans[pack.code] {
        // A fee of whole yuan has no half milliyuan.
        let fee = plan.halfMonth && opensInSecondHalf(pack, of: cycle) ? plan.fee / 2 : plan.fee
        // The number to which a card is bound pays for it (RAT-03).
        return member.product == .dataCard
            ? BillLine(.g3Fee, member.boundTo ?? member.number, fee) : BillLine(.dataFee, member.number, fee)
    }
    if let plan = wlanPlans[pack.code] { return BillLine(.wlanFee, member.number, plan.fee) }
    return BillLine(.messageFee, member.number, messagePacks[pack.code]?.fee ?? 0)
}

/// A service is paid for once a cycle, however often it is opened. What the bundle gives is free for fixed line and 2G;
/// the group's ring-back tone is free for who pays for a ring-back tone (CAT-38).
private func serviceFees(of member: Member, in cycle: Month, bundle: Bundle?) -> [BillLine] {
    var codes = Set(member.services.filter { isCharged($0, of: member, in: cycle) }.map(\.code))
    if let bundle, [.fixedLine, .mobile2g].contains(member.product) {
        codes.subtract(bundles[bundle.code]?.servicesIncluded ?? [])
    }
    if codes.contains("ringback") { codes.remove("groupRingback") }
    return codes.sorted().map {
        BillLine(Subject("Value-added services", $0, "Monthly fee"), member.number, serviceFees[$0] ?? 0)
    }
}

/// The usage charges of a cycle, by subject and number; of a data card under the number that pays for it.
package func usageLines(_ rated: [Rated], of account: Account) -> [BillLine] {
    var sums: [Subject: [String: Int]] = [:]
    for record in rated {
        let payer = account.member(record.usage.number)?.boundTo ?? record.usage.number
        for line in record.lines { sums[line.subject, default: [:]][payer, default: 0] += line.charge }
    }
    return sums.flatMap { subject, numbers in numbers.map { BillLine(subject, $0.key, $0.value) } }
        .filter { $0.amount != 0 }
}
