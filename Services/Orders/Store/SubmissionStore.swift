import Contracts
import OrdersDomain
import Postgres

/// Orders that were submitted under these ids before.
struct FindSubmissions: Statement {
    static let sql = """
        SELECT o.channel, o.external_id, r.request
          FROM unnest($1::text[], $2::text[]) AS b (channel, external_id)
          JOIN product_order AS o
            ON o.channel = b.channel
           AND o.external_id = b.external_id
          JOIN order_request AS r
            ON r.order_id = o.order_id
        """

    var ids: [SubmissionID]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ids.map(\.channel))
        parameters.append(self.ids.map(\.externalId))
    }

    static func read(_ columns: inout Columns) throws -> (id: SubmissionID, request: String) {
        (SubmissionID(channel: try columns.next(), externalId: try columns.next()), try columns.next())
    }
}

/// Orders by the ids that their channels gave them.
struct FindOrdersByExternalID: Statement {
    static let sql = """
        SELECT o.channel, o.external_id, o.order_id
          FROM unnest($1::text[], $2::text[]) AS b (channel, external_id)
          JOIN product_order AS o
            ON o.channel = b.channel
           AND o.external_id = b.external_id
        """

    var ids: [SubmissionID]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ids.map(\.channel))
        parameters.append(self.ids.map(\.externalId))
    }

    static func read(_ columns: inout Columns) throws -> (id: SubmissionID, orderId: OrderID) {
        (SubmissionID(channel: try columns.next(), externalId: try columns.next()), try columns.next())
    }
}

/// What makes a submission the same one: the channel's own id.
struct SubmissionID: Hashable {
    var channel: String
    var externalId: String
}

struct InsertRequests: Statement {
    static let sql = """
        INSERT INTO order_request (order_id, request)
        SELECT * FROM unnest($1::uuid[], $2::text[])
        """

    var rows: [(orderId: OrderID, request: String)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.rows.map(\.orderId))
        parameters.append(self.rows.map(\.request))
    }
}

/// Notes other content under ids that are taken.
///
/// - Returns: the orders that are new: the others were answered before.
struct NoteConflictingSubmissions: Statement {
    static let sql = """
        INSERT INTO conflicting_submission (channel, external_id, digest, order_id, rejected_at)
        SELECT b.channel, b.external_id, sha256(convert_to(b.request, 'UTF8')), b.order_id, $5
          FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[]) AS b (channel, external_id, request, order_id)
            ON CONFLICT DO NOTHING
        RETURNING order_id
        """

    struct Conflict: Sendable {
        var id: SubmissionID
        var request: String
        var orderId: OrderID
    }

    var conflicts: [Conflict]
    var rejectedAt: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.conflicts.map(\.id.channel))
        parameters.append(self.conflicts.map(\.id.externalId))
        parameters.append(self.conflicts.map(\.request))
        parameters.append(self.conflicts.map(\.orderId))
        parameters.append(self.rejectedAt)
    }

    static func read(_ columns: inout Columns) throws -> OrderID { try columns.next() }
}
