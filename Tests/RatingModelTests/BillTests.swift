import RatingModel
import Testing

@Suite("Bills and ledgers in the model")
struct BillTests {
    private func bill(_ account: Account, _ records: [Usage] = []) -> (Model, Bill?) {
        var model = Model([account])
        for record in records { #expect(model.receive(record, now: at(28)) == nil) }
        model.bill(december)
        model.bill(december)
        #expect(model.bills.count == 1, "never twice")
        return (model, model.bills.first)
    }

    @Test(
        "CAT-66, CAT-67: plan B's fee is 90 % of plan A's, and with the 3G plan not below it",
        arguments: [
            ("WB-BASIC-B-88", "WB-BASIC-A-88"), ("WB-BASIC-B-288", "WB-BASIC-A-288"), ("WB-ENH-B-488", "WB-ENH-A-488"),
        ])
    func planB(code: String, planA: String) throws {
        let (b, a) = (try #require(bundles[code]), try #require(bundles[planA]))
        #expect(b.fee * 10 == a.fee * 9 && b.floor == a.fee)
        #expect(bundleFee(b, planFee3G: 96_000) == b.fee)
        #expect(bundleFee(b, planFee3G: 1_000) == max(b.fee, a.fee - 1_000), "the floor")
    }

    @Test("The monthly fees of a bundle: its own, the 3G plan's, options; what it gives is free")
    func fees() throws {
        var account = bundleAccount(options: ["BB-SPEED-4M"])
        account.members[1].services = [.init("callerId", from: 0), .init("groupRingback", from: 0)]
        account.members[2].services = [.init("callerAlert", from: at(20)), .init("ringback", from: 0, until: at(2))]
        account.members[3].services = [.init("ringback", from: 0), .init("groupRingback", from: 0)]
        let (_, bill) = self.bill(account)
        #expect(bill?.total == 259_200 + 96_000 + 20_000 + 3_000 + 5_000 + 5_000)
        #expect(bill?.tree[["Value-added services"]] == 13_000)
        let before = Account(
            "A1",
            members: account.members.map { member in
                var member = member
                member.services = []
                return member
            })
        #expect(monthlyFees(of: before, in: december).map(\.amount).sorted() == [20_000, 96_000, 98_000])
    }

    @Test("RAT-37, RAT-03: G3 is a subject of three levels, charged to the number to which the card is bound")
    func notebook() {
        let account = Account(
            "A1",
            members: [
                Member(mobile, .mobile2g, plans: [.init("2G-STD", from: 0)]),
                Member("14700000001", .dataCard, packs: [.init("G3-50", from: at(20))], boundTo: mobile),
            ])
        let (_, bill) = self.bill(account, [data("1", "14700000001", 502 * MB, at: at(21))])
        #expect(bill?.tree[["Value-added services", "G3 notebook"]] == 52_000)
        #expect(bill?.tree[["Value-added services", "G3 notebook", "Monthly fee"]] == 50_000)
        #expect(bill?.tree[["Value-added services", "G3 notebook", "Overage"]] == 2_000)
        #expect(bill?.lines.allSatisfy { $0.number == mobile } == true)
    }

    @Test("RAT-25: the family fee is on the main number")
    func family() {
        var account = single()
        account.members.append(Member("13109160009", .mobile2g, plans: [.init("2G-STD", from: 0)]))
        account.families = [Family(main: mobile, secondaries: ["13109160009"], from: at(20))]
        let (_, bill) = self.bill(account)
        #expect(bill?.lines.map(\.amount) == [5000] && bill?.lines.first?.number == mobile)
    }

    @Test("RAT-28 to RAT-30: dedicated ledgers pay first, earliest expiry, then oldest; then the public one")
    func ledgers() {
        let ledgers = [
            Ledger("old", openedAt: 1, number: mobile3g, balance: 40_000),
            Ledger("soon", openedAt: 2, number: mobile3g, expiresAt: at(31) + 5 * day, balance: 20_000),
            Ledger("expired", openedAt: 0, number: mobile3g, expiresAt: at(31), balance: 70_000),
            Ledger("older", openedAt: 0, number: mobile3g, balance: 60_000),
            Ledger("other", openedAt: 0, number: fixed, balance: 500_000),
            Ledger("bundle", openedAt: 0, subjects: [["Wo Business"]], balance: 9_200),
        ]
        var account = bundleAccount(ledgers: ledgers)
        account.ledgers[0].balance = 100_000
        let (model, bill) = self.bill(account)
        // 96,000 for the 3G plan, 259,200 for the bundle.
        #expect(bill?.debits == ["soon": 20_000, "older": 60_000, "old": 16_000, "bundle": 9_200, "public": 100_000])
        #expect(bill?.outstandingAtIssue == 150_000)
        #expect(model.outstanding("A1") == bill?.outstandingAtIssue)
        #expect(model.account("A1")?.ledgers.first { $0.id == "other" }?.balance == 500_000)
    }

    @Test("RAT-32, RAT-33: any number can be paid to; a dedicated ledger only with its agreement")
    func payments() {
        var (model, bill) = self.bill(bundleAccount(ledgers: [Ledger("d", openedAt: 0, number: mobile3g)]))
        #expect(bill?.outstandingAtIssue == 355_200)
        #expect(model.pay(Payment("1", to: "99", 1, at: at(31))) == .unknownAccount)
        #expect(model.pay(Payment("1", to: "A1", 0, at: at(31))) == .amountNotAboveZero)
        #expect(model.pay(Payment("1", to: "A1", 1, ledger: "x", at: at(31))) == .unknownLedger)
        #expect(model.pay(Payment("1", to: "A1", 1, ledger: "d", at: at(31))) == .agreementNeeded)
        #expect(model.pay(Payment("1", to: fixed, 100_000, at: january.start)) == nil)
        #expect(model.pay(Payment("1", to: fixed, 100_000, at: january.start)) == nil, "once")
        #expect(model.outstanding("A1") == 255_200)
        #expect(model.pay(Payment("2", to: "A1", 100_000, ledger: "d", agreement: "G", at: january.start)) == nil)
        // The 3G plan's fee was paid by the public ledger first, in the bill's order, so there is little left for it.
        let unpaid3G = model.bills[0].lines.filter { $0.number == mobile3g }.reduce(0) { $0 + $1.unpaid }
        #expect(unpaid3G == 0)
        #expect(model.pay(Payment("3", to: "A1", 400_000, at: january.start)) == nil)
        #expect(model.outstanding("A1") == 0)
        let held = model.account("A1")?.ledgers.reduce(0) { $0 + $1.balance }
        #expect(held == 600_000 - 355_200)
        bill = nil
    }

    @Test(
        "PRO-24, G-35: overdue after the month of issue, suspended a month later: fixed line, broadband and 2G together"
    )
    func creditControl() {
        var (model, _) = self.bill(bundleAccount())
        #expect(!model.isOverdue("A1", at: january.end - 1) && model.isOverdue("A1", at: january.end))
        #expect(model.suspended("A1", at: january.next.end - 1) == [])
        #expect(model.suspended("A1", at: january.next.end) == ["029B0001", fixed, mobile])
        #expect(model.pay(Payment("1", to: "A1", 355_199, at: january.next.end)) == nil)
        #expect(model.suspended("A1", at: january.next.end).count == 3)
        #expect(model.pay(Payment("2", to: "A1", 1, at: january.next.end)) == nil)
        #expect(model.suspended("A1", at: january.next.end) == [])
    }

    @Test("Late usage of a billed cycle is a line on the next bill; a billed record never changes")
    func late() {
        let account = bundleAccount("WB-BASIC-A-88")
        var (model, bill) = self.bill(account, [call("2", fixed, to: stranger, minutes: 299, at: at(20))])
        let before = bill?.lines
        let earlier = call("1", fixed, to: stranger, minutes: 3, at: at(3))
        #expect(model.receive(earlier, now: january.start + day) == nil)
        #expect(model.rating("A1", december)?.charge("2") == 0 && model.rating("A1", december)?.charge("1") == 300)
        model.bill(january)
        #expect(model.bills[0].lines.map(\.amount) == before?.map(\.amount))
        #expect(model.bills[1].tree[["Previous cycle"]] == 300)
        model.bill(january.next)
        #expect(model.bills[2].tree[["Previous cycle"]] == nil, "once")
        #expect(model.receive(call("0", fixed, to: stranger, at: at(3)), now: january.end) == .tooOld)
        bill = nil
    }

    @Test("Refunds: a record at most once, never above twice its charge; the next bill has the credit")
    func adjustments() {
        var (model, _) = self.bill(single([.init("GPRS-3", from: 0)]), [data("1", mobile, 30 * MB, at: at(3))])
        func adjust(_ id: String, _ usageIds: [String], _ amount: Int, _ rule: Adjustment.Rule) -> AdjustmentRejection?
        {
            model.adjust(Adjustment(id, "A1", number: mobile, usageIds: usageIds, amount, rule))
        }
        #expect(model.bills[0].total == 13_000)
        #expect(adjust("a", ["1"], 10_001, .single) == .aboveCharge)
        #expect(adjust("a", ["1"], 20_001, .double) == .aboveCharge)
        #expect(adjust("a", ["2"], 1, .single) == .unknownUsage)
        #expect(adjust("a", ["1"], -1, .single) == .amountNotAboveZero)
        #expect(adjust("a", ["1"], 4_000, .double) == nil && adjust("a", ["1"], 4_000, .double) == nil)
        #expect(adjust("b", ["1"], 1, .single) == .refundedBefore)
        model.bill(january)
        #expect(model.bills[1].total == 0 && model.bills[1].tree[["Adjustments"]] == -3_000, "no bill below zero")
        model.bill(january.next)
        #expect(model.bills[2].total == 2_000)
    }

    @Test("ORD-86: a member that leaves takes the balance of its dedicated ledgers")
    func leaving() {
        var model = Model([
            bundleAccount(ledgers: [Ledger("d", openedAt: 0, number: mobile3g, balance: 7)]),
            Account("A2", members: []),
        ])
        model.moveLedgers(of: mobile3g, from: "A1", to: "A2")
        #expect(model.account("A1")?.ledgers.map(\.balance) == [0, 0] && model.account("A2")?.ledgers[0].balance == 7)
    }

    @Test("NTF-21, G-20: a high bill is above three times the mean of three bills, and 200 yuan at least")
    func highBill() {
        #expect(isHighBill(300_001, lastBills: [100_000, 100_000, 100_000]))
        #expect(!isHighBill(300_000, lastBills: [100_000, 100_000, 100_000]))
        #expect(!isHighBill(199_999, lastBills: [1, 1, 1]) && isHighBill(200_000, lastBills: [9, 1, 1, 1]))
        #expect(!isHighBill(900_000, lastBills: [1, 1]))
    }
}
