import ComplaintsDomain
import Contracts
import Messaging
import Postgres

/// Which of some usage records are refunded, or are to be.
struct FindRefundedUsage: Statement {
    static let sql = "SELECT usage_id FROM refunded_usage WHERE usage_id = ANY ($1)"

    var ids: [UsageID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> UsageID { try columns.next() }
}

struct InsertRefunds: Statement {
    static let sql = """
        INSERT INTO refund (refund_id, complaint_id)
        SELECT * FROM unnest($1::uuid[], $2::uuid[])
        """

    var refunds: [(id: RefundID, complaintId: ComplaintID)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.refunds.map(\.id))
        parameters.append(self.refunds.map(\.complaintId))
    }
}

struct InsertRefundedUsage: Statement {
    static let sql = """
        INSERT INTO refunded_usage (usage_id, refund_id)
        SELECT * FROM unnest($1::uuid[], $2::uuid[])
        """

    var usage: [(usageId: UsageID, refundId: RefundID)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.usage.map(\.usageId))
        parameters.append(self.usage.map(\.refundId))
    }
}

/// What was not refunded after all may be, by another.
struct ReleaseRefundedUsage: Statement {
    static let sql = "DELETE FROM refunded_usage WHERE refund_id = ANY ($1)"

    var refunds: [RefundID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.refunds) }
}

/// Of which complaints refunds are; others have asked for other adjustments.
struct FindRefunds: Statement {
    static let sql = "SELECT refund_id, complaint_id FROM refund WHERE refund_id = ANY ($1)"

    var ids: [RefundID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> (id: RefundID, complaintId: ComplaintID) {
        (try columns.next(), try columns.next())
    }
}
