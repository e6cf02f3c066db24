import CoreMetrics
import ComplaintsDomain
import Postgres

/// Open complaints by state, those near a deadline, and those that have missed one.
struct ComplaintsGauges: Sendable {
    private let open = TicketLifecycle.State.allCases.filter(\.isOpen).map { state in
        (state, Gauge(label: "complaints.open", dimensions: [("state", state.rawValue)]))
    }
    private let near = Gauge(label: "complaints.near.deadline")
    private let missed = Gauge(label: "complaints.missed.deadline")
    private let problems = Gauge(label: "complaints.problems.open")

    @Sendable func measure(_ pool: PostgresPool) async throws {
        let counts = try await pool.execute(CountOpenTickets())
        let byState = Dictionary(counts.map { ($0.state, $0) }) { first, _ in first }
        for (state, gauge) in self.open { gauge.record(byState[state]?.open ?? 0) }
        self.near.record(counts.reduce(0) { $0 + $1.near })
        self.missed.record(counts.reduce(0) { $0 + $1.missed })
        self.problems.record(try await pool.execute(CountOpenProblems()).first ?? 0)
    }
}

private struct CountOpenTickets: Statement {
    static let sql = """
        SELECT state, count(*),
               count(*) FILTER (WHERE warned AND missed = '{}'),
               count(*) FILTER (WHERE missed <> '{}')
          FROM ticket
         WHERE state IN ('acknowledged', 'inProgress', 'pending')
         GROUP BY state
        """

    static func read(
        _ columns: inout Columns
    ) throws -> (state: TicketLifecycle.State, open: Int, near: Int, missed: Int) {
        (try columns.next(), try columns.next(), try columns.next(), try columns.next())
    }
}

private struct CountOpenProblems: Statement {
    static let sql = "SELECT count(*) FROM problem WHERE state = 'open'"

    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}
