import ComplaintsDomain
import Contracts
import Foundation

/// A complaint with all that has happened to it, and why its deadlines are what they are.
struct TicketView: Encodable, Sendable {
    struct Interval: Encodable, Sendable {
        var from: Timestamp
        var until: Timestamp
        var isCounted: Bool
        var reason: String
    }

    struct Deadline: Encodable, Sendable {
        var clock: String
        var limitSeconds: Int
        /// Of its time, so much has been counted.
        var countedSeconds: Int64
        /// Absent while it stands still.
        var warnsAt: Timestamp?
        var dueAt: Timestamp?
        /// When what it was for happened.
        var endedAt: Timestamp?
        var isMissed: Bool
        /// Which of the ticket's time was counted, and which was not.
        var intervals: [Interval]
    }

    struct Refund: Encodable, Sendable {
        var refundId: RefundID
        var state: String
        var rule: String
        var amountMilliyuan: Milliyuan
        var basisMilliyuan: Milliyuan
        var days: Int?
        var usageIds: [UsageID]
        var accountId: String
        var reason: String
        var requestedBy: String
        var approvedBy: String?
    }

    struct Entry: Encodable, Sendable {
        var position: Int
        var at: Timestamp
        var by: String
        var kind: String
        /// Of the ticket after it.
        var state: String
        var content: JSONValue
        var hash: String
    }

    var complaintId: ComplaintID
    var externalId: String
    var channel: String
    var customerId: String
    var customerName: String?
    var contactNumber: String?
    var serviceNumber: String?
    var accountId: String?
    var text: String
    var occurredAt: Timestamp?
    var submittedAt: Timestamp
    var tier: String
    var category: String
    var subCategory: String?
    var area: String
    var state: String
    var queue: String
    var owner: String?
    var firstOwner: String
    var level: String
    /// On whom it waits.
    var waitsOn: String?
    var problemId: ProblemID?
    var firstReplyAt: Timestamp?
    var repairedAt: Timestamp?
    var resolvedAt: Timestamp?
    var closedAt: Timestamp?
    var surveyUntil: Timestamp?
    var score: Int?
    var reopenings: Int
    var deadlines: [Deadline]
    var refunds: [Refund]
    var history: [Entry]

    init(_ ticket: Ticket, _ entries: [StoredEntry], _ rules: ComplaintRules, at now: Timestamp) throws {
        let submission = ticket.submission
        self.complaintId = ticket.id
        self.externalId = submission.externalId
        self.channel = submission.channel
        self.customerId = submission.customerId
        self.customerName = submission.customerName
        self.contactNumber = submission.contactNumber
        self.serviceNumber = submission.serviceNumber
        self.accountId = submission.accountId
        self.text = submission.text
        self.occurredAt = submission.occurredAt
        self.submittedAt = ticket.submittedAt
        self.tier = ticket.facts.tier
        self.category = ticket.facts.category
        self.subCategory = ticket.facts.subCategory
        self.area = ticket.facts.area
        self.state = ticket.state.rawValue
        self.queue = ticket.place.queue
        self.owner = ticket.place.owner
        self.firstOwner = ticket.firstOwner
        self.level = ticket.place.level
        self.waitsOn = ticket.waitsOn?.rawValue
        self.problemId = ticket.problemId
        self.firstReplyAt = ticket.firstReplyAt
        self.repairedAt = ticket.repairedAt
        self.resolvedAt = ticket.resolvedAt
        self.closedAt = ticket.closedAt
        self.surveyUntil = ticket.surveyUntil
        self.score = ticket.score
        self.reopenings = ticket.reopenings
        self.deadlines = ticket.deadlines(by: rules, at: max(now, ticket.lastAt)).map { Deadline($0, at: now) }
        self.refunds = ticket.refunds.map(Refund.init)
        self.history = try entries.map(Entry.init)
    }
}

extension TicketView.Deadline {
    fileprivate init(_ reading: DeadlineReading, at now: Timestamp) {
        self.clock = reading.clock.rawValue
        self.limitSeconds = reading.limitSeconds
        self.countedSeconds = reading.countedMicroseconds / 1_000_000
        self.warnsAt = reading.warnsAt
        self.dueAt = reading.dueAt
        self.endedAt = reading.endedAt
        self.isMissed = reading.isMissed(at: now)
        self.intervals = reading.intervals.map {
            TicketView.Interval(from: $0.from, until: $0.until, isCounted: $0.isCounted, reason: $0.reason.rawValue)
        }
    }
}

extension TicketView.Refund {
    fileprivate init(_ refund: Ticket.Refund) {
        self.refundId = refund.request.refundId
        self.state = refund.state.rawValue
        self.rule = refund.request.rule.rawValue
        self.amountMilliyuan = refund.request.amountMilliyuan
        self.basisMilliyuan = refund.request.basisMilliyuan
        self.days = refund.request.days
        self.usageIds = refund.request.usageIds
        self.accountId = refund.request.accountId
        self.reason = refund.request.reason
        self.requestedBy = refund.requestedBy
        self.approvedBy = refund.approvedBy
    }
}

extension TicketView.Entry {
    fileprivate init(_ entry: StoredEntry) throws {
        self.position = entry.position
        self.at = entry.at
        self.by = entry.by
        self.kind = entry.kind
        self.state = entry.state
        self.content = try JSONDecoder().decode(JSONValue.self, from: Data(entry.content.utf8))
        self.hash = entry.hash.map { String(format: "%02x", $0) }.joined()
    }
}

/// Many complaints of one category and area.
struct ProblemView: Encodable, Sendable {
    var problemId: ProblemID
    var category: String
    var area: String
    var state: String
    var complaints: Int
    var openedAt: Timestamp
    var resolvedAt: Timestamp?

    init(_ problem: StoredProblem) {
        self.problemId = problem.id
        self.category = problem.group.category
        self.area = problem.group.area
        self.state = problem.isOpen ? "open" : "resolved"
        self.complaints = problem.complaints
        self.openedAt = problem.openedAt
        self.resolvedAt = problem.resolvedAt
    }
}

/// How complaints of a time were handled.
struct StatisticsView: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        /// Its first day; absent: the whole time.
        var period: String?
        /// Of what it is told apart by.
        var value: String?
        var complaints: Int
        var inTime: Int
        /// Of 1.
        var inTimeRate: Double
        var replied: Int
        var meanSecondsToReply: Int?
        var p90SecondsToReply: Int?
        var closed: Int
        var meanSecondsToClose: Int?
        var p90SecondsToClose: Int?
        var reopened: Int
        var reopenRate: Double
        var scores: Int
        /// Of 5.
        var meanScore: Double?
    }

    var from: Timestamp
    var to: Timestamp
    var items: [Item]

    init(from: Timestamp, to: Timestamp, _ rows: [SumComplaints.Row]) {
        self.from = from
        self.to = to
        self.items = rows.map { row in
            Item(
                period: row.period?.text, value: row.value, complaints: row.complaints, inTime: row.inTime,
                inTimeRate: Double(row.inTime) / Double(max(1, row.complaints)), replied: row.replied,
                meanSecondsToReply: row.meanSecondsToReply, p90SecondsToReply: row.p90SecondsToReply,
                closed: row.closed, meanSecondsToClose: row.meanSecondsToClose,
                p90SecondsToClose: row.p90SecondsToClose, reopened: row.reopened,
                reopenRate: Double(row.reopened) / Double(max(1, row.complaints)), scores: row.scores,
                meanScore: row.scores == 0 ? nil : Double(row.sumOfScores) / Double(row.scores))
        }
    }
}
