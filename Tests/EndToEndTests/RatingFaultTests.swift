import Contracts
import Foundation
import Postgres
import RatingFixtures
import RatingModel
import SeededRandom
import Testing

extension EndToEndTests {
    /// Two instances of Rating, killed again and again, against the naive model.
    @Suite(.serialized)
    struct RatingFaultTests {
        let system: RunningSystem
        let publisher: Publisher
        let clock: ClockControl

        init() async throws {
            self.system = try RunningSystem()
            try await self.system.untilReady()
            self.publisher = try Publisher(self.system)
            self.clock = ClockControl(system: self.system, publisher: self.publisher)
        }

        private static let accounts = 200
        private static let records = 50_000
        private static let kills = 20

        @Test("200 accounts with 50,000 records, shuffled and repeated, over two instances that are killed 20 times")
        func killed() async throws {
            var random = SeededGenerator(seed: 4)
            let now = try await self.clock.now()
            let month = RatingModel.Month(of: Int(now.microseconds)).next.next.next
            let run = "\(Int(now.microseconds / 1_000_000) % 100_000_000)"
            var generator = RandomAccounts(seed: UInt64(run) ?? 1, first: month)
            let accounts = generator.accounts(Self.accounts).map { $0.renamed(run) }
            var usage = RandomUsage(seed: 1, cycle: month)
            let records = usage.records(Self.records, of: accounts)
            var model = RatingModel.Model(accounts.map { $0.penniless })
            let ledgers = accounts.map { $0.ledgers.filter { $0.subjects.isEmpty } }

            try await self.publishOrders(of: accounts)
            let end = Timestamp(microseconds: Int64(month.end)).advanced(bySeconds: -60)
            try await self.clock.set(end, rate: 0)
            let database = Database(self.system)
            for earlier in [month.previous.previous, month.previous] { model.bill(earlier) }
            try await until("all accounts are billed for the cycles before", .seconds(300)) {
                try await database.execute(CountBills(run: run)).first == model.bills.filter { !$0.lines.isEmpty }.count
            }
            try await self.pay(accounts, ledgers, &model, run, database)
            for record in records { _ = model.receive(record, now: Int(end.microseconds)) }

            let sent = (records + records.filter { _ in random.next() % 10 == 0 }).shuffled(using: &random)
            let second = Instance(self.system)
            try second.start()
            defer { second.stop() }
            async let published: Void = self.publish(sent)
            for _ in 0..<Self.kills {
                try await Task.sleep(for: .milliseconds(500 + Int(random.next() % 1500)))
                if random.next() % 2 == 0 { try self.system.kill("rating") } else { try second.restart() }
            }
            try await published
            try await self.compare(accounts, model, month, run, database)
            #expect(try CommandLineTool.run("rating", "audit").status == 0)

            try await self.recompute(accounts, month, database)

            // The bill run, killed as often.
            model.bill(month)
            try await self.clock.set(Timestamp(microseconds: Int64(month.end)), rate: 0)
            for _ in 0..<Self.kills {
                try await Task.sleep(for: .milliseconds(50 + Int(random.next() % 400)))
                try self.system.kill("rating")
                try second.restart()
            }
            try await self.compareBills(accounts, model, month, run, database)
            #expect(try CommandLineTool.run("rating", "audit").status == 0)
            try await self.clock.set(try await self.clock.now(), rate: 1)
            await database.close()
        }

        /// Pays into the ledgers what the model's accounts have in theirs: into those for one number first, for which
        /// lines the others pay depends on the subjects' names, which differ.
        private func pay(
            _ accounts: [RatingModel.Account], _ ledgers: [[RatingModel.Ledger]], _ model: inout RatingModel.Model,
            _ run: String, _ database: Database
        ) async throws {
            let at = try await self.clock.now()
            var payments: [PaymentReceived] = []
            for (account, ledgers) in zip(accounts, ledgers) {
                for ledger in ledgers.filter({ !$0.isPublic }) + ledgers.filter(\.isPublic) where ledger.balance > 0 {
                    let expiry = ledger.expiresAt.map { Timestamp(microseconds: Int64($0)) }
                    if let expiry, expiry <= at { continue }
                    let isMember = ledger.number.map { account.member($0)?.isActive(at: Int(at.microseconds)) == true }
                    guard isMember != false else { continue }
                    let received = at.advanced(byMilliseconds: payments.count)
                    let id = "\(account.id)/\(payments.count)"
                    let rejection = model.pay(
                        RatingModel.Payment(
                            id, to: account.id, ledger.balance, ledger: ledger.isPublic ? nil : ledger.id,
                            agreement: "renewal", at: Int(received.microseconds)))
                    #expect(rejection == nil)
                    payments.append(
                        PaymentReceived(
                            paymentId: id, accountId: account.id, amountMilliyuan: Milliyuan(Int64(ledger.balance)),
                            agreementId: "renewal",
                            dedicatedTo: ledger.isPublic ? nil : .init(serviceNumber: ledger.number, expiresAt: expiry),
                            channel: "counter", receivedAt: received))
                }
            }
            try await self.publisher.publish(payments)
            let count = payments.count
            try await until("all payments are taken", .seconds(300)) {
                try await database.execute(CountPayments(run: run)).first == count
            }
        }

