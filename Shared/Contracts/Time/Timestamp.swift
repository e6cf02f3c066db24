/// An instant, in whole microseconds since 1970-01-01T00:00:00Z: what PostgreSQL's `timestamptz` holds.
///
/// Read and written as RFC 3339 with an offset. Business time and wall-clock time are both
/// timestamps; a name tells which one is meant.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The instant `seconds` later, or earlier when negative.
    package func advanced(bySeconds seconds: Int) -> Timestamp {
        Timestamp(microseconds: self.microseconds + Int64(seconds) * 1_000_000)
    }

    package func advanced(byMilliseconds milliseconds: Int) -> Timestamp {
        Timestamp(microseconds: self.microseconds + Int64(milliseconds) * 1_000)
    }

    /// The time from `earlier` to this instant, in microseconds; negative when `earlier` is later.
    package func microseconds(since earlier: Timestamp) -> Int64 {
        self.microseconds - earlier.microseconds
    }
}
