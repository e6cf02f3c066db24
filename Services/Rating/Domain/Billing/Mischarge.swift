package import Foundation

/// Data that nobody used: a record with volume downwards alone, while the line had a multimedia message, is that message's
/// (RAT-07).
package enum Mischarge {
    /// - Parameter records: of one line's cycle, in any order.
    /// - Returns: the data records that are charged wrongly.
    package static func found(in records: [UsageRecord]) -> [UUID] {
        let messages = records.filter { if case .mms = $0.usage { true } else { false } }
        guard !messages.isEmpty else { return [] }
        return records.filter { record in
            record.isDownwardOnly
                && messages.contains {
                    $0.serviceNumber == record.serviceNumber && $0.startedAt <= record.endedAt
                        && record.startedAt <= $0.endedAt
                }
        }.map(\.usageId)
    }
}

extension UsageRecord {
    /// Whether it is data with volume downwards alone.
    package var isDownwardOnly: Bool {
        if case .data(0, let downlink, _) = self.usage { downlink > 0 } else { false }
    }
}
