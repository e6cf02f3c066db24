/// A value that can be a parameter of a statement or a field of a COPY row.
///
/// A type of another module joins with one line when it is `RawRepresentable` by an encodable value:
/// `extension OrderID: PostgresEncodable, PostgresDecodable {}`.
package protocol PostgresEncodable: PostgresArrayEncodable {
    /// The type that the server is told.
    static var postgresType: PostgresType { get }

    /// Appends the value's binary form, without its length.
    func encode(into buffer: inout PostgresBuffer)

    /// Appends length and value, or the mark of NULL. Only `Optional` has a reason to write its own.
    func encodeField(into buffer: inout PostgresBuffer)
}

/// A value of which PostgreSQL knows arrays. Every `PostgresEncodable` is one by itself; `UInt8` is
/// one only in order that `[UInt8]` be a `bytea`.
package protocol PostgresArrayEncodable: Sendable {
    static var postgresArrayType: PostgresType { get }

    static func encode(array: [Self], into buffer: inout PostgresBuffer)
}

extension PostgresEncodable {
    package func encodeField(into buffer: inout PostgresBuffer) {
        buffer.appendField { self.encode(into: &$0) }
    }

    package static var postgresArrayType: PostgresType { PostgresType(oid: Self.postgresType.array, array: 0) }

    package static func encode(array: [Self], into buffer: inout PostgresBuffer) {
        buffer.append(Int32(array.isEmpty ? 0 : 1))  // dimensions
        buffer.append(Int32(0))  // "has NULLs": the server looks for itself
        buffer.append(Self.postgresType.oid)
        guard !array.isEmpty else { return }
        buffer.append(Int32(truncatingIfNeeded: array.count))
        buffer.append(Int32(1))  // lower bound
        for element in array {
            element.encodeField(into: &buffer)
        }
    }
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    package static var postgresType: PostgresType { RawValue.postgresType }

    package func encode(into buffer: inout PostgresBuffer) {
        self.rawValue.encode(into: &buffer)
    }
}

extension Optional: PostgresArrayEncodable where Wrapped: PostgresEncodable {}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    package static var postgresType: PostgresType { Wrapped.postgresType }

    package func encode(into buffer: inout PostgresBuffer) {
        self?.encode(into: &buffer)
    }

    package func encodeField(into buffer: inout PostgresBuffer) {
        switch self {
        case .some(let value): value.encodeField(into: &buffer)
        case .none: buffer.appendNull()
        }
    }
}

/// One dimension only: an array of arrays has no type at the server, except `[[UInt8]]`, a `bytea[]`.
extension Array: PostgresArrayEncodable where Element: PostgresArrayEncodable {}

extension Array: PostgresEncodable where Element: PostgresArrayEncodable {
    package static var postgresType: PostgresType { Element.postgresArrayType }

    package func encode(into buffer: inout PostgresBuffer) {
        Element.encode(array: self, into: &buffer)
    }
}
