package import Contracts

/// How many messages a number may send in any hour, and not only in one of the clock (PRO-19, G-47).
package enum MessageLimit {
    /// When there were more than `most` messages within less than an hour.
    ///
    /// - Parameter ends: when the messages of one number were sent, in any order.
    /// - Returns: the end of the first message that was one too many; `nil` when none was.
    package static func exceeded(_ ends: [Timestamp], most: Int64) -> Timestamp? {
        let sorted = ends.sorted()
        guard most >= 0, let most = Int(exactly: most), sorted.count > most else { return nil }
        for index in most..<sorted.count
        where sorted[index].microseconds(since: sorted[index - most]) < 3_600_000_000 {
            return sorted[index]
        }
        return nil
    }
}
