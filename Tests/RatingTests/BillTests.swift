import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain
import RatingFixtures
import RatingModel
import SeededRandom
import Testing

@testable import Rating

/// Bills against the naive model: fees, usage in time and late, payments before and after.
@Suite("Bills come out as the model says")
struct BillTests {
    private static let month = RatingModel.Month(2026, 12)
    private static let now = time("2026-12-31T23:59:00+08:00")

    /// The model's accounts without what it calls otherwise than the catalogue.
    private static func accounts(_ seed: UInt64, _ count: Int) -> [RatingModel.Account] {
        var generator = RandomAccounts(seed: seed, first: Self.month)
        return generator.accounts(count).map { account in
            var account = account
            account.ledgers.removeAll { !$0.isPublic && !$0.subjects.isEmpty }
            return account
        }
    }

    /// An account is known before anything takes effect on it.
    private static func acknowledged(_ orders: [OrderEffective]) -> AccountOrderEvent {
        let first = orders.min { $0.effectiveAt < $1.effectiveAt } ?? orders[0]
        return .acknowledged(
            OrderAcknowledged(
                orderId: first.orderId, externalId: first.externalId, channel: "counter", action: "subscribe",
                customerId: "C", accountId: first.accountId, offer: first.offer, acknowledgedAt: first.effectiveAt,
                workOrders: []))
    }

    private func id(_ account: Int, _ ledger: Int) -> LedgerID {
        LedgerID(rawValue: UUID(uuid: (8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(account), 0, UInt8(ledger))))
    }

    @Test("40 accounts over three cycles, with usage that comes late", arguments: Array(1...3) as [UInt64])
    func random(seed: UInt64) async throws {
        let accounts = Self.accounts(seed, 40)
        var usage = RandomUsage(seed: seed, cycle: Self.month)
        let records = usage.records(4000, of: accounts)
        var random = SeededGenerator(seed: seed)
        let emptied = accounts.map { account in
            var account = account
            for index in account.ledgers.indices { account.ledgers[index].balance = 0 }
            return account
        }
        var model = RatingModel.Model(emptied)
        try await Office.open { office in
            for (index, account) in accounts.enumerated() {
                let orders = ModelOrders.orders(of: account, index)
                try await office.tell([Self.acknowledged(orders)], at: december(1))
                try await office.tell(orders.shuffled(using: &random))
            }
            var issued = try await office.passTime(to: december(1))
            for month in [Self.month.previous.previous, Self.month.previous] { model.bill(month) }
            try await self.open(accounts, office)
            try await self.pay(accounts, &model, office)
            for record in records { _ = model.receive(record, now: Int(Self.now.microseconds)) }
            let sent = records.shuffled(using: &random).map { UsageRecorded($0) }
            for start in stride(from: 0, to: sent.count, by: 500) {
                try await office.rate(Array(sent[start..<min(start + 500, sent.count)]), at: Self.now)
            }
            // What is still to be rated again is, before anything is billed.
            issued += try await office.passTime(to: time("2027-01-01T00:00:00+08:00"))
            model.bill(Self.month)
            try await self.compare(accounts, model, issued.bodies(BillIssued.self), office)
            #expect(try await office.audit() == [])
        }
    }

    private func open(_ accounts: [RatingModel.Account], _ office: Office) async throws {
        var ledgers: [(ledger: StoredLedger, agreement: String?)] = []
        for (index, account) in accounts.enumerated() {
            let row = try #require(try await office.pool.execute(FindAccount(accountId: account.id)).first)
            for (position, ledger) in account.ledgers.enumerated() where !ledger.isPublic {
                ledgers.append(
                    (
                        StoredLedger(
                            account: row.account.number,
                            ledger: RatingDomain.Ledger(
                                id: self.id(index, position), isPublic: false,
                                openedAt: Timestamp(microseconds: Int64(ledger.openedAt)),
                                serviceNumber: ledger.number,
                                expiresAt: ledger.expiresAt.map { Timestamp(microseconds: Int64($0)) })), "agreement"
                    ))
            }
        }
        let rows = ledgers
        _ = try await office.pool.execute(try InsertLedgers(rows))
    }

