package import Contracts
package import Postgres

/// By which clock a timer goes.
package enum TimerClock: Sendable {
    /// Deadlines and effects: what a rule says.
    case business
    /// Time-outs of network elements: what happens outside.
    case wall
}

/// Something that happens at an instant which the database knows.
///
/// Timers are columns of the entities that they belong to, with a partial index: set and cleared in the
/// transaction that changes the entity, so none is lost, none outlives its reason, and a restart finds all.
package protocol TimerSource: Sendable {
    /// For metrics and logs.
    var name: String { get }
    var clock: TimerClock { get }
    /// The topic on which nothing was said, where that is why it fires; of the wall clock alone.
    ///
    /// It then fires only after all that the topic held when it was due is handled: an answer that is there and unread
    /// is no silence.
    var silentTopic: Topic? { get }

    /// The earliest instant at which something is due; `nil` when nothing is.
    func nextDueAt(in transaction: Transaction) async throws -> Timestamp?

    /// Does what is due at or before `dueBy`, earliest first, at most `limit`.
    ///
    /// It stamps with the rows' own due times: after a leap of the clock, `context.now` is later than
    /// what happens. Only one instance of a service fires timers at a time.
    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired
}

extension TimerSource {
    package var silentTopic: Topic? { nil }
}

/// What a timer source did.
package struct Fired: Sendable {
    package var count: Int
    package var outgoing: [Outgoing]
    package var occurrences: [Occurrence]

    package init(count: Int, outgoing: [Outgoing] = [], occurrences: [Occurrence] = []) {
        self.count = count
        self.outgoing = outgoing
        self.occurrences = occurrences
    }
}

/// Lets one instance of a service fire timers at a time, until the end of the transaction.
struct LockTimers: Statement {
    static let sql = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.timers', 0))"
}
