/// A value that can be read from a column.
package protocol PostgresDecodable: PostgresArrayDecodable {
    /// Whether a column of this type can be read.
    static func accepts(type oid: UInt32) -> Bool

    /// Reads the binary form. The bytes are the value's, all of them and no more.
    init(postgres bytes: RawSpan, type oid: UInt32) throws

    /// What NULL becomes: an error, except in `Optional`.
    static func decodeNull() throws -> Self
}

/// The counterpart of `PostgresArrayEncodable`.
package protocol PostgresArrayDecodable: Sendable {
    static func accepts(arrayType oid: UInt32) -> Bool

    static func decode(array bytes: RawSpan, type oid: UInt32) throws -> [Self]
}

/// What is wrong with a value; the column's name is added by whoever knows it.
package struct PostgresValueError: Error, Sendable {
    package var problem: String

    package init(_ problem: String) {
        self.problem = problem
    }

    package static let null = Self("is NULL")
    package static let size = Self("has the wrong size")
}

extension PostgresDecodable {
    package static func decodeNull() throws -> Self { throw PostgresValueError.null }

    /// The element's type stands in the array itself and is checked there.
    package static func accepts(arrayType oid: UInt32) -> Bool { true }

    package static func decode(array bytes: RawSpan, type oid: UInt32) throws -> [Self] {
        let dimensions: Int32 = try bytes.integer(at: 0)
        let element: UInt32 = try bytes.integer(at: 8)
        guard Self.accepts(type: element) else { throw PostgresValueError("is an array of type \(element)") }
        guard dimensions > 0 else { return [] }
        guard dimensions == 1 else { throw PostgresValueError("has \(dimensions) dimensions") }
        let count: Int32 = try bytes.integer(at: 12)
        guard count >= 0 else { throw PostgresValueError.size }
        var offset = 20
        var values: [Self] = []
        values.reserveCapacity(Int(count))
        for _ in 0..<count {
            let length = Int(try bytes.integer(at: offset) as Int32)
            offset += 4
            guard length >= 0 else {
                values.append(try Self.decodeNull())
                continue
            }
            guard offset + length <= bytes.byteCount else { throw PostgresValueError.size }
            values.append(try Self(postgres: bytes.extracting(offset..<offset + length), type: element))
            offset += length
        }
        return values
    }
}

extension PostgresDecodable where Self: PostgresEncodable {
    package static func accepts(type oid: UInt32) -> Bool { oid == Self.postgresType.oid }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    package static func accepts(type oid: UInt32) -> Bool { RawValue.accepts(type: oid) }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        guard let value = Self(rawValue: try RawValue(postgres: bytes, type: oid)) else {
            throw PostgresValueError("is no \(Self.self)")
        }
        self = value
    }
}

/// Settles which of the two defaults above holds for a type that is both.
extension PostgresDecodable where Self: PostgresEncodable & RawRepresentable, RawValue: PostgresDecodable {
    package static func accepts(type oid: UInt32) -> Bool { RawValue.accepts(type: oid) }
}

extension Optional: PostgresArrayDecodable where Wrapped: PostgresDecodable {}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func accepts(type oid: UInt32) -> Bool { Wrapped.accepts(type: oid) }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        self = .some(try Wrapped(postgres: bytes, type: oid))
    }

    package static func decodeNull() throws -> Self { .none }
}

extension Array: PostgresArrayDecodable where Element: PostgresArrayDecodable {}

extension Array: PostgresDecodable where Element: PostgresArrayDecodable {
    package static func accepts(type oid: UInt32) -> Bool { Element.accepts(arrayType: oid) }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        self = try Element.decode(array: bytes, type: oid)
    }
}

extension RawSpan {
    /// The integer in network order at `offset`.
    package func integer<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int) throws -> T {
        guard offset + MemoryLayout<T>.size <= self.byteCount else { throw PostgresValueError.size }
        return T(bigEndian: self.unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// The integer in network order that is all there is.
    package func integer<T: FixedWidthInteger & BitwiseCopyable>() throws -> T {
        guard self.byteCount == MemoryLayout<T>.size else { throw PostgresValueError.size }
        return try self.integer(at: 0)
    }
}
