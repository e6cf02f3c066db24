import Contracts
import Messaging
import Postgres
import RatingDomain

/// How the data packs of accounts' lines stand.
struct DataBalances {
    let shelf: TermsShelf
    let tariffs: TariffLibrary

    /// - Returns: by account; accounts that are parked, or whose data contradict each other, have none.
    func find(
        _ accounts: [Int64], in cycle: BillingCycle, at instant: Timestamp, _ transaction: Transaction
    ) async throws -> [(accountId: String, balances: [DataBalance])] {
        let rows = try await transaction.execute(
            FindCyclesToTell(accounts: accounts, cycle: cycle, catalogueVersion: self.tariffs.version)
        ).filter { !$0.isParked }
        let terms = try await self.shelf.terms(of: rows, in: transaction)
        return try rows.sorted { $0.key < $1.key }.compactMap { row in
            guard case .terms(let terms)? = terms[row.key] else { return nil }
            let state = terms.state(ofCodes: try CounterForms.counters(row.counters))
            return (row.accountId, terms.dataBalances(in: state, at: instant))
        }
    }
}
