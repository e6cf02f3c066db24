import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

extension BillingCycle: PostgresConvertible {
    var postgresForm: PostgresDate { PostgresDate(days: Int32(clamping: self.firstDay.daysSinceEpoch)) }

    init(postgresForm form: PostgresDate) {
        self.init(of: CivilDate(daysSinceEpoch: Int(form.days)))
    }
}

extension Milliyuan: PostgresEncodable, PostgresDecodable {}
extension UsageID: PostgresConvertible {}
extension LedgerID: PostgresConvertible {}
extension AccountHistory.Member.Role: PostgresEncodable, PostgresDecodable {}
extension RatingRule: PostgresEncodable, PostgresDecodable {}
extension RatingDomain.Ledger.Remainder: PostgresEncodable, PostgresDecodable {}
extension GroupPayment.Unspent: PostgresEncodable, PostgresDecodable {}
extension AccountLineBarred.Cause: PostgresEncodable, PostgresDecodable {}
extension BillID: PostgresConvertible {}
extension MovementID: PostgresConvertible {}
extension ScheduledMoneyID: PostgresConvertible {}
