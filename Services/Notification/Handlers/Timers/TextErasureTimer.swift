import Contracts
import Messaging
import Postgres

/// Erases texts that have been kept for as long as the catalogue says; that they were sent stays known.
struct TextErasureTimer: TimerSource {
    let name = "textErasure"
    let clock = TimerClock.business
    let catalogues: CatalogueLibrary

    private var keptSeconds: Int { (self.catalogues.current.notifications?.keepsTextsDays ?? 180) * 86_400 }

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        let first = try await transaction.execute(FindFirstText()).first ?? nil
        return first?.advanced(bySeconds: self.keptSeconds)
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let before = dueBy.advanced(bySeconds: -self.keptSeconds)
        let erased = try await context.transaction.execute(EraseTexts(until: before, limit: limit))
        var handled = Handled()
        handled.count(erased.count, of: "notification.texts.erased")
        return Fired(count: erased.count, occurrences: handled.occurrences)
    }
}

private struct FindFirstText: Statement {
    static let sql = "SELECT min(asked_at) FROM notification WHERE text IS NOT NULL AND \(ended)"

    /// What is still to be sent keeps its text.
    static let ended = "state NOT IN ('scheduled', 'handingOver')"

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

private struct EraseTexts: Statement {
    static let sql = """
        UPDATE notification
           SET text = NULL,
               subject = NULL
         WHERE notification_id IN (SELECT notification_id
                                     FROM notification
                                    WHERE text IS NOT NULL
                                      AND asked_at <= $1
                                      AND \(FindFirstText.ended)
                                    ORDER BY asked_at
                                    LIMIT $2)
        RETURNING notification_id
        """

    var until: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.until)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> NotificationID { try columns.next() }
}
