import ComplaintsDomain
import Contracts
import Foundation
import Messaging
import Postgres
import SeededRandom
import Testing

@testable import Complaints

@Suite("Histories and statistics")
struct HistoryTests {
    @Test("A history cannot be changed, and its chain shows where it was")
    func chain() async throws {
        try await Desk.open { desk in
            let id = try #require(try await desk.submit([complaint("E1")]).first).complaintId
            try await desk.command("assign", id) { $0.owner = "li" }
            try await desk.pass(to: hour(60))
            let entries = try await desk.pool.execute(FindEntries(ids: [id]))
            func isWhole(_ entries: [StoredEntry]) -> Bool {
                var chain = TicketHistoryChain(of: id)
                return entries.allSatisfy { entry in
                    chain.append(
                        .init(
                            at: entry.at, by: entry.by, kind: entry.kind, state: entry.state, content: entry.content))
                        == entry.hash
                }
            }
            #expect(isWhole(entries) && entries.map(\.position) == Array(0..<entries.count))
            for index in entries.indices {
                var changed = entries
                changed[index].by = "nobody"
                #expect(!isWhole(changed))
                changed = entries
                changed[index].at = changed[index].at.advanced(bySeconds: 1)
                #expect(!isWhole(changed))
                changed = entries
                changed.remove(at: index)
                #expect(isWhole(changed) == (index == entries.count - 1), "the head tells what is missing at the end")
            }
            for sql in [
                "UPDATE ticket_entry SET by = 'x'", "DELETE FROM ticket_entry", "TRUNCATE ticket_entry",
            ] {
                await #expect(throws: PostgresError.self) {
                    try await desk.pool.withConnection { try await $0.execute(unsafeSQL: sql) }
                }
            }
        }
    }

    @Test(
        "Statistics are what the histories come to by themselves, percentiles included", arguments: [1, 2] as [UInt64])
    func statistics(seed: UInt64) async throws {
        try await Desk.open { desk in
            var random = SeededGenerator(seed: seed)
            var ids: [ComplaintID] = []
            for step in 0..<260 {
                try await desk.pass(to: desk.now.advanced(bySeconds: Int(random.next() % 7200)))
                if step < 120 {
                    let category = ["billing", "fault", "order"].randomElement(using: &random) ?? ""
                    let taken = try await desk.submit([
                        complaint(
                            "E\(step)", category, customer: "C\(step)",
                            tier: ["vip", "gold", "standard"].randomElement(using: &random),
                            area: ["urban", "rural"].randomElement(using: &random))
                    ])
                    ids += taken.map(\.complaintId)
                }
                guard let id = ids.suffix(5).randomElement(using: &random) else { continue }
                let word =
                    ["reply", "resolve", "resolve", "satisfaction", "satisfaction", "escalate", "cancel"]
                    .randomElement(using: &random) ?? ""
                let score = Int(random.next() % 5) + 1
                try await desk.command(word, id) {
                    $0.text = "…"
                    $0.score = score
                }
            }
            let (from, to) = (hour(0), hour(24 * 60))
            for dimension in StatisticsDimension.allCases {
                for period in StatisticsPeriod.allCases {
                    let sums = SumComplaints(
                        from: from, to: to, dimension: dimension, period: period, timeZone: "Asia/Shanghai")
                    let shown = try await desk.pool.execute(sums)
                    let again = try await desk.pool.execute(Recomputed(sums: sums))
                    #expect(shown == again && shown.count >= 1, "\(dimension) \(period)")
                }
            }
            let all = try #require(
                try await desk.pool.execute(
                    SumComplaints(from: from, to: to, dimension: .none, period: .all, timeZone: "Asia/Shanghai")
                ).first)
            #expect(all.complaints == 120 && all.closed > 10 && all.inTime < 120 && all.scores > 5 && all.reopened > 0)
        }
    }
}

/// The same from the entries alone.
private struct Recomputed: Statement {
    static let sql = """
        WITH told AS (
            SELECT e.complaint_id,
                   min(e.at) FILTER (WHERE e.kind = 'submitted') AS submitted_at,
                   min(e.at) FILTER (WHERE e.kind IN ('replied', 'resolved')) AS replied_at,
                   count(*) FILTER (WHERE e.kind = 'missed' AND e.content::jsonb ->> 'clock' <> 'level') AS missed,
                   count(*) FILTER (WHERE e.kind = 'reopened') AS reopened,
                   (array_agg(e.content::jsonb ORDER BY e.position) FILTER (WHERE e.kind = 'submitted'))[1] AS first,
                   (array_agg(e.state ORDER BY e.position DESC))[1] AS state,
                   (array_agg(e.at ORDER BY e.position DESC) FILTER (WHERE e.kind = 'closed'))[1] AS closed_at,
                   (array_agg((e.content::jsonb ->> 'score')::int ORDER BY e.position DESC)
                    FILTER (WHERE e.kind = 'closed' OR e.kind = 'reopened' AND e.content::jsonb ? 'score'))[1] AS score,
                   (array_agg(e.content::jsonb -> 'to' ->> 'queue' ORDER BY e.position DESC)
                    FILTER (WHERE e.kind IN ('assigned', 'escalated')))[1] AS queue
              FROM ticket_entry AS e
             GROUP BY e.complaint_id
        ), one AS (
            SELECT CASE $4 WHEN 'all' THEN NULL ELSE date_trunc($4, submitted_at AT TIME ZONE $5)::date END AS period,
                   CASE $3 WHEN 'category' THEN first -> 'facts' ->> 'category' WHEN 'tier' THEN first -> 'facts' ->> 'tier'
                           WHEN 'area' THEN first -> 'facts' ->> 'area' WHEN 'queue' THEN queue END AS value,
                   missed, reopened, score, state,
                   floor(extract(epoch FROM replied_at - submitted_at))::bigint AS to_reply,
                   extract(epoch FROM replied_at - submitted_at) AS exact_reply,
                   CASE WHEN state = 'closed' THEN floor(extract(epoch FROM closed_at - submitted_at))::bigint END AS to_close,
                   CASE WHEN state = 'closed' THEN extract(epoch FROM closed_at - submitted_at) END AS exact_close
              FROM told
             WHERE submitted_at >= $1 AND submitted_at < $2 AND state <> 'rejected'
        ), ranked AS (
            SELECT *, count(to_reply) OVER w AS replies, count(to_close) OVER w AS closings,
                   row_number() OVER (PARTITION BY period, value ORDER BY to_reply NULLS LAST) AS reply_rank,
                   row_number() OVER (PARTITION BY period, value ORDER BY to_close NULLS LAST) AS close_rank
              FROM one WINDOW w AS (PARTITION BY period, value)
        )
        SELECT period, value, count(*), count(*) FILTER (WHERE missed = 0), count(to_reply),
               round(sum(exact_reply) / NULLIF(count(to_reply), 0))::bigint,
               max(to_reply) FILTER (WHERE reply_rank = ceil(0.9 * replies)),
               count(to_close), round(sum(exact_close) / NULLIF(count(to_close), 0))::bigint,
               max(to_close) FILTER (WHERE close_rank = ceil(0.9 * closings)),
               count(*) FILTER (WHERE reopened > 0), count(score), COALESCE(sum(score), 0)::bigint
          FROM ranked
         GROUP BY period, value
         ORDER BY period, value
        """

    var sums: SumComplaints

    func bind(_ parameters: inout Parameters) { self.sums.bind(&parameters) }

    static func read(_ columns: inout Columns) throws -> SumComplaints.Row { try SumComplaints.read(&columns) }
}
