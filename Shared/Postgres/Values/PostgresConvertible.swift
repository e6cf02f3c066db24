/// A type that is stored as another one and is not `RawRepresentable` by it:
///
///     extension Timestamp: PostgresConvertible {
///         package var postgresForm: PostgresTimestamp { PostgresTimestamp(microseconds: self.microseconds) }
///         package init(postgresForm form: PostgresTimestamp) { self.init(microseconds: form.microseconds) }
///     }
package protocol PostgresConvertible: PostgresEncodable, PostgresDecodable {
    associatedtype PostgresForm: PostgresEncodable & PostgresDecodable

    var postgresForm: PostgresForm { get }

    /// - Throws: when the stored value is none of this type's.
    init(postgresForm form: PostgresForm) throws
}

extension PostgresConvertible {
    package static var postgresType: PostgresType { PostgresForm.postgresType }

    package func encode(into buffer: inout PostgresBuffer) {
        self.postgresForm.encode(into: &buffer)
    }

    package static func accepts(type oid: UInt32) -> Bool { PostgresForm.accepts(type: oid) }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        try self.init(postgresForm: PostgresForm(postgres: bytes, type: oid))
    }
}
