import Foundation

/// Reads and writes JSON by byte, for what every message passes through several times.
///
/// Both directions know what messages are made of: objects, arrays, texts, whole numbers, booleans. Everything else,
/// and everything that is wrong, goes to Foundation's coders: they decide, and say which field is at fault. The result
/// is the same either way; only the order of an object's members differs.
package enum JSONText {
    /// - Parameter utf8: a whole JSON text.
    /// - Throws: `DecodingError`.
    package static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from utf8: [UInt8]) throws -> Value {
        if let value = Self.read(utf8, in: utf8.indices, { try Value(from: $0) }) { return value }
        return try JSONDecoder().decode(Value.self, from: Data(utf8))
    }

    /// Reads a JSON text that is part of a larger one.
    ///
    /// - Parameters:
    ///   - range: where in `bytes` it is.
    ///   - make: makes the value from a decoder that knows neither where it is nor what to say of errors.
    /// - Returns: `nil` when the general decoder has to be asked: it may know more, and says what is wrong.
    package static func read<Value>(
        _ bytes: [UInt8], in range: Range<Int>, _ make: (any Decoder) throws -> Value
    ) -> Value? {
        guard let document = JSONDocument(bytes, in: range),
            let value = try? make(JSONReader(document: document, index: 0)), !document.isBeyond
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
