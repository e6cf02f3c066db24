import Foundation

/// A decoder of one value of a `JSONDocument`. Its errors say nothing: whoever wants to know asks the general decoder.
struct JSONReader: Decoder, SingleValueDecodingContainer {
    /// Thrown for whatever cannot be read here.
    struct Mismatch: Error {}

    let document: JSONDocument
    /// Of the value.
    let index: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { self.document.userInfo }

    private var node: JSONDocument.Node { self.document.nodes[self.index] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard self.node.kind == .object else { throw Mismatch() }
        return KeyedDecodingContainer(JSONMembers<Key>(document: self.document, object: self.index))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard self.node.kind == .array else { throw Mismatch() }
        return JSONElements(document: self.document, array: self.index)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { self.node.kind == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
        switch self.node.kind {
        case .true: true
        case .false: false
        default: throw Mismatch()
        }
    }

    func decode(_ type: String.Type) throws -> String {
        guard let text = self.document.text(self.node) else {
            // Characters that are written in an unusual way are still characters.
            if self.node.kind == .escapedText { self.document.isBeyond = true }
            throw Mismatch()
        }
        return text
    }

    func decode(_ type: Int.Type) throws -> Int { try self.integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try self.integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try self.integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try self.integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try self.integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try self.integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try self.integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try self.integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try self.integer() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try self.integer() }
    func decode(_ type: Double.Type) throws -> Double { throw self.fraction() }
    func decode(_ type: Float.Type) throws -> Float { throw self.fraction() }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        // The general decoder has forms of its own for these.
        if type == Decimal.self { throw self.fraction() }
        if type == Date.self || type == Data.self || type == URL.self { throw self.beyond() }
        return try Value(from: self)
    }

    private func integer<Value: FixedWidthInteger>() throws -> Value {
        if let value: Value = self.document.integer(self.node) { return value }
        // 1.0 and 1e3 are whole numbers too.
        if self.node.kind == .number { self.document.isBeyond = true }
        throw Mismatch()
    }

    /// For numbers that may have fractions: those are the general decoder's, and what is no number is none for it either.
    private func fraction() -> Mismatch {
        switch self.node.kind {
        case .integer, .number: self.beyond()
        default: Mismatch()
        }
    }

    private func beyond() -> Mismatch {
        self.document.isBeyond = true
        return Mismatch()
    }
}
