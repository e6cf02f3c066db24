import Foundation

/// Reads and writes JSON by byte, for what every message passes through several times.
///
/// Both directions know what messages are made of: objects, arrays, texts, whole numbers, booleans. Everything else,
/// and everything that is wrong, goes to Foundation's coders: they decide, and say which field is at fault. The result
/// is the same either way; only the order of an object's members differs.
package enum JSONText {
    /// - Parameters:
    ///   - utf8: a whole JSON text.
    ///   - userInfo: what the values are told, as by `JSONDecoder.userInfo`.
    /// - Throws: `DecodingError`, or what a value throws.
    package static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from utf8: [UInt8], userInfo: [CodingUserInfoKey: any Sendable] = [:]
    ) throws -> Value {
        if let value: Value = Self.read(utf8, userInfo) { return value }
        let decoder = JSONDecoder()
        decoder.userInfo = userInfo
        return try decoder.decode(Value.self, from: Data(utf8))
    }

    /// - Returns: `nil` when the general decoder has to be asked: it may know more, and says what is wrong.
    static func read<Value: Decodable>(
        _ utf8: [UInt8], _ userInfo: [CodingUserInfoKey: any Sendable]
    ) -> Value? {
        guard let document = JSONDocument(utf8, userInfo: userInfo),
            let value = try? Value(from: JSONReader(document: document, index: 0)), !document.isBeyond
        else { return nil }
        return value
    }

    /// - Parameter userInfo: what the values are told, as by `JSONEncoder.userInfo`.
    /// - Returns: a JSON text in UTF-8, with slashes as they are.
    /// - Throws: `EncodingError`, or what a value throws.
    package static func encode(
        _ value: some Encodable, userInfo: [CodingUserInfoKey: any Sendable] = [:]
    ) throws -> [UInt8] {
        let output = JSONOutput(userInfo: userInfo)
        if (try? output.write(value)) != nil { return output.bytes }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        encoder.userInfo = userInfo
        return [UInt8](try encoder.encode(value))
    }
}
