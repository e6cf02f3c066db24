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

    private(set) var rated: [(item: UsageItem, rated: RatedUsage)] = []
    /// Records that cannot be rated so.
    private(set) var others: [UsageItem] = []
    private(set) var provisions: [ObjectIdentifier: Provision] = [:]
    private var counted: [CycleKey: RememberedCycle] = [:]
    private let wallNow: Timestamp

    init(wallNow: Timestamp) { self.wallNow = wallNow }

    /// - Parameter item: not before those that were given already, in the order of rating.
    mutating func rate(_ item: UsageItem, _ cycles: inout Generations<CycleKey, RememberedCycle>) {
        guard var cycle = self.counted.removeValue(forKey: item.key) ?? cycles[item.key] else {
            return self.others.append(item)
        }
        defer { self.counted[item.key] = cycle }
        do throws(UsageRefusal) {
            let guided = try cycle.terms.guide(item.record)
            let isDependent = cycle.terms.placement(of: guided, state: cycle.state) == .dependent
            cycle.row.noteArrival(of: item.record.endedAt, isDependent: isDependent, at: self.wallNow)
            let rated = cycle.terms.rate(guided, state: &cycle.state, isTelling: cycle.row.pendingFrom == nil)
            for line in rated.lines { self.provisions[ObjectIdentifier(line.provision)] = line.provision }
            cycle.row.charge += rated.chargeMilliyuan
            cycle.row.records += 1
            cycle.row.lastEndedAt = max(cycle.row.lastEndedAt ?? item.record.endedAt, item.record.endedAt)
            self.rated.append((item, rated))
        } catch {
            // It may have another owner by now.
            self.others.append(item)
        }
    }

    /// Its rows and messages.
    func prepared(
        _ numbers: NumberMemory, _ rating: UsageRating, _ batch: [Message<UsageRecorded>], at now: Timestamp
    ) throws -> Prepared {
        var bundle = rating.results.bundle(at: now)
        var notices = Handled()
        var rows: [StoredUsage] = []
        var followUps = RatingFollowUps()
        rows.reserveCapacity(self.rated.count)
        for (item, rated) in self.rated {
            guard let row = self.counted[item.key]?.row else { continue }
            rows.append(
                StoredUsage(
                    cycle: rated.cycle, usageId: rated.usageId, account: item.key.account, endedAt: rated.endedAt,
                    content: item.content, result: try rated.storedForm(numbers.number), charge: rated.chargeMilliyuan,
                    lateness: row.isBilled ? .unbilled : .inTime))
            let cause = batch[item.position].cause
            bundle.append(rated, of: row.accountId, causedBy: cause)
            if !rated.notices.isEmpty {
                followUps += notices.tell(
                    rated.notices, of: rated, row.accountId, item.key.account, item.frame, at: now, causedBy: cause)
            }
        }
        notices.publish(bundle.events)
        var counted = self.counted.values.sorted { $0.row.key < $1.row.key }
        for index in counted.indices {
            let high = counted[index].row.noteHighBill(counted[index].terms, at: now)
            if let high { notices.send(high, causedBy: nil) }
        }
        return Prepared(
            records: rows, window: rating.window(at: now), handled: notices, cycles: counted, followUps: followUps)
    }

    struct Prepared: Sendable {
        private let records: [StoredUsage]
        private let window: UsageWindow
        private let handled: Handled
        /// With their counters.
        private let rows: [StoredCycle]
        private let cycles: [RememberedCycle]
        private let followUps: RatingFollowUps

        fileprivate init(
            records: [StoredUsage], window: UsageWindow, handled: Handled, cycles: [RememberedCycle],
            followUps: RatingFollowUps
        ) {
            self.followUps = followUps
            self.records = records
            self.window = window
            self.handled = handled
            self.cycles = cycles
            self.rows = cycles.map { cycle in
                var row = cycle.row
                row.counters = CounterForms.bytes(cycle.terms.codedCounters(of: cycle.state))
                return row
            }
        }

        /// As they are once this is saved.
        var counted: [RememberedCycle] {
            self.cycles.map { cycle in
                var cycle = cycle
                cycle.row.version += 1
                return cycle
            }
        }

        func save(in context: HandlingContext) async throws -> Handled {
            let transaction = context.transaction
            do {
                try await transaction.savepoint { try await transaction.copy(self.records) }
            } catch let error as PostgresError where error.code == .uniqueViolation {
                throw Outdated.records
            }
            let (previous, open, next, counted, _): ([UUID], [UUID], [UUID], [Void], [Void]) =
                try await transaction.execute(
                    together: self.idsOutside(self.window.previous.cycle), self.idsOutside(self.window.open.cycle),
                    self.idsOutside(self.window.next.cycle), CountUsage(cycles: self.rows),
                    ForgetRejections(ids: self.records.map(\.usageId))
                )
            guard counted.count == self.rows.count else { throw Outdated.cycles }
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
