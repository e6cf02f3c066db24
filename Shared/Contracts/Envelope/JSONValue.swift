import Foundation

/// A JSON object whose fields only the catalogue and the network elements know, such as a work order's parameters.
package typealias JSONObject = [String: JSONValue]

/// Any JSON value.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number with a fraction, or too large for `integer`, in decimal digits. We make none; others may.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue: Codable {
    /// A decoder cannot be asked what comes next, and every wrong guess costs an error: so the kinds
    /// are tried by how often they occur.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Decimal.self) {
            self = .number(value.description)
        } else if let values = try? decoder.unkeyedContainer() {
            self = .array(try Self.array(values))
        } else {
            self = .object(try container.decode(JSONObject.self))
        }
    }

    private static func array(_ container: any UnkeyedDecodingContainer) throws -> [JSONValue] {
        var container = container
        var values: [JSONValue] = []
        while !container.isAtEnd { values.append(try container.decode(JSONValue.self)) }
        return values
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let text):
            guard let value = Decimal(string: text, locale: nil) else {
                throw EncodingError.invalidValue(
                    text,
                    .init(codingPath: encoder.codingPath, debugDescription: "not a decimal number")
                )
            }
            try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue {
    /// The text; `nil` for every other kind.
    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The whole number; `nil` for every other kind.
    package var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }
}
