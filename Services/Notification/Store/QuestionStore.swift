import Contracts
import Postgres

/// What somebody was asked by a text, and what is ordered if the answer is yes.
struct AskedQuestion: Sendable {
    /// Who has the question.
    var recipient: String
    /// From which it was asked, and to which the answer goes.
    var sender: String
    var action: String
    var offer: String
    var expiresAt: Timestamp
}

/// Questions that were asked of some numbers, locked; also those that are over.
struct LockAskedQuestions: Statement {
    static let sql = """
        SELECT recipient, sender, action, offer, expires_at
          FROM asked_question
         WHERE recipient = ANY ($1)
         ORDER BY recipient, sender
           FOR UPDATE
        """

    var recipients: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.recipients) }

    static func read(_ columns: inout Columns) throws -> AskedQuestion {
        AskedQuestion(
            recipient: try columns.next(), sender: try columns.next(), action: try columns.next(),
            offer: try columns.next(), expiresAt: try columns.next())
    }
}

/// The last question of two numbers is the one that is open.
struct SaveAskedQuestions: Statement {
    static let sql = """
        INSERT INTO asked_question (recipient, sender, action, offer, asked_at, expires_at)
        SELECT b.recipient, b.sender, b.action, b.offer, $6, b.expires_at
          FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
               AS b (recipient, sender, action, offer, expires_at)
         ORDER BY b.recipient, b.sender
            ON CONFLICT (recipient, sender) DO UPDATE
           SET action = excluded.action,
               offer = excluded.offer,
               asked_at = excluded.asked_at,
               expires_at = excluded.expires_at
        """

    /// At most one of two numbers.
    var questions: [AskedQuestion]
    var askedAt: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.questions.map(\.recipient))
        parameters.append(self.questions.map(\.sender))
        parameters.append(self.questions.map(\.action))
        parameters.append(self.questions.map(\.offer))
        parameters.append(self.questions.map(\.expiresAt))
        parameters.append(self.askedAt)
    }
}

struct DeleteAskedQuestions: Statement {
    static let sql = """
        DELETE FROM asked_question AS q
         USING unnest($1::text[], $2::text[]) AS b (recipient, sender)
         WHERE q.recipient = b.recipient
           AND q.sender = b.sender
        """

    var questions: [AskedQuestion]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.questions.map(\.recipient))
        parameters.append(self.questions.map(\.sender))
    }
}
