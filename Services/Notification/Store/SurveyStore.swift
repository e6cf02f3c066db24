import Contracts
import Messaging
import Postgres

extension ComplaintID: PostgresConvertible {}

/// Somebody has been asked what the solution of a complaint is worth.
struct AskedSurvey: Sendable {
    var recipient: String
    var complaintId: ComplaintID
    var expiresAt: Timestamp
}

/// Surveys of some numbers, locked; also those that are over.
struct LockAskedSurveys: Statement {
    static let sql = """
        SELECT recipient, complaint_id, expires_at
          FROM asked_survey
         WHERE recipient = ANY ($1)
         ORDER BY recipient
           FOR UPDATE
        """

    var recipients: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.recipients) }

    static func read(_ columns: inout Columns) throws -> AskedSurvey {
        AskedSurvey(
            recipient: try columns.next(), complaintId: try columns.next(), expiresAt: try columns.next())
    }
}

/// The last survey of a number is the one that is open.
struct SaveAskedSurveys: Statement {
    static let sql = """
        INSERT INTO asked_survey (recipient, complaint_id, expires_at)
        SELECT b.recipient, b.complaint_id, b.expires_at
          FROM unnest($1::text[], $2::uuid[], $3::timestamptz[]) AS b (recipient, complaint_id, expires_at)
         ORDER BY b.recipient
            ON CONFLICT (recipient) DO UPDATE
           SET complaint_id = excluded.complaint_id,
               expires_at = excluded.expires_at
        """

    /// At most one of a number.
    var surveys: [AskedSurvey]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.surveys.map(\.recipient))
        parameters.append(self.surveys.map(\.complaintId))
        parameters.append(self.surveys.map(\.expiresAt))
    }
}

struct DeleteAskedSurveys: Statement {
    static let sql = "DELETE FROM asked_survey WHERE recipient = ANY ($1)"

    var recipients: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.recipients) }
}
