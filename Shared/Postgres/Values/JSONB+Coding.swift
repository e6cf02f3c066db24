import JSONText

extension JSONB {
    package init(encoding value: some Encodable) throws {
        self.init(utf8: try JSONText.encode(value))
    }

    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONText.decode(Value.self, from: self.utf8)
    }
}
