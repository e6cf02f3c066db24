/// A complaint, as the read API tells it; times stay texts.
struct ComplaintDocument: Decodable {
    struct Summary: Decodable {
        var complaintId: String
        var state: String
        var tier: String
        var category: String
        var queue: String
        var dueAt: String?
        var missed: [String]
    }

    struct Deadline: Decodable {
        var clock: String
        var limitSeconds: Int
        var countedSeconds: Int
        var dueAt: String?
        var endedAt: String?
        var isMissed: Bool
    }

    struct Refund: Decodable {
        var refundId: String
        var rule: String
        var amountMilliyuan: Int64
        var state: String
    }

    struct Entry: Decodable {
        var at: String
        var by: String
        var kind: String
        var state: String
    }

    var complaintId: String
    var externalId: String
    var channel: String
    var customerId: String
    var text: String
    var tier: String
    var category: String
    var area: String
    var state: String
    var queue: String
    var owner: String?
    var firstOwner: String
    var level: String
    var deadlines: [Deadline]
    var refunds: [Refund]
    var history: [Entry]
}
