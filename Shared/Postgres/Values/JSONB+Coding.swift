import Foundation

extension JSONB {
    package init(encoding value: some Encodable) throws {
        self.init(utf8: [UInt8](try JSONEncoder().encode(value)))
    }

    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(self.utf8))
    }
}
