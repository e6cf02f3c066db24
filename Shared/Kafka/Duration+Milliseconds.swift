extension Duration {
    /// For librdkafka's time-outs: whole milliseconds, rounded up so that a short wait does not become none.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = self.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < Int64(Int32.max) / 1000 else { return Int32.max }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
