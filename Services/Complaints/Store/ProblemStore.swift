import ComplaintsDomain
import Contracts
import Messaging
import Postgres

/// Complaints of one category and area.
struct ComplaintGroup: Hashable, Comparable, Sendable {
    var category: String
    var area: String

    static func < (left: ComplaintGroup, right: ComplaintGroup) -> Bool {
        (left.category, left.area) < (right.category, right.area)
    }
}

struct StoredProblem: Sendable {
    var id: ProblemID
    var group: ComplaintGroup
    var isOpen: Bool
    var openedAt: Timestamp
    var resolvedAt: Timestamp?
    var complaints: Int

    init(_ columns: inout Columns) throws {
        self.id = try columns.next()
        self.group = ComplaintGroup(category: try columns.next(), area: try columns.next())
        self.isOpen = try columns.next()
        self.openedAt = try columns.next()
        self.resolvedAt = try columns.next()
        self.complaints = try columns.next()
    }

    static let columns = "problem_id, category, area, state = 'open', opened_at, resolved_at, complaints"
}

/// The problem of each group that takes what comes now, the latest where there are more.
struct FindOpenProblems: Statement {
    static let sql = """
        SELECT DISTINCT ON (p.category, p.area) p.problem_id, p.category, p.area
          FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS b (category, area, since)
          JOIN problem AS p
            ON p.category = b.category
           AND p.area = b.area
           AND p.state = 'open'
           AND p.last_joined_at >= b.since
         ORDER BY p.category, p.area, p.last_joined_at DESC
        """

    var groups: [ComplaintGroup]
    var since: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.groups.map(\.category))
        parameters.append(self.groups.map(\.area))
        parameters.append(self.groups.map { _ in self.since })
    }

    static func read(_ columns: inout Columns) throws -> (id: ProblemID, group: ComplaintGroup) {
        (try columns.next(), ComplaintGroup(category: try columns.next(), area: try columns.next()))
    }
}

/// Open complaints of groups that are of no problem, since an instant.
struct FindUngrouped: Statement {
    static let sql = """
        SELECT t.complaint_id, t.category, t.area
          FROM unnest($1::text[], $2::text[]) AS b (category, area)
         CROSS JOIN LATERAL (
               SELECT complaint_id, category, area
                 FROM ticket
                WHERE category = b.category
                  AND area = b.area
                  AND submitted_at > $3
                  AND problem_id IS NULL
                  AND state IN ('acknowledged', 'inProgress', 'pending')
               OFFSET 0) AS t
        """

    var groups: [ComplaintGroup]
    var since: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.groups.map(\.category))
        parameters.append(self.groups.map(\.area))
        parameters.append(self.since)
    }

    static func read(_ columns: inout Columns) throws -> (id: ComplaintID, group: ComplaintGroup) {
        (try columns.next(), ComplaintGroup(category: try columns.next(), area: try columns.next()))
    }
}

/// New problems, and what has joined those that are there.
struct SaveProblems: Statement {
    static let sql = """
        INSERT INTO problem AS p (problem_id, category, area, state, opened_at, last_joined_at, complaints)
        SELECT b.problem_id, b.category, b.area, 'open', $5, $5, b.joined
          FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[]) AS b (problem_id, category, area, joined)
         ORDER BY b.problem_id
            ON CONFLICT (problem_id) DO UPDATE
           SET complaints = p.complaints + excluded.complaints,
               last_joined_at = excluded.last_joined_at
        """

    var joined: [(id: ProblemID, group: ComplaintGroup, count: Int)]
    var at: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.joined.map(\.id))
        parameters.append(self.joined.map(\.group.category))
        parameters.append(self.joined.map(\.group.area))
        parameters.append(self.joined.map(\.count))
        parameters.append(self.at)
    }
}

/// Complaints of problems, with the problems' ids: of other ids nothing.
struct FindComplaintsOfProblems: Statement {
    static let sql = """
        SELECT problem_id, complaint_id
          FROM ticket
         WHERE problem_id = ANY ($1)
        """

    var problems: [ProblemID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.problems) }

    static func read(_ columns: inout Columns) throws -> (problem: ProblemID, complaint: ComplaintID) {
        (try columns.next(), try columns.next())
    }
}

struct FindProblems: Statement {
    static let sql = "SELECT \(StoredProblem.columns) FROM problem WHERE problem_id = ANY ($1)"

    var ids: [ProblemID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> StoredProblem { try StoredProblem(&columns) }
}

struct ListProblems: Statement {
    static let sql = """
        SELECT \(StoredProblem.columns)
          FROM problem
         WHERE ($1::text IS NULL OR state = $1)
           AND ($2::uuid IS NULL OR problem_id < $2)
         ORDER BY problem_id DESC
         LIMIT $3
        """

    var state: String?
    var before: ProblemID?
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.state)
        parameters.append(self.before)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> StoredProblem { try StoredProblem(&columns) }
}

struct ResolveProblems: Statement {
    static let sql = """
        UPDATE problem
           SET state = 'resolved',
               resolved_at = $2
         WHERE problem_id = ANY ($1)
           AND state = 'open'
        """

    var ids: [ProblemID]
    var at: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ids)
        parameters.append(self.at)
    }
}
