/// An encoder that writes a value while it tells its parts, without a picture of it in between.
struct JSONWriter: Encoder, SingleValueEncodingContainer {
    let output: JSONOutput
    /// How many values are open, with this one.
    let depth: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { self.output.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        self.output.open(.object, at: self.depth)
        return KeyedEncodingContainer(JSONMemberWriter<Key>(writer: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        self.output.open(.array, at: self.depth)
        return JSONElementWriter(writer: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { self.write(literal: "null") }
    func encode(_ value: Bool) { self.write(literal: value ? "true" : "false") }

    func encode(_ value: String) {
        self.output.open(.value, at: self.depth)
        self.output.append(value)
    }

    func encode(_ value: Int) { self.write(value) }
    func encode(_ value: Int8) { self.write(value) }
    func encode(_ value: Int16) { self.write(value) }
    func encode(_ value: Int32) { self.write(value) }
    func encode(_ value: Int64) { self.write(value) }
    func encode(_ value: UInt) { self.write(value) }
    func encode(_ value: UInt8) { self.write(value) }
    func encode(_ value: UInt16) { self.write(value) }
    func encode(_ value: UInt32) { self.write(value) }
    func encode(_ value: UInt64) { self.write(value) }
    func encode(_ value: Double) throws { throw JSONOutput.Beyond() }
    func encode(_ value: Float) throws { throw JSONOutput.Beyond() }

    func encode<Value: Encodable>(_ value: Value) throws {
        guard !JSONOutput.hasOwnForm(Value.self) else { throw JSONOutput.Beyond() }
        try value.encode(to: self)
    }

    private func write(literal: StaticString) {
        self.output.open(.value, at: self.depth)
        self.output.append(literal: literal)
    }

    private func write(_ number: some BinaryInteger) {
        self.output.open(.value, at: self.depth)
        self.output.append(number)
    }
}

/// Writes the members of an object.
struct JSONMemberWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: JSONWriter

    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) throws {
        try self.begin(key)
        self.writer.output.append(literal: "null")
    }

    func encode(_ value: String, forKey key: Key) throws {
        try self.begin(key)
        self.writer.output.append(value)
    }

    func encode(_ value: Int, forKey key: Key) throws {
        try self.begin(key)
        self.writer.output.append(value)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try self.begin(key)
        try self.writer.output.write(value)
    }

    private func begin(_ key: Key) throws {
        try self.writer.output.beginMember(key.stringValue, at: self.writer.depth)
    }

    // Containers that outlive the call cannot be written in order.

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        self.writer.beyond.container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        self.writer.beyond.unkeyedContainer()
    }

    func superEncoder() -> any Encoder { self.writer.beyond }
    func superEncoder(forKey key: Key) -> any Encoder { self.writer.beyond }
}

/// Writes the elements of an array.
struct JSONElementWriter: UnkeyedEncodingContainer {
    let writer: JSONWriter
    private(set) var count = 0

    init(writer: JSONWriter) {
        self.writer = writer
    }

    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil() throws {
        try self.begin()
        self.writer.output.append(literal: "null")
    }

    mutating func encode(_ value: String) throws {
        try self.begin()
        self.writer.output.append(value)
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        try self.begin()
        try self.writer.output.write(value)
    }

    private mutating func begin() throws {
        try self.writer.output.beginElement(at: self.writer.depth)
        self.count += 1
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        self.writer.beyond.container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self.writer.beyond.unkeyedContainer() }

    func superEncoder() -> any Encoder { self.writer.beyond }
}

extension JSONWriter {
    /// A writer at a depth that is never reached: whatever is written by it makes the text one for the general encoder.
    fileprivate var beyond: JSONWriter {
        self.output.giveUp()
        return JSONWriter(output: self.output, depth: .max)
    }
}
