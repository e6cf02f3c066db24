import Contracts

/// What orders have done to an account, as Rating's read API tells it.
struct HistoryDocument: Decodable {
    struct Attachment: Decodable {
        var serviceNumber: String
        var product: String
        var from: Timestamp
        var until: Timestamp?
    }

    struct Member: Decodable {
        var serviceNumber: String
        var product: String
        var isMain: Bool
        var role: String
        var newPlan: String?
        var extraPlan: String?
    }

    struct Agreement: Decodable {
        var id: String
        var accountId: String
        var offer: String
        var from: Timestamp
        var until: Timestamp?
        var members: [Member]
    }

    var accountId: String
    var attachments: [Attachment]
    var agreements: [Agreement]
}

/// A usage record with its stored result.
struct RatedDocument: Decodable {
    var record: UsageRecorded
    var rated: UsageRated
    /// It came when its cycle was billed.
    var isLate: Bool
}

struct UsagePage: Decodable {
    var items: [RatedDocument]
    var next: String?
}

/// What is stored of a cycle.
struct CycleDocument: Decodable {
    struct Allowance: Decodable {
        var allowance: String
        var used: Int64
    }

    var catalogueVersion: String?
    var records: Int64
    var chargeMilliyuan: Int64
    var allowances: [Allowance]
}
