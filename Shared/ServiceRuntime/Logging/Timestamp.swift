import Foundation

/// Wall-clock time as log lines show it. Business time has nothing to do with it.
struct Timestamp {
    private let secondsSince1970: Int
    private let milliseconds: Int

    init(secondsSince1970: Int, nanoseconds: Int = 0) {
        self.secondsSince1970 = secondsSince1970
        self.milliseconds = nanoseconds / 1_000_000
    }

    static var now: Timestamp {
        let microseconds = Int(Date().timeIntervalSince1970 * 1_000_000)
        return Timestamp(
            secondsSince1970: microseconds / 1_000_000,
            nanoseconds: microseconds % 1_000_000 * 1000
        )
    }

    /// UTC with milliseconds, as `2026-12-01T00:00:00.000Z`.
    var rfc3339: String {
        var parts = tm()
        var seconds = self.secondsSince1970
        gmtime_r(&seconds, &parts)
        let date =
            "\(Self.padded(Int(parts.tm_year) + 1900, 4))-\(Self.padded(Int(parts.tm_mon) + 1, 2))"
            + "-\(Self.padded(Int(parts.tm_mday), 2))"
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.padded(Int($0), 2) }.joined(separator: ":")
        return "\(date)T\(clock).\(Self.padded(self.milliseconds, 3))Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
