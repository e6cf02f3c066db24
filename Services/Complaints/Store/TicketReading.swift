import ComplaintsDomain
import Contracts
import Messaging
import Postgres

/// What lists of complaints are narrowed by; `nil`: not.
struct TicketFilter: Sendable {
    var state: TicketLifecycle.State?
    var owner: String?
    var queue: String?
    var customerId: String?
    var problemId: ProblemID?
    var dueBefore: Timestamp?
    var after: ComplaintID?
}

/// A complaint in lists.
struct TicketSummary: Encodable, Sendable {
    var complaintId: ComplaintID
    var externalId: String
    var channel: String
    var customerId: String
    var serviceNumber: String?
    var accountId: String?
    var tier: String
    var category: String
    var subCategory: String?
    var area: String
    var state: String
    var queue: String
    var owner: String?
    var firstOwner: String
    var level: String
    var submittedAt: Timestamp
    var firstReplyAt: Timestamp?
    var resolvedAt: Timestamp?
    var closedAt: Timestamp?
    /// The nearest deadline of those that run.
    var dueAt: Timestamp?
    /// Clocks whose deadlines were missed.
    var missed: [String]
    var problemId: ProblemID?
    var reopenings: Int
    var score: Int?
}

struct ListTickets: Statement {
    static let sql = """
        SELECT complaint_id, external_id, channel, customer_id, service_number, account_id, tier, category, sub_category,
               area, state, queue, owner, first_owner, level, submitted_at, first_reply_at, resolved_at, closed_at, due_at,
               missed, problem_id, reopenings, score::bigint
          FROM ticket
         WHERE ($1::text IS NULL OR state = $1)
           AND ($2::text IS NULL OR owner = $2)
           AND ($3::text IS NULL OR queue = $3)
           AND ($4::text IS NULL OR customer_id = $4)
           AND ($5::uuid IS NULL OR problem_id = $5)
           AND ($6::timestamptz IS NULL OR due_at < $6)
           AND ($7::uuid IS NULL OR complaint_id > $7)
         ORDER BY complaint_id
         LIMIT $8
        """

    var filter: TicketFilter
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.filter.state)
        parameters.append(self.filter.owner)
        parameters.append(self.filter.queue)
        parameters.append(self.filter.customerId)
        parameters.append(self.filter.problemId)
        parameters.append(self.filter.dueBefore)
        parameters.append(self.filter.after)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> TicketSummary {
        TicketSummary(
            complaintId: try columns.next(), externalId: try columns.next(), channel: try columns.next(),
            customerId: try columns.next(), serviceNumber: try columns.next(), accountId: try columns.next(),
            tier: try columns.next(), category: try columns.next(), subCategory: try columns.next(),
            area: try columns.next(), state: try columns.next(), queue: try columns.next(),
            owner: try columns.next(), firstOwner: try columns.next(), level: try columns.next(),
            submittedAt: try columns.next(), firstReplyAt: try columns.next(), resolvedAt: try columns.next(),
            closedAt: try columns.next(), dueAt: try columns.next(), missed: try columns.next(),
            problemId: try columns.next(), reopenings: try columns.next(), score: try columns.next())
    }
}

/// By which catalogue a ticket goes; nothing where there is none.
struct FindTicketVersion: Statement {
    static let sql = "SELECT catalogue_version FROM ticket WHERE complaint_id = $1"

    var id: ComplaintID

    func bind(_ parameters: inout Parameters) { parameters.append(self.id) }

    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}
