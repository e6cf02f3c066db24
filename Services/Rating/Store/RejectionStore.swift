import Contracts
import Foundation
import Postgres

/// A usage record that was not rated.
struct UsageRejection: Sendable {
    var record: UsageRecorded
    var accountId: String?
    var code: String
    var message: String
    var rejectedAt: Timestamp
}

struct KeepRejections: Statement {
    static let sql = """
        INSERT INTO usage_rejection AS r (usage_id, service_number, account_id, code, message, record, rejected_at)
        SELECT *
          FROM unnest(
               $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[])
            ON CONFLICT (usage_id) DO UPDATE
               SET service_number = EXCLUDED.service_number,
                   account_id = EXCLUDED.account_id,
                   code = EXCLUDED.code,
                   message = EXCLUDED.message,
                   record = EXCLUDED.record,
                   rejected_at = EXCLUDED.rejected_at,
                   times = r.times + 1
        """

    /// The last one of each id.
    let rejections: [UsageRejection]
    private let records: [JSONB]

    init(_ rejections: [UsageRejection]) throws {
        var places: [UsageID: Int] = [:]
        var last: [UsageRejection] = []
        for rejection in rejections {
            if let place = places[rejection.record.usageId] {
                last[place] = rejection
            } else {
                places[rejection.record.usageId] = last.count
                last.append(rejection)
            }
        }
        self.rejections = last.sorted { $0.record.usageId < $1.record.usageId }
        self.records = try self.rejections.map { try JSONB(encoding: $0.record) }
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.rejections.map(\.record.usageId))
        parameters.append(self.rejections.map(\.record.serviceNumber))
        parameters.append(self.rejections.map(\.accountId))
        parameters.append(self.rejections.map(\.code))
        parameters.append(self.rejections.map(\.message))
        parameters.append(self.records)
        parameters.append(self.rejections.map(\.rejectedAt))
    }
}

/// Records that have been rated after all.
struct ForgetRejections: Statement {
    static let sql = "DELETE FROM usage_rejection WHERE usage_id = ANY ($1)"

    var ids: [UUID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }
}
