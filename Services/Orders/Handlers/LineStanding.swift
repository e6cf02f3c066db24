import Contracts
import OrdersDomain
import Postgres

/// What else is to be known of lines that are to change hands or to be connected again.
struct LineStanding {
    private(set) var accountsInArrears: Set<String> = []
    private(set) var sharedOffers: [String: String] = [:]

    /// Few orders ask for it: for all others nothing is read.
    ///
    /// - Parameter lines: locked.
    static func find(
        for orders: [OrderSubmitted], _ lines: [(number: String, line: Line)], in transaction: Transaction
    ) async throws -> LineStanding {
        let asking = orders.filter {
            [.transferOwnership, .reconnect].contains(Action(rawValue: $0.action))
        }
        let numbers = Set(asking.flatMap { $0.members.map(\.serviceNumber) })
        let known = lines.filter { numbers.contains($0.number) }
        guard !known.isEmpty else { return LineStanding() }
        let (accounts, shared) = try await transaction.execute(
            together: FindAccountsInArrears(accounts: Set(known.compactMap(\.line.accountId)).sorted()),
            FindSharedOffers(numbers: known.map(\.number)))
        return LineStanding(
            accountsInArrears: Set(accounts),
            sharedOffers: Dictionary(shared.map { ($0.number, $0.offer) }) { first, _ in first })
    }
}
