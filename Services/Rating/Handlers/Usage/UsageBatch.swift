import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

/// A batch of usage records on its way to its results, in one transaction that locks what it counts in: whatever comes,
/// twice or late, of lines that have just moved.
struct UsageBatch {
    /// A code beside the domain's: the id has been used for another record.
    static let otherContent = "DUPLICATE_USAGE_ID"

    private let batch: [Message<UsageRecorded>]
    private let context: HandlingContext
    private let window: UsageWindow
    private let results: RatedEvents
    private var items: [UsageItem] = []
    private(set) var lockedCycles: [StoredCycle] = []
    private var known: [UUID: FindUsageContents.Row] = [:]
    private var handled = Handled()
    private var rejections: [UsageRejection] = []
    private var rated: [(item: UsageItem, rated: RatedUsage)] = []
    /// Records whose line seems to be another account's by now.
    private var homeless: [(item: UsageItem, refusal: UsageRefusal)] = []
    private var faults: [Int64: TermsFault] = [:]

    init(
        _ batch: [Message<UsageRecorded>], window: UsageWindow, results: RatedEvents, _ context: HandlingContext
    ) {
        self.batch = batch
        self.results = results
        self.context = context
        self.window = window
    }

    /// Finds whose the records are; refuses those that nobody's could be.
    mutating func findAccounts() async throws {
        var plausible: [(position: Int, record: UsageRecord, frame: CycleFrame)] = []
        for (position, message) in self.batch.enumerated() {
            let record = UsageRecord(message.body)
            do throws(UsageRefusal) {
                plausible.append((position, record, try self.window.frame(of: record)))
            } catch {
                self.reject(position, error.code.rawValue, error.message)
            }
        }
        let numbers = Set(plausible.map(\.record.serviceNumber)).sorted()
        let owners = Dictionary(
            grouping: try await self.context.transaction.execute(FindLineAccounts(numbers: numbers)),
            by: \.serviceNumber)
        for (position, record, frame) in plausible {
            guard let account = Self.account(of: record, owners[record.serviceNumber] ?? []) else {
                self.rejectUnowned(position, record, isKnown: owners[record.serviceNumber] != nil)
                continue
            }
            self.items.append(UsageItem(position, record, of: account, frame))
        }
    }

    private static func account(of record: UsageRecord, _ owners: [FindLineAccounts.Row]) -> Int64? {
        owners.first { $0.span.contains(record.endedAt) }?.account
    }

    private mutating func rejectUnowned(_ position: Int, _ record: UsageRecord, isKnown: Bool) {
        let number = record.serviceNumber
        if isKnown {
            let text = "serviceNumber \(number) is of no account at endedAt \(record.endedAt.rfc3339(offsetSeconds: 0))"
            self.reject(position, UsageRefusal.Code.memberInactive.rawValue, text)
        } else {
            let text = "serviceNumber \(number) is no member of an account"
            self.reject(position, UsageRefusal.Code.unknownNumber.rawValue, text)
        }
    }

    private mutating func reject(_ position: Int, _ code: String, _ text: String, accountId: String? = nil) {
        let message = self.batch[position]
        let rejected = UsageRejected(
            usageId: message.body.usageId, code: code, message: text, serviceNumber: message.body.serviceNumber,
            accountId: accountId, rejectedAt: self.context.now)
        self.handled.send(rejected, causedBy: message.cause)
        self.handled.count("rating.usage.rejected", [("code", code)])
        self.rejections.append(
            UsageRejection(
                record: message.body, accountId: accountId, code: code, message: text, rejectedAt: self.context.now))
    }

    /// Locks what the records are counted in, until the transaction ends.
    mutating func lockCycles(catalogueVersion: String) async throws {
        guard !self.items.isEmpty else { return }
        let keys = Set(self.items.map(\.key)).sorted()
        let (_, locked) = try await self.context.transaction.execute(
            together: OpenUsageCycles(cycles: Set(keys.map(\.cycle)).sorted()), LockCycles(keys: keys))
        self.lockedCycles = locked
        if locked.count < keys.count {
            let missing = Set(keys).subtracting(locked.map(\.key)).sorted()
            let (_, all) = try await self.context.transaction.execute(
                together: InsertCycles(keys: missing, catalogueVersion: catalogueVersion), LockCycles(keys: keys))
            self.lockedCycles = all
        }
        // Under the locks: what another transaction has rated before is seen.
        let ids = Set(self.items.map(\.record.usageId)).sorted()
        let (previous, open, next) = try await self.context.transaction.execute(
            together: FindUsageContents(cycle: self.window.previous.cycle, ids: ids),
            FindUsageContents(cycle: self.window.open.cycle, ids: ids),
            FindUsageContents(cycle: self.window.next.cycle, ids: ids)
        )
        for row in previous + open + next { self.known[row.usageId] = row }
    }

    /// Rates the records of each account's cycle in their order, as far as they are there.
    mutating func rate(by terms: [CycleKey: ShelvedTerms]) throws {
        let groups = Dictionary(grouping: self.items, by: \.key)
        for index in self.lockedCycles.indices {
            let cycle = self.lockedCycles[index]
            let items = self.unrepeated(groups[cycle.key] ?? [], cycle)
            guard !items.isEmpty else { continue }
            switch terms[cycle.key] {
            case .terms(let terms) where !cycle.isParked:
                self.lockedCycles[index] = try self.rate(items, cycle, terms)
            case .fault(let fault) where !cycle.isParked:
                self.faults[cycle.key.account] = fault
                fallthrough
            default:
                let text = "account \(cycle.accountId) is parked; its usage is taken when it is resumed"
                for item in items {
                    self.reject(
                        item.position, UsageRefusal.Code.accountParked.rawValue, text, accountId: cycle.accountId)
                }
            }
        }
    }

