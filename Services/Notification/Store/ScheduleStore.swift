import Contracts
import NotificationDomain
import Postgres

/// A single offer that a line has got, or has no longer.
struct Subscription: Sendable {
    var bundleId: BundleID
    var serviceNumber: String
    var offer: String?
    var since: Timestamp?
    var until: Timestamp?
}

extension Subscription {
    /// Both of the same line and bundle.
    func merged(with other: Subscription) -> Subscription {
        var merged = self
        merged.offer = self.offer ?? other.offer
        merged.since = self.since ?? other.since
        merged.until = [self.until, other.until].compactMap(\.self).min()
        return merged
    }
}

/// Beginnings and ends, in whatever order they are told.
struct InsertSubscriptions: Statement {
    static let sql = """
        INSERT INTO subscription AS s (bundle_id, service_number, offer, since, until)
        SELECT b.bundle_id, b.service_number, b.offer, b.since, b.until
          FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])
               AS b (bundle_id, service_number, offer, since, until)
         ORDER BY b.bundle_id, b.service_number
            ON CONFLICT (bundle_id, service_number) DO UPDATE
           SET offer = COALESCE(s.offer, excluded.offer),
               since = COALESCE(s.since, excluded.since),
               until = LEAST(s.until, excluded.until)
        """

    /// At most one of a line and a bundle.
    var subscriptions: [Subscription]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.subscriptions.map(\.bundleId))
        parameters.append(self.subscriptions.map(\.serviceNumber))
        parameters.append(self.subscriptions.map(\.offer))
        parameters.append(self.subscriptions.map(\.since))
        parameters.append(self.subscriptions.map(\.until))
    }
}

/// Lines that are there no longer have nothing.
struct EndSubscriptions: Statement {
    static let sql = """
        UPDATE subscription AS s
           SET until = b.until
          FROM unnest($1::text[], $2::timestamptz[]) AS b (service_number, until)
         WHERE s.service_number = b.service_number
           AND s.until IS NULL
           AND s.since <= b.until
        """

    var ended: [(serviceNumber: String, at: Timestamp)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ended.map(\.serviceNumber))
        parameters.append(self.ended.map(\.at))
    }
}

/// How far a schedule has come.
struct ScheduleRun: Sendable {
    var schedule: String
    var rule: String
    var dueAt: Timestamp
    var afterOffer = ""
    var afterNumber = ""
}

struct ListScheduleRuns: Statement {
    static let sql = "SELECT schedule, rule, due_at, after_offer, after_number FROM schedule_run"

    static func read(_ columns: inout Columns) throws -> ScheduleRun {
        ScheduleRun(
            schedule: try columns.next(), rule: try columns.next(), dueAt: try columns.next(),
            afterOffer: try columns.next(), afterNumber: try columns.next())
    }
}

struct SaveScheduleRun: Statement {
    static let sql = """
        INSERT INTO schedule_run (schedule, rule, due_at, after_offer, after_number)
        VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (schedule) DO UPDATE
           SET rule = excluded.rule,
               due_at = excluded.due_at,
               after_offer = excluded.after_offer,
               after_number = excluded.after_number
        """

    var run: ScheduleRun

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.run.schedule)
        parameters.append(self.run.rule)
        parameters.append(self.run.dueAt)
        parameters.append(self.run.afterOffer)
        parameters.append(self.run.afterNumber)
    }
}

/// Lines that have one of some offers at a time, by offer and number.
struct FindSubscribers: Statement {
    static let sql = """
        SELECT service_number, offer
          FROM subscription
         WHERE offer = ANY ($1)
           AND since <= $2
           AND (until IS NULL OR until > $2)
           AND (offer, service_number) > ($3, $4)
         ORDER BY offer, service_number
         LIMIT $5
        """

    var offers: [String]
    var at: Timestamp
    var afterOffer: String
    var afterNumber: String
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.offers)
        parameters.append(self.at)
        parameters.append(self.afterOffer)
        parameters.append(self.afterNumber)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Subscriber {
        Subscriber(serviceNumber: try columns.next(), offer: try columns.next())
    }
}

/// Lines with one of some offers of whose date they have not been told; they are, from now on.
struct TakeDueDates: Statement {
    static let sql = """
        WITH due AS MATERIALIZED (
            SELECT DISTINCT ON (n.date, n.service_number) n.service_number, s.offer, n.date
              FROM noted_date AS n
              JOIN subscription AS s
                ON s.service_number = n.service_number
             WHERE n.name = $1
               AND n.date BETWEEN $2 AND $3
               AND s.offer = ANY ($4)
               AND s.since <= $5
               AND (s.until IS NULL OR s.until > $5)
               AND (SELECT r.date
                      FROM reminder AS r
                     WHERE r.service_number = n.service_number
                       AND r.schedule = $6
                       AND r.date = n.date) IS NULL
             ORDER BY n.date, n.service_number
             LIMIT $7
        ), told AS (
            INSERT INTO reminder (service_number, schedule, date)
            SELECT service_number, $6, date
              FROM due)
        SELECT service_number, offer, date
          FROM due
        """

    var name: String
    var dates: ClosedRange<CivilDate>
    var offers: [String]
    var at: Timestamp
    var schedule: String
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.name)
        parameters.append(self.dates.lowerBound)
        parameters.append(self.dates.upperBound)
        parameters.append(self.offers)
        parameters.append(self.at)
        parameters.append(self.schedule)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Subscriber {
        Subscriber(serviceNumber: try columns.next(), offer: try columns.next(), date: try columns.next())
    }
}

/// Dates of lines; the last one counts.
struct InsertNotedDates: Statement {
    static let sql = """
        INSERT INTO noted_date (service_number, name, date)
        SELECT b.service_number, b.name, b.date
          FROM unnest($1::text[], $2::text[], $3::date[]) AS b (service_number, name, date)
         ORDER BY b.service_number, b.name
            ON CONFLICT (service_number, name) DO UPDATE
           SET date = excluded.date
        """

    /// At most one of a line and a name.
    var dates: [NotedDate]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dates.map(\.serviceNumber))
        parameters.append(self.dates.map(\.name))
        parameters.append(self.dates.map(\.date))
    }
}

struct NotedDate: Sendable {
    var serviceNumber: String
    var name: String
    var date: CivilDate
}