    private func pay(
        _ accounts: [RatingModel.Account], _ model: inout RatingModel.Model, _ office: Office
    ) async throws {
        for (index, account) in accounts.enumerated() {
            // Those for one number first: which lines the others pay depends on the subjects' names, which differ.
            let all = Array(account.ledgers.enumerated())
            let ledgers = all.filter { $0.element.number != nil } + all.filter { $0.element.number == nil }
            for (position, ledger) in ledgers where ledger.balance > 0 {
                let id = "\(account.id)/\(position)"
                let rejection = model.pay(
                    RatingModel.Payment(
                        id, to: account.id, ledger.balance, ledger: ledger.isPublic ? nil : ledger.id,
                        agreement: "agreement", at: Int(december(2).microseconds)))
                #expect(rejection == nil)
                let payment = PaymentReceived(
                    paymentId: id, accountId: account.id, amountMilliyuan: Milliyuan(Int64(ledger.balance)),
                    ledger: ledger.isPublic ? nil : self.id(index, position).description, agreementId: "agreement",
                    channel: "hall", receivedAt: december(2))
                let told = try await office.pay([payment, payment], at: december(2))
                #expect(told.bodies(LedgerCredited.self).count == 1 && told.bodies(PaymentRejected.self).isEmpty)
            }
        }
    }

    private func compare(
        _ accounts: [RatingModel.Account], _ model: RatingModel.Model, _ issued: [BillIssued], _ office: Office
    ) async throws {
        let bills = Dictionary(grouping: issued, by: \.accountId)
        for (index, account) in accounts.enumerated() {
            let row = try #require(try await office.pool.execute(FindAccount(accountId: account.id)).first)
            for month in [Self.month.previous.previous, Self.month.previous, Self.month] {
                let told = (bills[account.id] ?? []).filter { $0.cycle.description == month.description }
                let wanted = try #require(model.bills.first { $0.account == account.id && $0.cycle == month })
                #expect(
                    told.count == (wanted.lines.isEmpty && told.isEmpty ? 0 : 1), "each once: \(account.id) \(month)")
                guard let bill = told.first else { continue }
                let numbers = try await self.sums(of: row.account.number, bill.cycle, office)
                let expected = Dictionary(wanted.lines.map { ($0.number, $0.amount) }, uniquingKeysWith: +)
                #expect(numbers == expected.filter { $0.value != 0 }, "\(account.id) \(month)")
                #expect(Int(bill.totalMilliyuan.rawValue) == wanted.total)
                #expect(bill.subjects.reduce(.zero) { $0 + $1.amountMilliyuan } == bill.totalMilliyuan)
                #expect(Int(bill.outstandingMilliyuan.rawValue) == wanted.outstandingAtIssue, "\(account.id) \(month)")
            }
            let outstanding = try await office.pool.execute(FindBills(accountId: account.id, limit: 10))
                .reduce(.zero) { $0 + $1.outstanding }
            #expect(Int(outstanding.rawValue) == model.outstanding(account.id), "\(account.id)")
            let ledgers = try await office.pool.execute(LockLedgers(accounts: [row.account.number])).map(\.ledger)
            for (position, ledger) in (model.account(account.id)?.ledgers ?? []).enumerated() {
                let own = ledgers.first { ledger.isPublic ? $0.isPublic : $0.id == self.id(index, position) }
                #expect(Int(own?.balance.rawValue ?? -1) == ledger.balance, "\(account.id) \(ledger.id)")
            }
        }
    }

    private func sums(of account: Int64, _ cycle: BillingCycle, _ office: Office) async throws -> [String: Int] {
        let lines = try await office.pool.execute(FindBillLines(key: CycleKey(account: account, cycle: cycle)))
        return Dictionary(lines.map { ($0.serviceNumber, Int($0.amount.rawValue)) }, uniquingKeysWith: +)
            .filter { $0.value != 0 }
    }
}
