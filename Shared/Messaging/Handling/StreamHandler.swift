package import Contracts
package import Postgres

/// What a service does with a topic of very many small messages.
///
/// Unlike other handlers it uses transactions of its own, several at a time, beside the one in which the positions move.
/// A message may so come again after its effect is there: each effect has to be stored with a key of its message, by
/// which the handler knows it. Messages of one key are not kept in their order.
package protocol StreamHandler: MessageHandler {
    /// Handles a batch. What it returns is published with the positions; what belongs to a transaction of its own is
    /// published by that.
    ///
    /// An error of the environment has the batch come again. Any other is found in the batch by halving: its message is
    /// parked, and tried by `handle(_:in:)` later.
    func handle(_ batch: [Message<Body>], in context: StreamContext) async throws -> Handled
}

/// What a stream handler may use.
package struct StreamContext: Sendable {
    /// Of the transaction in which the positions move.
    package let positions: HandlingContext
    private let pool: PostgresPool
    private let append: @Sendable (Handled, HandlingContext) async throws -> Void

    package init(
        positions: HandlingContext, pool: PostgresPool,
        append: @escaping @Sendable (Handled, HandlingContext) async throws -> Void
    ) {
        self.positions = positions
        self.pool = pool
        self.append = append
    }

    package var now: Timestamp { self.positions.now }

    /// Runs `body` in a transaction of its own, and publishes after it what `body` returns.
    ///
    /// After a transient error `body` runs again.
    ///
    /// - Returns: what is left for others to see to: what is to be counted, and records that are refused or postponed.
    nonisolated(nonsending) package func transaction(
        _ name: String, _ body: (HandlingContext) async throws -> Handled
    ) async throws -> Handled {
        try await self.pool.withTransaction(name) { transaction in
            let context = self.positions.inTransaction(transaction)
            let handled = try await body(context)
            try await self.append(handled, context)
            return handled.withoutMessages
        }
    }
}

extension HandlingContext {
    /// The same for another transaction.
    fileprivate func inTransaction(_ transaction: Transaction) -> HandlingContext {
        HandlingContext(
            transaction: transaction, now: self.now, wallNow: self.wallNow, identifiers: self.identifiers,
            randomFraction: self.randomFraction)
    }
}
