/// The members of an object.
struct JSONMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let document: JSONDocument
    let object: Int

    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] {
        var keys: [Key] = []
        var index = self.object + 1
        while index < self.document.nodes[self.object].after {
            if let key = self.document.text(self.document.nodes[index]).flatMap({ Key(stringValue: $0) }) {
                keys.append(key)
            }
            index = self.document.nodes[index + 1].after
        }
        return keys
    }

    func contains(_ key: Key) -> Bool { self.document.value(of: key.stringValue, in: self.object) != nil }

    private func reader(_ key: Key) throws -> JSONReader {
        guard let reader = self.readerIfPresent(key) else { throw JSONReader.Mismatch() }
        return reader
    }

    private func readerIfPresent(_ key: Key) -> JSONReader? {
        self.document.value(of: key.stringValue, in: self.object).map {
            JSONReader(document: self.document, index: $0)
        }
    }

    /// `nil` for a member that is not there or is null.
    private func valueIfPresent(_ key: Key) -> JSONReader? {
        self.readerIfPresent(key).flatMap { $0.decodeNil() ? nil : $0 }
    }

    func decodeNil(forKey key: Key) throws -> Bool { try self.reader(key).decodeNil() }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try self.reader(key).decode(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try self.reader(key).decode(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try self.reader(key).decode(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try self.reader(key).decode(type) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try self.reader(key).decode(type)
    }

    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try self.valueIfPresent(key)?.decode(type)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try self.valueIfPresent(key)?.decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try self.reader(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try self.reader(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        guard let index = self.document.value(of: "super", in: self.object) else { throw JSONReader.Mismatch() }
        return JSONReader(document: self.document, index: index)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try self.reader(key) }
}

/// The elements of an array, one after the other.
struct JSONElements: UnkeyedDecodingContainer {
    private let document: JSONDocument
    private let after: Int
    /// Of the next element.
    private var index: Int
    private(set) var currentIndex = 0
    let count: Int?

    init(document: JSONDocument, array: Int) {
        self.document = document
        self.after = document.nodes[array].after
        self.index = array + 1
        var count = 0
        var index = array + 1
        while index < self.after {
            count += 1
            index = document.nodes[index].after
        }
        self.count = count
    }

    var codingPath: [any CodingKey] { [] }

    var isAtEnd: Bool { self.index >= self.after }

    /// Gives the next element, and goes on when it could be read.
    private mutating func next<Value>(_ read: (JSONReader) throws -> Value) throws -> Value {
        guard !self.isAtEnd else { throw JSONReader.Mismatch() }
        let value = try read(JSONReader(document: self.document, index: self.index))
        self.index = self.document.nodes[self.index].after
        self.currentIndex += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard !self.isAtEnd else { throw JSONReader.Mismatch() }
        guard self.document.nodes[self.index].kind == .null else { return false }
        return try self.next { $0.decodeNil() }
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try self.next { try $0.decode(type) }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try self.next { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try self.next { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try self.next { $0 } }
}
