import Contracts
import Messaging
import Postgres

/// By what statistics are told apart.
enum StatisticsDimension: String, CaseIterable, Sendable {
    case none, category, tier, area, queue
}

enum StatisticsPeriod: String, CaseIterable, Sendable {
    case all, day, week, month
}

/// How complaints of a time were handled: those submitted in it, without those that could not be taken.
struct SumComplaints: Statement {
    static let sql = """
        SELECT CASE WHEN $4 = 'all' THEN NULL ELSE date_trunc($4, t.submitted_at AT TIME ZONE $5)::date END,
               CASE $3
                   WHEN 'category' THEN t.category
                   WHEN 'tier' THEN t.tier
                   WHEN 'area' THEN t.area
                   WHEN 'queue' THEN t.queue
               END,
               count(*),
               count(*) FILTER (WHERE NOT t.missed && '{reply,handling,repair}'),
               count(t.first_reply_at),
               round(avg(extract(epoch FROM t.first_reply_at - t.submitted_at)))::bigint,
               percentile_disc(0.9) WITHIN GROUP (
                   ORDER BY floor(extract(epoch FROM t.first_reply_at - t.submitted_at))::bigint),
               count(*) FILTER (WHERE t.state = 'closed'),
               round(avg(extract(epoch FROM t.closed_at - t.submitted_at)) FILTER (WHERE t.state = 'closed'))::bigint,
               percentile_disc(0.9) WITHIN GROUP (
                   ORDER BY floor(extract(epoch FROM t.closed_at - t.submitted_at))::bigint)
                   FILTER (WHERE t.state = 'closed'),
               count(*) FILTER (WHERE t.reopenings > 0),
               count(t.score),
               COALESCE(sum(t.score), 0)::bigint
          FROM ticket AS t
         WHERE t.submitted_at >= $1
           AND t.submitted_at < $2
           AND t.state <> 'rejected'
         GROUP BY 1, 2
         ORDER BY 1, 2
        """

    struct Row: Sendable, Equatable {
        var period: CivilDate?
        var value: String?
        var complaints: Int
        var inTime: Int
        var replied: Int
        var meanSecondsToReply: Int?
        var p90SecondsToReply: Int?
        var closed: Int
        var meanSecondsToClose: Int?
        var p90SecondsToClose: Int?
        var reopened: Int
        var scores: Int
        var sumOfScores: Int
    }

    var from: Timestamp
    var to: Timestamp
    var dimension: StatisticsDimension
    var period: StatisticsPeriod
    var timeZone: String

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.from)
        parameters.append(self.to)
        parameters.append(self.dimension.rawValue)
        parameters.append(self.period.rawValue)
        parameters.append(self.timeZone)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        let day: PostgresDate? = try columns.next()
        return Row(
            period: day.map { CivilDate(daysSinceEpoch: Int($0.days)) }, value: try columns.next(),
            complaints: try columns.next(), inTime: try columns.next(), replied: try columns.next(),
            meanSecondsToReply: try columns.next(), p90SecondsToReply: try columns.next(),
            closed: try columns.next(), meanSecondsToClose: try columns.next(),
            p90SecondsToClose: try columns.next(), reopened: try columns.next(), scores: try columns.next(),
            sumOfScores: try columns.next())
    }
}
