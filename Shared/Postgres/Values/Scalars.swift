package import Foundation

extension Bool: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .bool }

    package func encode(into buffer: inout PostgresBuffer) {
        buffer.append(UInt8(self ? 1 : 0))
    }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        self = try bytes.integer() as UInt8 != 0
    }
}

extension Int16: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int2 }

    package func encode(into buffer: inout PostgresBuffer) {
        buffer.append(self)
    }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        self = try bytes.integer()
    }
}

extension Int32: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int4 }

    package func encode(into buffer: inout PostgresBuffer) {
        buffer.append(self)
    }

    package static func accepts(type oid: UInt32) -> Bool {
        [PostgresType.int4.oid, PostgresType.int2.oid].contains(oid)
    }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        self = oid == PostgresType.int2.oid ? Int32(try bytes.integer() as Int16) : try bytes.integer()
    }
}

/// Reads every integer type of the server, and `xid8`.
extension Int64: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int8 }

    package func encode(into buffer: inout PostgresBuffer) {
        buffer.append(self)
    }

    package static func accepts(type oid: UInt32) -> Bool {
        switch oid {
        case PostgresType.int8.oid, PostgresType.int4.oid, PostgresType.int2.oid, PostgresType.xid8.oid: true
        default: false
        }
    }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        switch oid {
        case PostgresType.int2.oid: self = Int64(try bytes.integer() as Int16)
        case PostgresType.int4.oid: self = Int64(try bytes.integer() as Int32)
        default: self = try bytes.integer()
        }
    }
}

/// As `Int64`: a `bigint`.
extension Int: PostgresConvertible {
    package var postgresForm: Int64 { Int64(self) }

    package init(postgresForm form: Int64) {
        self = Int(form)
    }
}

extension Double: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .float8 }

    package func encode(into buffer: inout PostgresBuffer) {
        buffer.append(self.bitPattern)
    }

    package static func accepts(type oid: UInt32) -> Bool {
        [PostgresType.float8.oid, PostgresType.float4.oid].contains(oid)
    }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        if oid == PostgresType.float4.oid {
            self = Double(Float(bitPattern: try bytes.integer()))
        } else {
            self = Double(bitPattern: try bytes.integer())
        }
    }
}

/// Sent as `text`; reads every type whose binary form is its text, enums included.
extension String: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .text }

    package func encode(into buffer: inout PostgresBuffer) {
        buffer.append(bytes: self.utf8)
    }

    package static func accepts(type oid: UInt32) -> Bool {
        switch oid {
        case PostgresType.text.oid, PostgresType.varchar.oid, PostgresType.bpchar.oid, PostgresType.name.oid,
            PostgresType.unknown.oid, PostgresType.json.oid:
            true
        default:
            oid >= PostgresType.firstUserDefined
        }
    }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        guard let text = bytes.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw PostgresValueError("is not UTF-8")
        }
        self = text
    }
}

extension UUID: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .uuid }

    package func encode(into buffer: inout PostgresBuffer) {
        withUnsafeBytes(of: self.uuid) { buffer.append(bytes: $0) }
    }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        guard bytes.byteCount == 16 else { throw PostgresValueError.size }
        self.init(uuid: bytes.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }
}

/// Makes `[UInt8]` a `bytea`; a single byte has no type at the server.
extension UInt8: PostgresArrayEncodable, PostgresArrayDecodable {
    package static var postgresArrayType: PostgresType { .bytea }

    package static func encode(array: [UInt8], into buffer: inout PostgresBuffer) {
        buffer.append(bytes: array)
    }

    package static func accepts(arrayType oid: UInt32) -> Bool { oid == PostgresType.bytea.oid }

    package static func decode(array bytes: RawSpan, type oid: UInt32) throws -> [UInt8] {
        bytes.withUnsafeBytes { Array($0) }
    }
}
