import Contracts
import RatingDomain

/// A record that may be rated.
struct UsageItem: Sendable {
    /// Which of several batches it is of, that are rated together.
    var part = 0
    /// In the batch.
    var position: Int
    var record: UsageRecord
    /// See `UsageRecord.storedForm`.
    var content: [UInt8]
    /// Of its cycle.
    var frame: CycleFrame
    var key: CycleKey

    init(_ position: Int, _ record: UsageRecord, of account: Int64, _ frame: CycleFrame) {
        self.position = position
        self.record = record
        self.content = record.storedForm
        self.frame = frame
        self.key = CycleKey(account: account, cycle: frame.cycle)
    }
}
