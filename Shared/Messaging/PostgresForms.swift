package import Contracts
package import Foundation
package import Postgres

extension Timestamp: PostgresConvertible {
    package var postgresForm: PostgresTimestamp { PostgresTimestamp(microseconds: self.microseconds) }

    package init(postgresForm form: PostgresTimestamp) {
        self.init(microseconds: form.microseconds)
    }
}

extension Identifier {
    package var postgresForm: UUID { self.rawValue }

    package init(postgresForm form: UUID) { self.init(rawValue: form) }
}

extension OrderID: PostgresConvertible {}
extension WorkOrderID: PostgresConvertible {}
extension BundleID: PostgresConvertible {}
extension TaskID: PostgresConvertible {}
extension CommandID: PostgresConvertible {}

/// Whether PostgreSQL takes the value as it is, as jsonb.
package func isStorable(_ value: JSONValue) -> Bool {
    switch value {
    case .null, .bool, .integer, .number: true
    case .string(let text): !text.utf8.contains(0)
    case .array(let values): values.allSatisfy { isStorable($0) }
    case .object(let object): isStorable(object)
    }
}

package func isStorable(_ object: JSONObject) -> Bool {
    object.allSatisfy { !$0.utf8.contains(0) && isStorable($1) }
}
