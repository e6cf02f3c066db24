/// A day, as a `date`: days since 1970-01-01.
///
/// `Int32.max` and `Int32.min` are the server's `infinity` and `-infinity`.
package struct PostgresDate: Hashable, Comparable, Sendable {
    package var days: Int32

    package init(days: Int32) {
        self.days = days
    }

    package static func < (left: Self, right: Self) -> Bool { left.days < right.days }

    /// From 1970 to 2000, where the server counts from.
    private static let epochDays: Int32 = 10_957
}

extension PostgresDate: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .date }

    package func encode(into buffer: inout PostgresBuffer) {
        guard self.days != .max, self.days != .min else { return buffer.append(self.days) }
        let (value, isOverflow) = self.days.subtractingReportingOverflow(Self.epochDays)
        buffer.append(isOverflow ? Int32.min + 1 : value)
    }

    package init(postgres bytes: RawSpan, type oid: UInt32) throws {
        let value: Int32 = try bytes.integer()
        guard value != .max, value != .min else {
            self.init(days: value)
            return
        }
        let (days, isOverflow) = value.addingReportingOverflow(Self.epochDays)
        guard !isOverflow else { throw PostgresValueError("is after the last representable day") }
        self.init(days: days)
    }
}
