/// An instant, as a `timestamptz`: microseconds since 1970-01-01T00:00:00Z.
///
/// `Int64.max` and `Int64.min` are the server's `infinity` and `-infinity`.
package struct PostgresTimestamp: Hashable, Comparable, Sendable {
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static let infinity = Self(microseconds: .max)
    package static let negativeInfinity = Self(microseconds: .min)

    package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

    /// From 1970 to 2000, where the server counts from.
    private static let epochMicroseconds: Int64 = 946_684_800_000_000
}

extension PostgresTimestamp: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .timestamptz }

    package func encode(into buffer: inout PostgresBuffer) {
        guard self != .infinity, self != .negativeInfinity else { return buffer.append(self.microseconds) }
        let (value, isOverflow) = self.microseconds.subtractingReportingOverflow(Self.epochMicroseconds)
        // One step above -infinity is out of the server's range too: it refuses the value.
        buffer.append(isOverflow ? Int64.min + 1 : value)
    }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        let value: Int64 = try bytes.integer()
        guard value != .max, value != .min else {
            self.init(microseconds: value)
            return
        }
        let (microseconds, isOverflow) = value.addingReportingOverflow(Self.epochMicroseconds)
        guard !isOverflow else { throw PostgresValueError("is after the last representable instant") }
        self.init(microseconds: microseconds)
    }
}
