import ComplaintsDomain
import Contracts
import Foundation
import Messaging
import Postgres

/// A stored entry, and the place that its ticket's history has come to.
struct StoredEntry: Sendable {
    var complaintId: ComplaintID
    var position: Int
    var at: Timestamp
    var by: String
    var kind: String
    var state: String
    var content: String
    var hash: [UInt8]

    func entry() throws -> TicketEntry {
        TicketEntry(try TicketEvent(kind: self.kind, text: self.content), by: self.by, at: self.at)
    }
}

/// Tickets that are there, locked until the transaction ends; in one order everywhere.
struct LockTickets: Statement {
    static let sql = """
        SELECT complaint_id, catalogue_version
          FROM ticket
         WHERE complaint_id = ANY ($1)
         ORDER BY complaint_id
           FOR UPDATE
        """

    var ids: [ComplaintID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> (id: ComplaintID, catalogueVersion: String) {
        (try columns.next(), try columns.next())
    }
}

/// The histories of some tickets, each in its order.
struct FindEntries: Statement {
    static let sql = """
        SELECT complaint_id, position, at, by, kind, state, content, hash
          FROM ticket_entry
         WHERE complaint_id = ANY ($1)
         ORDER BY complaint_id, position
        """

    var ids: [ComplaintID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> StoredEntry {
        StoredEntry(
            complaintId: try columns.next(), position: try columns.next(), at: try columns.next(),
            by: try columns.next(), kind: try columns.next(), state: try columns.next(),
            content: try columns.next(), hash: try columns.next())
    }
}

struct InsertEntries: Statement {
    static let sql = """
        INSERT INTO ticket_entry (complaint_id, position, at, by, kind, state, content, hash)
        SELECT * FROM unnest(
               $1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[])
        """

    var entries: [StoredEntry]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.entries.map(\.complaintId))
        parameters.append(self.entries.map(\.position))
        parameters.append(self.entries.map(\.at))
        parameters.append(self.entries.map(\.by))
        parameters.append(self.entries.map(\.kind))
        parameters.append(self.entries.map(\.state))
        parameters.append(self.entries.map(\.content))
        parameters.append(self.entries.map(\.hash))
    }
}

/// What tickets have come to: new ones, or the same as they are now.
struct SaveTickets: Statement {
    static let sql = """
        INSERT INTO ticket (
               complaint_id, channel, external_id, customer_id, service_number, account_id, tier, category, sub_category,
               area, queue, owner, first_owner, level, state, submitted_at, first_reply_at, resolved_at, closed_at,
               missed, warned, reopenings, score, problem_id, due_at, next_at, catalogue_version, entries, head_hash)
        SELECT b.complaint_id, b.channel, b.external_id, b.customer_id, b.service_number, b.account_id, b.tier,
               b.category, b.sub_category, b.area, b.queue, b.owner, b.first_owner, b.level, b.state, b.submitted_at,
               b.first_reply_at, b.resolved_at, b.closed_at,
               CASE b.missed WHEN '' THEN '{}' ELSE string_to_array(b.missed, ' ') END,
               b.warned, b.reopenings, b.score, b.problem_id, b.due_at, b.next_at, b.catalogue_version, b.entries,
               b.head_hash
          FROM unnest(
               $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
               $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
               $16::timestamptz[], $17::timestamptz[], $18::timestamptz[], $19::timestamptz[], $20::text[],
               $21::boolean[], $22::bigint[], $23::bigint[], $24::uuid[], $25::timestamptz[], $26::timestamptz[],
               $27::text[], $28::bigint[], $29::bytea[])
               AS b (complaint_id, channel, external_id, customer_id, service_number, account_id, tier, category,
                     sub_category, area, queue, owner, first_owner, level, state, submitted_at, first_reply_at,
                     resolved_at, closed_at, missed, warned, reopenings, score, problem_id, due_at, next_at,
                     catalogue_version, entries, head_hash)
            ON CONFLICT (complaint_id) DO UPDATE
           SET tier = excluded.tier,
               category = excluded.category,
               sub_category = excluded.sub_category,
               area = excluded.area,
               queue = excluded.queue,
               owner = excluded.owner,
               first_owner = excluded.first_owner,
               level = excluded.level,
               state = excluded.state,
               first_reply_at = excluded.first_reply_at,
               resolved_at = excluded.resolved_at,
               closed_at = excluded.closed_at,
               missed = excluded.missed,
               warned = excluded.warned,
               reopenings = excluded.reopenings,
               score = excluded.score,
               problem_id = excluded.problem_id,
               due_at = excluded.due_at,
               next_at = excluded.next_at,
               entries = excluded.entries,
               head_hash = excluded.head_hash
        """

