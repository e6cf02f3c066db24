/// A JSON text in UTF-8, as a `jsonb`. The server normalises it: order of keys and white space change.
package struct JSONB: Hashable, Sendable {
    package var utf8: [UInt8]

    package init(utf8: [UInt8]) {
        self.utf8 = utf8
    }

    package init(_ text: String) {
        self.utf8 = Array(text.utf8)
    }

    package var text: String { String(decoding: self.utf8, as: UTF8.self) }
}

extension JSONB: PostgresEncodable, PostgresDecodable {
    /// The first byte of the binary form; there has never been another.
    private static let version: UInt8 = 1

    package static var postgresType: PostgresType { .jsonb }

    package func encode(into buffer: inout PostgresBuffer) {
        buffer.append(Self.version)
        buffer.append(bytes: self.utf8)
    }

    /// `json` too, which has no version byte.
    package static func accepts(type oid: UInt32) -> Bool {
        [PostgresType.jsonb.oid, PostgresType.json.oid].contains(oid)
    }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        guard oid == PostgresType.jsonb.oid else {
            self.init(utf8: bytes.withUnsafeBytes { Array($0) })
            return
        }
        guard try bytes.integer(at: 0) as UInt8 == Self.version else {
            throw PostgresValueError("has an unknown jsonb version")
        }
        self.init(utf8: bytes.withUnsafeBytes { Array($0.dropFirst()) })
    }
}
