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