    struct Line: Sendable {
        var ticket: Ticket
        var dueAt: Timestamp?
        var nextAt: Timestamp?
        var count: Int
        var head: [UInt8]
    }

    var rows: [Line]

    func bind(_ parameters: inout Parameters) {
        let tickets = self.rows.map(\.ticket)
        let submissions = tickets.map(\.submission)
        parameters.append(tickets.map(\.id))
        parameters.append(submissions.map(\.channel))
        parameters.append(submissions.map(\.externalId))
        parameters.append(submissions.map(\.customerId))
        parameters.append(submissions.map(\.serviceNumber))
        parameters.append(submissions.map(\.accountId))
        parameters.append(tickets.map(\.facts.tier))
        parameters.append(tickets.map(\.facts.category))
        parameters.append(tickets.map(\.facts.subCategory))
        parameters.append(tickets.map(\.facts.area))
        parameters.append(tickets.map(\.place.queue))
        parameters.append(tickets.map(\.place.owner))
        parameters.append(tickets.map(\.firstOwner))
        parameters.append(tickets.map(\.place.level))
        parameters.append(tickets.map(\.state))
        parameters.append(tickets.map(\.submittedAt))
        parameters.append(tickets.map(\.firstReplyAt))
        parameters.append(tickets.map(\.resolvedAt))
        parameters.append(tickets.map(\.closedAt))
        parameters.append(tickets.map { $0.missedClocks.map(\.rawValue).joined(separator: " ") })
        parameters.append(tickets.map { !$0.warned.isEmpty })
        parameters.append(tickets.map(\.reopenings))
        parameters.append(tickets.map(\.score))
        parameters.append(tickets.map(\.problemId))
        parameters.append(self.rows.map(\.dueAt))
        parameters.append(self.rows.map(\.nextAt))
        parameters.append(submissions.map(\.catalogueVersion))
        parameters.append(self.rows.map(\.count))
        parameters.append(self.rows.map(\.head))
    }
}

/// Tickets of which something is due, the earliest first; those that others work on are left out.
struct LockDueTickets: Statement {
    static let sql = """
        SELECT complaint_id, next_at
          FROM ticket
         WHERE next_at <= $1
         ORDER BY next_at, complaint_id
         LIMIT $2
           FOR UPDATE SKIP LOCKED
        """

    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> (id: ComplaintID, nextAt: Timestamp) {
        (try columns.next(), try columns.next())
    }
}

struct NextDueTicket: Statement {
    static let sql = "SELECT min(next_at) FROM ticket WHERE next_at IS NOT NULL"

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

/// Tickets of which customers may be saying more: those that are open.
struct FindOpenTickets: Statement {
    static let sql = """
        SELECT complaint_id, customer_id, COALESCE(service_number, ''), category
          FROM ticket
         WHERE customer_id = ANY ($1)
           AND state IN ('acknowledged', 'inProgress', 'pending')
         ORDER BY complaint_id
        """

    var customers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.customers) }

    static func read(_ columns: inout Columns) throws -> (id: ComplaintID, subject: ComplaintSubject) {
        (
            try columns.next(),
            ComplaintSubject(
                customerId: try columns.next(), serviceNumber: try columns.next(), category: try columns.next())
        )
    }
}

/// Of whom a complaint is, and about what: what is open of it takes what follows.
struct ComplaintSubject: Hashable, Sendable {
    var customerId: String
    /// Empty where it is about no number.
    var serviceNumber: String
    var category: String
}

/// One at a time takes complaints of a customer, of a group that may be one problem, or refunds a usage record.
struct LockWords: Statement {
    static let sql = """
        SELECT pg_advisory_xact_lock(k.key)
          FROM (SELECT DISTINCT hashtextextended(current_schema() || ':' || w.word, 0) AS key
                  FROM unnest($1::text[]) AS w (word)
                 ORDER BY 1) AS k
        """

    var words: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.words) }
}
