import ComplaintsDomain
import Contracts
import Foundation
import Messaging
import Postgres

extension ComplaintID: PostgresConvertible {}
extension ProblemID: PostgresConvertible {}
extension RefundID: PostgresConvertible {}
extension UsageID: PostgresConvertible {}
extension BillID: PostgresConvertible {}

extension Milliyuan: PostgresEncodable, PostgresDecodable {}
extension TicketLifecycle.State: PostgresEncodable, PostgresDecodable {}

extension BillingCycle: PostgresConvertible {
    var postgresForm: PostgresDate {
        PostgresDate(days: Int32(clamping: CivilDate(firstOf: self).daysSinceEpoch))
    }

    init(postgresForm form: PostgresDate) {
        self.init(of: CivilDate(daysSinceEpoch: Int(form.days)))
    }
}