    /// In the order of rating, without what is known already.
    private mutating func unrepeated(_ items: [UsageItem], _ cycle: StoredCycle) -> [UsageItem] {
        var new: [UsageItem] = []
        for item in items {
            let id = item.record.usageId
            let row = FindUsageContents.Row(
                usageId: id, account: item.key.account, endedAt: item.record.endedAt, content: item.content)
            guard let known = self.known[id] else {
                self.known[id] = row
                new.append(item)
                continue
            }
            if known.account == row.account, known.endedAt == row.endedAt, known.content == row.content {
                self.handled.count("rating.usage.repeated")
            } else {
                let text = "usageId \(id.uuidString.lowercased()) has been used for a record of other content"
                self.reject(item.position, Self.otherContent, text, accountId: cycle.accountId)
            }
        }
        return new.sorted { $0.record.precedes($1.record) }
    }

    private mutating func rate(
        _ items: [UsageItem], _ cycle: StoredCycle, _ terms: CompiledTerms
    ) throws -> StoredCycle {
        var counted = try CountedCycle(cycle, terms)
        for item in items {
            do throws(UsageRefusal) {
                self.rated.append((item, try counted.rate(item.record, at: self.context.wallNow)))
            } catch {
                self.homeless.append((item, error))
            }
        }
        var cycle = counted.stored
        if let high = cycle.noteHighBill(terms, at: self.context.now) { self.handled.send(high, causedBy: nil) }
        return cycle
    }

    /// A line may have gone to another account between the look for it and the lock: then the record is tried again.
    mutating func postponeMoved() async throws {
        guard !self.homeless.isEmpty else { return }
        let numbers = Set(self.homeless.map(\.item.record.serviceNumber)).sorted()
        let owners = Dictionary(
            grouping: try await self.context.transaction.execute(FindLineAccounts(numbers: numbers)),
            by: \.serviceNumber)
        let ids = Dictionary(self.lockedCycles.map { ($0.key, $0.accountId) }) { first, _ in first }
        for (item, refusal) in self.homeless {
            let record = item.record
            if Self.account(of: record, owners[record.serviceNumber] ?? []) == item.key.account {
                self.reject(item.position, refusal.code.rawValue, refusal.message, accountId: ids[item.key])
            } else {
                let text = "serviceNumber \(record.serviceNumber) has just gone to another account"
                self.handled.postpone(self.batch[item.position], code: "ACCOUNT_CHANGED", text: text)
            }
        }
    }
}

extension UsageBatch {
    /// Saves the results.
    ///
    /// - Returns: what is to be told.
    mutating func save(_ provisions: ProvisionBook) async throws -> Handled {
        try await self.saveRated(provisions)
        try await self.park()
        if !self.rejections.isEmpty {
            _ = try await self.context.transaction.execute(try KeepRejections(self.rejections))
        }
        return self.handled
    }

    private mutating func saveRated(_ provisions: ProvisionBook) async throws {
        guard !self.rated.isEmpty else { return }
        var needed: Set<Provision> = []
        for (_, rated) in self.rated { for line in rated.lines { needed.insert(line.provision) } }
        var numbers = try await provisions.stored(needed, in: self.context.transaction)
        try await numbers.add(needed, in: self.context.transaction)
        let billed = Set(self.lockedCycles.filter(\.isBilled).map(\.key))
        var rows: [StoredUsage] = []
        rows.reserveCapacity(self.rated.count)
        for (item, rated) in self.rated {
            rows.append(
                StoredUsage(
                    cycle: rated.cycle, usageId: rated.usageId, account: item.key.account, endedAt: rated.endedAt,
                    content: item.content, result: try rated.storedForm(numbers.number), charge: rated.chargeMilliyuan,
                    lateness: billed.contains(item.key) ? .unbilled : .inTime))
        }
        let touched = Set(self.rated.map(\.item.key))
        _ = try await self.context.transaction.execute(
            together: InsertUsage(records: rows),
            UpdateCycles(cycles: self.lockedCycles.filter { touched.contains($0.key) }),
            ForgetRejections(ids: rows.map(\.usageId))
        )
        let ids = Dictionary(self.lockedCycles.map { ($0.key, $0.accountId) }) { first, _ in first }
        var bundle = self.results.bundle(at: self.context.now)
        var followUps = RatingFollowUps()
        for (item, rated) in self.rated {
            guard let accountId = ids[item.key] else { continue }
            let cause = self.batch[item.position].cause
            bundle.append(rated, of: accountId, causedBy: cause)
            if !rated.notices.isEmpty {
                followUps += self.handled.tell(
                    rated.notices, of: rated, accountId, item.key.account, item.frame, at: self.context.now,
                    causedBy: cause)
            }
        }
        self.handled.publish(bundle.events)
        try await followUps.save(in: self.context)
    }

    /// Accounts whose data contradict each other, each alone.
    private mutating func park() async throws {
        guard !self.faults.isEmpty else { return }
        let accounts = self.faults.sorted { $0.key < $1.key }.map { account, fault in
            (number: account, code: "CONTRADICTORY_TERMS", reason: fault.description)
        }
        let parked = try await self.context.transaction.execute(
            ParkAccounts(accounts, in: self.context))
        let ids = Dictionary(self.lockedCycles.map { ($0.key.account, $0.accountId) }) { first, _ in first }
        for account in accounts where parked.contains(account.number) {
            guard let accountId = ids[account.number] else { continue }
            let told = AccountParked(
                accountId: accountId, code: account.code, reason: account.reason, parkedAt: self.context.now)
            self.handled.send(told, causedBy: nil)
        }
    }
}
