import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

/// Records that are rated by what is remembered of their cycles.
struct OptimisticBatch {
    /// What was remembered is not so any more.
    enum Outdated: Error {
        /// Somebody else has counted in them, or has changed what they are rated by.
        case cycles
        /// A record is there already.
        case records
    }

    private(set) var rated: [(item: UsageItem, rated: RatedUsage, cycle: Int)] = []
    /// Records that cannot be rated so.
    private(set) var others: [UsageItem] = []
    private(set) var provisions: [ObjectIdentifier: Provision] = [:]
    /// The cycles in which they count, and where each of them is.
    private var counted: [CountedCycle] = []
    private var positions: [CycleKey: Int] = [:]
    private let wallNow: Timestamp

    init(wallNow: Timestamp) { self.wallNow = wallNow }

    /// - Parameter item: not before those that were given already, in the order of rating.
    mutating func rate(_ item: UsageItem, _ cycles: inout Generations<CycleKey, RememberedCycle>) {
        guard let cycle = self.position(of: item.key, &cycles) else { return self.others.append(item) }
        do throws(UsageRefusal) {
            let rated = try self.counted[cycle].rate(item.record, at: self.wallNow)
            for line in rated.lines { self.provisions[ObjectIdentifier(line.provision)] = line.provision }
            self.rated.append((item, rated, cycle))
        } catch {
            // It may have another owner by now.
            self.others.append(item)
        }
    }

    private mutating func position(
        of key: CycleKey, _ cycles: inout Generations<CycleKey, RememberedCycle>
    ) -> Int? {
        if let position = self.positions[key] { return position }
        guard let remembered = cycles[key] else { return nil }
        self.counted.append(CountedCycle(remembered.row, remembered.terms, remembered.state))
        self.positions[key] = self.counted.count - 1
        return self.counted.count - 1
    }

    /// Its rows and messages.
    ///
    /// - Parameter batches: of which the records are.
    func prepared(
        _ numbers: NumberMemory, _ rating: UsageRating, _ batches: [[Message<UsageRecorded>]], at now: Timestamp
    ) throws -> Prepared {
        var bundle = rating.results.bundle(at: now)
        var notices = Handled()
        var rows: [StoredUsage] = []
        var followUps = RatingFollowUps()
        rows.reserveCapacity(self.rated.count)
        for (item, rated, cycle) in self.rated {
            rows.append(
                StoredUsage(
                    cycle: rated.cycle, usageId: rated.usageId, account: item.key.account, endedAt: rated.endedAt,
                    content: item.content, result: try rated.storedForm(numbers.number), charge: rated.chargeMilliyuan,
                    lateness: self.counted[cycle].row.isBilled ? .unbilled : .inTime))
            let cause = batches[item.part][item.position].cause
            let accountId = self.counted[cycle].row.accountId
            bundle.append(rated, of: accountId, causedBy: cause)
            if !rated.notices.isEmpty {
                followUps += notices.tell(
                    rated.notices, of: rated, accountId, item.key.account, item.frame, at: now, causedBy: cause)
            }
        }
        notices.publish(bundle.events)
        var counted = self.counted
        for index in counted.indices {
            if let high = counted[index].row.noteHighBill(counted[index].terms, at: now) {
                notices.send(high, causedBy: nil)
            }
        }
        return Prepared(
            records: rows, window: rating.window(at: now), handled: notices, cycles: counted, followUps: followUps)
    }

    struct Prepared: Sendable {
        private let records: [StoredUsage]
        private let window: UsageWindow
        private let handled: Handled
        private let cycles: [CountedCycle]
        private let followUps: RatingFollowUps

        fileprivate init(
            records: [StoredUsage], window: UsageWindow, handled: Handled, cycles: [CountedCycle],
            followUps: RatingFollowUps
        ) {
            self.followUps = followUps
            self.records = records
            self.window = window
            self.handled = handled
            self.cycles = cycles
        }

        /// As they are once this is saved.
        var counted: [CountedCycle] {
            var counted = self.cycles
            for index in counted.indices { counted[index].row.version += 1 }
            return counted
        }

        /// With their counters, in the order of locking.
        private var rows: [StoredCycle] {
            let order = self.cycles.indices.sorted { self.cycles[$0].row.key < self.cycles[$1].row.key }
            return order.map { self.cycles[$0].stored }
        }

        func save(in context: HandlingContext) async throws -> Handled {
            let transaction = context.transaction
            let rows = self.rows
            do {
                try await transaction.savepoint { try await transaction.copy(self.records) }
            } catch let error as PostgresError where error.code == .uniqueViolation {
                throw Outdated.records
            }
            let (previous, open, next, counted, _): ([UUID], [UUID], [UUID], [Void], [Void]) =
                try await transaction.execute(
                    together: self.idsOutside(self.window.previous.cycle), self.idsOutside(self.window.open.cycle),
                    self.idsOutside(self.window.next.cycle), CountUsage(cycles: rows),
                    ForgetRejections(ids: self.records.map(\.usageId))
                )
            guard counted.count == rows.count else { throw Outdated.cycles }
            guard previous.isEmpty, open.isEmpty, next.isEmpty else { throw Outdated.records }
            try await self.followUps.save(in: context)
            return self.handled
        }

        /// Looks in a cycle for the records of the others: an id is a record's in whatever cycle.
        private func idsOutside(_ cycle: BillingCycle) -> FindUsageIds {
            FindUsageIds(cycle: cycle, ids: self.records.filter { $0.cycle != cycle }.map(\.usageId))
        }
    }
}
