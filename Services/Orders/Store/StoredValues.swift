import Contracts
import OrdersDomain
import Postgres

// Words of the domain as text columns.
extension OrderLifecycle.State: PostgresEncodable, PostgresDecodable {}
extension WorkOrderLifecycle.State: PostgresEncodable, PostgresDecodable {}
extension Cancellation.Code: PostgresEncodable, PostgresDecodable {}
extension Line.State: PostgresEncodable, PostgresDecodable {}
extension ValidOrder.Member.Role: PostgresEncodable, PostgresDecodable {}
extension EffectPolicy: PostgresEncodable, PostgresDecodable {}
extension TargetTime.Counting: PostgresEncodable, PostgresDecodable {}
extension JeopardyKind: PostgresEncodable, PostgresDecodable {}
