import ComplaintsDomain
import Contracts
import Messaging
import Postgres

/// What makes a complaint the same one: the channel's own id.
struct SubmissionID: Hashable, Sendable {
    var channel: String
    var externalId: String

    init(channel: String, externalId: String) {
        self.channel = channel
        self.externalId = externalId
    }

    init(_ complaint: ComplaintSubmitted) {
        self.init(channel: complaint.channel, externalId: complaint.externalId)
    }
}

struct FindSubmissions: Statement {
    static let sql = """
        SELECT s.channel, s.external_id, s.digest, s.complaint_id
          FROM unnest($1::text[], $2::text[]) AS b (channel, external_id)
          JOIN submission AS s
            ON s.channel = b.channel
           AND s.external_id = b.external_id
        """

    struct Row: Sendable {
        var id: SubmissionID
        var digest: [UInt8]
        var complaintId: ComplaintID
    }

    var ids: [SubmissionID]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ids.map(\.channel))
        parameters.append(self.ids.map(\.externalId))
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            id: SubmissionID(channel: try columns.next(), externalId: try columns.next()),
            digest: try columns.next(), complaintId: try columns.next())
    }
}

struct InsertSubmissions: Statement {
    static let sql = """
        INSERT INTO submission (channel, external_id, digest, complaint_id)
        SELECT b.channel, b.external_id, b.digest, b.complaint_id
          FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[])
               AS b (channel, external_id, digest, complaint_id)
         ORDER BY b.channel, b.external_id
        """

    var rows: [FindSubmissions.Row]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.rows.map(\.id.channel))
        parameters.append(self.rows.map(\.id.externalId))
        parameters.append(self.rows.map(\.digest))
        parameters.append(self.rows.map(\.complaintId))
    }
}

/// Notes other content under ids that are taken.
///
/// - Returns: those that are new: the others were answered before.
struct NoteConflicts: Statement {
    static let sql = """
        INSERT INTO conflicting_submission (channel, external_id, digest, complaint_id, rejected_at)
        SELECT b.channel, b.external_id, b.digest, b.complaint_id, $5
          FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[])
               AS b (channel, external_id, digest, complaint_id)
            ON CONFLICT DO NOTHING
        RETURNING complaint_id
        """

    var rows: [FindSubmissions.Row]
    var rejectedAt: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.rows.map(\.id.channel))
        parameters.append(self.rows.map(\.id.externalId))
        parameters.append(self.rows.map(\.digest))
        parameters.append(self.rows.map(\.complaintId))
        parameters.append(self.rejectedAt)
    }

    static func read(_ columns: inout Columns) throws -> ComplaintID { try columns.next() }
}