        /// The auditor's tool agrees with all of it, and finds what somebody has changed.
        private func recompute(
            _ accounts: [RatingModel.Account], _ month: RatingModel.Month, _ database: Database
        ) async throws {
            struct Result: Decodable {
                struct Difference: Decodable {
                    var accountId: String
                    var usageId: String?
                    var what: String
                    var stored: Int
                    var recomputed: Int
                }

                var records: Int
                var differences: [Difference]
            }
            func recompute(_ cycle: RatingModel.Month) throws -> Result {
                try CommandLineTool.json(
                    Result.self,
                    ["rating", "recompute", "--cycle", "\(cycle)"] + accounts.flatMap { ["--account", $0.id] })
            }
            for cycle in [month, month.next] {
                let result = try recompute(cycle)
                #expect(result.records > 0)
                for difference in result.differences.prefix(10) { Issue.record("\(difference)") }
            }
            let id = try #require(
                try await database.execute(PlantError(account: accounts[0].id, cycle: "\(month)-01")).first)
            let found = try recompute(month).differences
            #expect(found.map(\.usageId) == [id.text] && found.map(\.what) == ["chargeMilliyuan"])
            #expect(found.map { $0.stored - $0.recomputed } == [1])
            _ = try await database.execute(TakeBackError(id: id))
        }

        private func compareBills(
            _ accounts: [RatingModel.Account], _ model: RatingModel.Model, _ month: RatingModel.Month, _ run: String,
            _ database: Database
        ) async throws {
            let wanted = Dictionary(
                uniqueKeysWithValues: model.bills.filter { $0.cycle == month && !$0.lines.isEmpty }.map {
                    ($0.account, $0)
                })
            var bills: [String: FindBillsOfRun.Row] = [:]
            try await until("all accounts are billed", .seconds(300)) {
                let rows = try await database.execute(FindBillsOfRun(run: run, cycle: "\(month)-01"))
                bills = Dictionary(uniqueKeysWithValues: rows.map { ($0.account, $0) })
                return wanted.keys.allSatisfy { bills[$0] != nil }
            }
            let balances = try await database.execute(FindBalances(run: run))
            let byAccount = Dictionary(grouping: balances, by: \.account)
            for account in accounts {
                let (bill, expected) = (bills[account.id], wanted[account.id])
                #expect(bill.map { Int($0.total) } ?? 0 == expected?.total ?? 0, "\(account.id)")
                #expect(bill.map { Int($0.outstanding) } ?? 0 == expected?.outstandingAtIssue ?? 0, "\(account.id)")
                // Two of the model's that are alike are one here.
                let alike = Dictionary(grouping: model.account(account.id)?.ledgers ?? []) {
                    "\($0.isPublic) \($0.number ?? "") \($0.expiresAt ?? 0)"
                }
                let ledgers = alike.values.map { $0.reduce(0) { $0 + $1.balance } }.filter { $0 > 0 }.sorted()
                #expect(
                    (byAccount[account.id] ?? []).map { Int($0.balance) }.filter { $0 > 0 }.sorted() == ledgers,
                    "\(account.id)")
            }
        }

        private func publishOrders(of accounts: [RatingModel.Account]) async throws {
            for (index, account) in accounts.enumerated() {
                let orders = ModelOrders.orders(of: account, index).map { $0.unique() }
                guard let first = orders.min(by: { $0.effectiveAt < $1.effectiveAt }) else { continue }
                try await self.publisher.publish(events: [
                    OrderAcknowledged(
                        orderId: first.orderId, externalId: first.externalId, channel: "counter", action: "subscribe",
                        customerId: "C", accountId: account.id, offer: first.offer, acknowledgedAt: first.effectiveAt,
                        workOrders: [])
                ])
                try await self.publisher.publish(events: orders)
            }
            let database = Database(self.system)
            let numbers = Set(accounts.flatMap { $0.members.map(\.number) })
            try await until("all lines are known", .seconds(300)) {
                try await database.execute(CountLines(numbers: numbers.sorted())).first == numbers.count
            }
            await database.close()
        }

        private func publish(_ records: [RatingModel.Usage]) async throws {
            for start in stride(from: 0, to: records.count, by: 1000) {
                let part = records[start..<min(start + 1000, records.count)].map { UsageRecorded($0) }
                try await self.publisher.publish(part)
                try await Task.sleep(for: .milliseconds(200))
            }
        }

        private func compare(
            _ accounts: [RatingModel.Account], _ model: RatingModel.Model, _ month: RatingModel.Month, _ run: String,
            _ database: Database
        ) async throws {
            var expected: [UUID: Int] = [:]
            for account in accounts {
                for cycle in [month.previous, month, month.next] {
                    for rated in model.rating(account.id, cycle)?.rated ?? [] {
                        expected[try #require(UUID(text: rated.usage.id))] = rated.charge
                    }
                }
            }
            let wanted = expected
            var charges: [UUID: Int] = [:]
            do {
                try await until("every record costs what it has to", .seconds(300)) {
                    let waiting = try await database.execute(CountPending(run: run)).first ?? 1
                    guard waiting == 0 else { return false }
                    let rows = try await database.execute(FindCharges(run: run))
                    charges = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, Int($0.charge)) })
                    return charges == wanted
                }
            } catch {
                let wrong = Set(charges.keys).union(wanted.keys).filter { charges[$0] != wanted[$0] }
                for id in wrong.sorted(by: { $0.uuidString < $1.uuidString }).prefix(10) {
                    Issue.record("\(id): \(charges[id] ?? -1) instead of \(wanted[id] ?? -1); \(wrong.count) are wrong")
                }
                let whereabouts = try await database.execute(FindWhereabouts(ids: wrong.sorted()))
                Issue.record("\(whereabouts.joined(separator: "; "))")
                throw error
            }
        }
    }
}

