/// How many messages one campaign sends in a span of time.
package struct CampaignLimit: Sendable, Hashable {
    package var count: Int
    package var seconds: Int

    package init(count: Int, seconds: Int) {
        self.count = count
        self.seconds = seconds
    }

    /// When the span of time began in which an instant is.
    package func began(_ instant: Timestamp) -> Timestamp {
        let length = Int64(max(1, self.seconds)) * 1_000_000
        return Timestamp(microseconds: instant.microseconds - instant.microseconds % length)
    }

    package func ends(_ instant: Timestamp) -> Timestamp {
        self.began(instant).advanced(bySeconds: max(1, self.seconds))
    }
}

/// How many normal and bulk messages one recipient is sent in a day.
package struct RecipientLimit: Sendable, Hashable {
    package var count: Int
    package var seconds: Int

    package init(count: Int = 3, seconds: Int = 86_400) {
        self.count = count
        self.seconds = seconds
    }
}
