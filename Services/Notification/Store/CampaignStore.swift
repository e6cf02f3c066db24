import Contracts
import Postgres

/// What a campaign has sent since the beginning of a span of time.
struct CampaignSpan: Sendable {
    var campaign: String
    var beganAt: Timestamp
    var sent: Int
}

/// Of some campaigns, locked.
struct LockCampaignSpans: Statement {
    static let sql = """
        SELECT campaign, began_at, sent
          FROM campaign_span
         WHERE campaign = ANY ($1)
         ORDER BY campaign
           FOR UPDATE
        """

    var campaigns: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.campaigns) }

    static func read(_ columns: inout Columns) throws -> CampaignSpan {
        CampaignSpan(campaign: try columns.next(), beganAt: try columns.next(), sent: Int(try columns.next(Int64.self)))
    }
}

/// Adds what has been sent in a span of time; a former one is over.
struct AddToCampaignSpans: Statement {
    static let sql = """
        INSERT INTO campaign_span AS s (campaign, began_at, sent)
        SELECT b.campaign, b.began_at, b.sent
          FROM unnest($1::text[], $2::timestamptz[], $3::bigint[]) AS b (campaign, began_at, sent)
         ORDER BY b.campaign
            ON CONFLICT (campaign) DO UPDATE
           SET began_at = excluded.began_at,
               sent = CASE WHEN s.began_at = excluded.began_at THEN s.sent ELSE 0 END + excluded.sent
        """

    var spans: [CampaignSpan]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.spans.map(\.campaign))
        parameters.append(self.spans.map(\.beganAt))
        parameters.append(self.spans.map { Int64($0.sent) })
    }
}