/// Another process of Rating beside the one that runs.
private final class Instance {
    private let system: RunningSystem
    private var process: Process?

    init(_ system: RunningSystem) { self.system = system }

    func start() throws {
        let folder = try #require(self.system.runFolder)
        let process = Process()
        process.executableURL = URL(filePath: ".build/debug/Rating")
        process.environment = ProcessInfo.processInfo.environment.merging(
            [
                "HTTP_PORT": "0", "BUSINESS_CLOCK": "controlled", "KAFKA_SESSION_TIMEOUT_MS": "4000",
                "KAFKA_HEARTBEAT_INTERVAL_MS": "500",
            ]) { $1 }
        _ = FileManager.default.createFile(atPath: folder + "/log/rating-2.log", contents: nil)
        let log = try FileHandle(forWritingTo: URL(filePath: folder + "/log/rating-2.log"))
        process.standardOutput = log
        process.standardError = log
        try process.run()
        self.process = process
    }

    /// `kill -9`, and another.
    func restart() throws {
        self.stop()
        try self.start()
    }

    func stop() {
        guard let process, process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

extension RatingModel.Account {
    /// With an id and numbers of this run's own.
    fileprivate func renamed(_ run: String) -> RatingModel.Account {
        var account = self
        account.id = "R\(run)-\(self.id)"
        return account
    }

    /// Without what it has in its ledgers, and without those that are for subjects, which the model calls otherwise.
    fileprivate var penniless: RatingModel.Account {
        var account = self
        account.ledgers.removeAll { !$0.subjects.isEmpty }
        for index in account.ledgers.indices { account.ledgers[index].balance = 0 }
        return account
    }
}

extension OrderEffective {
    /// Other ids than those of other runs.
    fileprivate func unique() -> OrderEffective {
        func unique(_ id: UUID) -> UUID {
            var bytes = id.uuid
            (bytes.1, bytes.2, bytes.3, bytes.4) = RatingRun.bytes
            return UUID(uuid: bytes)
        }
        var order = self
        order.orderId = OrderID(rawValue: unique(order.orderId.rawValue))
        order.bundleId = BundleID(rawValue: unique(order.bundleId.rawValue))
        order.replaces = order.replaces.map { BundleID(rawValue: unique($0.rawValue)) }
        return order
    }
}

private enum RatingRun {
    static let bytes = {
        let number = UInt32.random(in: 0...UInt32.max)
        return (
            UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8),
            UInt8(truncatingIfNeeded: number >> 16), UInt8(truncatingIfNeeded: number >> 24)
        )
    }()
}
