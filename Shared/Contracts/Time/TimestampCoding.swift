import Foundation

extension CodingUserInfoKey {
    /// The `BusinessCalendar` in whose offset timestamps are written; UTC where it is absent.
    package static let businessCalendar = CodingUserInfoKey("businessCalendar")
}

extension CodingUserInfoKey {
    private init(_ name: String) {
        // The initializer fails for no name at all (it is optional for reasons of history).
        self = CodingUserInfoKey(rawValue: name).unsafelyUnwrapped
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let timestamp = Timestamp(rfc3339: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "'\(text.prefix(40))' is no RFC 3339 time with an offset, such as 2026-11-21T09:30:00+08:00"
            )
        }
        self = timestamp
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let calendar = encoder.userInfo[.businessCalendar] as? BusinessCalendar
        try container.encode(calendar?.format(self) ?? self.rfc3339(offsetSeconds: 0))
    }
}
