import Contracts
import Messaging
import Postgres
import RatingDomain
import Synchronization

/// Remembers whom lines belong to. What it remembers may be out of date: whoever rates by it finds out by the cycle of
/// the account, whose version every change of owners counts up, or by the account's terms, in which the line is not.
final class OwnerMemory: Sendable {
    private struct Owner {
        var account: Int64
        var span: Span
    }

    private let known: Mutex<Generations<String, [Owner]>>

    /// - Parameter capacity: how many lines are remembered at least.
    init(capacity: Int) { self.known = Mutex(Generations(capacity: 2 * capacity)) }

    /// The account of each record's line at the record's end; `nil` where it is of none.
    func accounts(of records: [UsageRecord], in transaction: Transaction) async throws -> [Int64?] {
        var accounts = self.remembered(records)
        let missing = Set(accounts.indices.lazy.filter { accounts[$0] == nil }.map { records[$0].serviceNumber })
        guard !missing.isEmpty else { return accounts }
        var found: [String: [Owner]] = [:]
        for row in try await transaction.execute(FindLineAccounts(numbers: missing.sorted())) {
            found[row.serviceNumber, default: []].append(Owner(account: row.account, span: row.span))
        }
        let owners = found
        self.known.withLock { known in
            for (number, owners) in owners { known[number] = owners }
        }
        for index in accounts.indices where accounts[index] == nil {
            accounts[index] = Self.account(of: records[index], found[records[index].serviceNumber])
        }
        return accounts
    }

    private func remembered(_ records: [UsageRecord]) -> [Int64?] {
        self.known.withLock { known in
            records.map { Self.account(of: $0, known[$0.serviceNumber]) }
        }
    }

    private static func account(of record: UsageRecord, _ owners: [Owner]?) -> Int64? {
        owners?.first { $0.span.contains(record.endedAt) }?.account
    }

    func forget(_ numbers: [String]) {
        self.known.withLock { known in
            for number in numbers { known[number] = nil }
        }
    }
}
