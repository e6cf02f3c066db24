import Contracts
import Foundation
import OrdersDomain
import Postgres

// Words of the domain as text columns.
extension OrderLifecycle.State: PostgresEncodable, PostgresDecodable {}
extension WorkOrderLifecycle.State: PostgresEncodable, PostgresDecodable {}
extension Line.State: PostgresEncodable, PostgresDecodable {}
extension ValidOrder.Member.Role: PostgresEncodable, PostgresDecodable {}
extension EffectPolicy: PostgresEncodable, PostgresDecodable {}
extension TargetTime.Counting: PostgresEncodable, PostgresDecodable {}
extension JeopardyKind: PostgresEncodable, PostgresDecodable {}

extension JSONB {
    init(encoding value: some Encodable) throws {
        self.init(utf8: [UInt8](try JSONEncoder().encode(value)))
    }

    func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(self.utf8))
    }
}

/// Whether PostgreSQL takes the text as it is, and an index entry holds it.
func isStorable(_ text: String) -> Bool {
    text.utf8.count <= 512 && !text.utf8.contains(0)
}

/// The text as far as PostgreSQL takes it: what is kept of a value that a rule refused.
func storable(_ text: String) -> String {
    isStorable(text) ? text : String(text.unicodeScalars.prefix(120).map { $0.value == 0 ? "\u{FFFD}" : Character($0) })
}
