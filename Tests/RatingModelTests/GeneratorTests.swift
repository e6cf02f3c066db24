import RatingModel
import SeededRandom
import Testing

@Suite("Random accounts and usage")
struct GeneratorTests {
    private static let now = at(31, 23, 59)

    private func world(_ seed: UInt64, accounts: Int, records: Int) -> ([Account], [Usage]) {
        var generator = RandomAccounts(seed: seed, first: december)
        let accounts = generator.accounts(accounts)
        var usage = RandomUsage(seed: seed, cycle: december)
        return (accounts, usage.records(records, of: accounts))
    }

    @Test("50,000 records of 200 accounts come to the end of everything, and every rule is used")
    func coverage() {
        let (accounts, records) = self.world(1, accounts: 200, records: 50_000)
        #expect(records.count == 50_000 && Set(records.map(\.id)).count == 50_000)
        #expect(Set(accounts.flatMap(\.members).map(\.number)).count == accounts.flatMap(\.members).count)
        var model = Model(accounts)
        var rejections: [Rejection: Int] = [:]
        for record in records {
            if let rejection = model.receive(record, now: Self.now) { rejections[rejection, default: 0] += 1 }
        }
        let expected: Set<Rejection> = [
            .unknownNumber, .inactiveMember, .endBeforeStart, .endInFuture, .tooOld, .negativeVolume, .absurdVolume,
        ]
        #expect(Set(rejections.keys) == expected, "\(rejections)")

        let ratings = accounts.compactMap { model.rating($0.id, december) }
        let lines = ratings.flatMap(\.rated).flatMap(\.lines)
        #expect(
            Set(lines.map(\.rule)).isSuperset(of: [
                "free", "roaming", "abroad", "informationFee", "domesticCall", "allowance", "dataWithoutPlan",
                "dataOverage", "wlanOverage", "sms", "smsAbroad", "mms",
            ]))
        let split = ratings.flatMap(\.rated).filter {
            $0.lines.count > 1 && $0.lines.contains { $0.rule == "domesticCall" }
        }
        #expect(split.count > 50)
        let allowances = Set(lines.compactMap(\.allowance?.name))
        let names = ["shared", "privateNetwork", "family", "3G-96 minutes", "3G-96 bytes", "G3-50", "G3-300", "SMS-3"]
        #expect(allowances.isSuperset(of: names), "\(allowances.sorted())")
        // A record that goes on after an allowance has come to its end.
        let exhausted = Set(ratings.flatMap(\.rated).flatMap { $0.lines.dropLast() }.compactMap(\.allowance?.name))
        let toTheEnd = [
            "shared", "privateNetwork", "family", "3G-66 minutes", "3G-66 bytes", "3G-156 minutes", "3G-156 bytes",
            "G3-50", "G3-100", "G3-200", "G3-300", "GPRS-3", "GPRS-20", "GPRS-200", "WLAN-10", "WLAN-20", "WLAN-40",
        ]
        #expect(Set(toTheEnd).subtracting(exhausted) == [])
        let notices = ratings.flatMap(\.notices)
        for threshold in [0, 5 * MB, 20 * MB, 50 * MB] {
            #expect(notices.contains { if case .threshold(_, threshold) = $0 { true } else { false } })
        }
        for kind in ["data", "wlan"] {
            #expect(notices.contains { if case .chargeCap(_, kind) = $0 { true } else { false } })
            #expect(notices.contains { if case .volumeCap(_, kind) = $0 { true } else { false } })
        }
        let ties = Dictionary(grouping: records, by: \.endedAt).values.filter { $0.count > 1 }
        #expect(ties.count > 500)
        #expect(
            records.contains { Month(of: $0.endedAt) == january }
                && records.contains { $0.endedAt == january.start - 1 })
        let bursts = Dictionary(grouping: records, by: \.number).values.filter { firstMessageBeyondLimits($0) != nil }
        #expect(!bursts.isEmpty)
    }

    @Test("The order of arrival and repetition change nothing", arguments: 1...5)
    func order(seed: UInt64) {
        let (accounts, records) = self.world(seed, accounts: 10, records: 1500)
        var (straight, shuffled) = (Model(accounts), Model(accounts))
        for record in records { _ = straight.receive(record, now: Self.now) }
        var random = SeededGenerator(seed: seed)
        for record in (records + records.prefix(300)).shuffled(using: &random) {
            _ = shuffled.receive(record, now: Self.now)
        }
        for account in accounts {
            let (left, right) = (straight.rating(account.id, december), shuffled.rating(account.id, december))
            #expect(left?.rated == right?.rated && left?.notices == right?.notices && left?.used == right?.used)
        }
    }

    @Test("The same seed gives the same, another one something else")
    func seeds() {
        let (first, second, other) = (
            self.world(7, accounts: 5, records: 200), self.world(7, accounts: 5, records: 200),
            self.world(8, accounts: 5, records: 200)
        )
        #expect(first == second && first.1 != other.1 && first.0 != other.0)
    }

    @Test("Sums agree to the milliyuan: lines, subjects, total, debits and what is outstanding", arguments: 1...5)
    func sums(seed: UInt64) {
        let (accounts, records) = self.world(seed, accounts: 20, records: 3000)
        var model = Model(accounts)
        for record in records { _ = model.receive(record, now: Self.now) }
        model.bill(december)
        // Some comes late.
        var late = RandomUsage(seed: seed + 100, cycle: december)
        for record in late.records(300, of: accounts) { _ = model.receive(record, now: january.start + day) }
        model.bill(january)
        #expect(model.bills.count == 40)
        for bill in model.bills {
            let roots = bill.tree.filter { $0.key.count == 1 }.reduce(0) { $0 + $1.value }
            let leaves = bill.tree.filter { $0.key.count == 3 }.reduce(0) { $0 + $1.value }
            #expect(bill.total == roots && bill.total == leaves && bill.total >= 0)
            #expect(bill.total == bill.debits.values.reduce(0, +) + bill.outstandingAtIssue)
        }
        for account in accounts {
            let paid = model.bills.filter { $0.account == account.id }.flatMap(\.debits.values).reduce(0, +)
            let held = model.account(account.id)?.ledgers.reduce(0) { $0 + $1.balance }
            #expect(account.ledgers.reduce(0) { $0 + $1.balance } == paid + (held ?? 0))
            #expect(model.account(account.id)?.ledgers.allSatisfy { $0.balance >= 0 } == true)
        }
        let charges = accounts.reduce(0) { $0 + (model.rating($1.id, december)?.charge ?? 0) }
        let billed = model.bills.flatMap(\.lines).filter { $0.subject.levels[2] != "Monthly fee" }
            .filter { $0.subject.levels[2] != "Monthly supplementary charge" }
        let january = accounts.reduce(0) { $0 + (model.rating($1.id, RatingModelTests.january)?.charge ?? 0) }
        #expect(billed.reduce(0) { $0 + $1.amount } == charges + january, "every charge is billed once")
    }
}
