import Foundation

/// Wall-clock time as log lines show it. Business time has nothing to do with it.
struct Timestamp {
    private let time: timespec

    init(secondsSince1970: Int, nanoseconds: Int = 0) {
        self.time = timespec(tv_sec: secondsSince1970, tv_nsec: nanoseconds)
    }

    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(secondsSince1970: time.tv_sec, nanoseconds: time.tv_nsec)
    }

    /// UTC with milliseconds, as `2026-12-01T00:00:00.000Z`.
    var rfc3339: String {
        var parts = tm()
        var seconds = self.time.tv_sec
        gmtime_r(&seconds, &parts)
        let date =
            "\(Self.padded(Int(parts.tm_year) + 1900, 4))-\(Self.padded(Int(parts.tm_mon) + 1, 2))"
            + "-\(Self.padded(Int(parts.tm_mday), 2))"
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.padded(Int($0), 2) }.joined(separator: ":")
        return "\(date)T\(clock).\(Self.padded(self.time.tv_nsec / 1_000_000, 3))Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
