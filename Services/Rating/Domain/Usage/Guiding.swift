package import Contracts

/// A usage record that has found its member.
package struct GuidedUsage: Sendable {
    package var record: UsageRecord
    let member: Int
    let segment: Int
}

/// What records are accepted at a point of business time, whoever they are of: made once for many records.
package struct UsageWindow: Sendable {
    /// The open cycle, the one before, and the next, in which a record may end that is a little ahead.
    package let previous: CycleFrame
    package let open: CycleFrame
    package let next: CycleFrame
    private let latest: Timestamp
    private let plausible: PlausibleUsage

    package init(now: Timestamp, book: TariffBook) {
        let cycle = BillingCycle(containing: now, calendar: book.calendar)
        self.previous = book.frame(cycle.previous)
        self.open = book.frame(cycle)
        self.next = book.frame(cycle.next)
        self.plausible = book.tariffs.plausible
        self.latest = now.advanced(bySeconds: self.plausible.aheadSeconds)
    }

    /// The cycle to which a record belongs, or why it is refused whoever it is of.
    package func frame(of record: UsageRecord) throws(UsageRefusal) -> CycleFrame {
        guard record.endedAt >= record.startedAt else {
            throw UsageRefusal(
                .endBeforeStart,
                "endedAt \(record.endedAt.rfc3339Text) is before startedAt \(record.startedAt.rfc3339Text)")
        }
        guard record.endedAt <= self.latest else {
            throw UsageRefusal(
                .endInFuture, "endedAt \(record.endedAt.rfc3339Text) is later than \(self.latest.rfc3339Text)")
        }
        guard record.endedAt >= self.previous.start else {
            throw UsageRefusal(
                .tooOld,
                "endedAt \(record.endedAt.rfc3339Text) is before \(self.previous.start.rfc3339Text), the previous cycle"
            )
        }
        try self.checkVolumes(record)
        if record.endedAt < self.open.start { return self.previous }
        return record.endedAt < self.open.end ? self.open : self.next
    }

    private func checkVolumes(_ record: UsageRecord) throws(UsageRefusal) {
        let (duration, overflows) =
            record.endedAt.microseconds.subtractingReportingOverflow(record.startedAt.microseconds)
        if overflows || duration > self.plausible.longestSeconds * 1_000_000 {
            throw UsageRefusal(
                .invalidVolume,
                "startedAt \(record.startedAt.rfc3339Text) is more than \(self.plausible.longestSeconds) seconds "
                    + "before endedAt"
            )
        }
        switch record.usage {
        case .data(let uplink, let downlink, _):
            try self.check(uplink, "uplinkBytes")
            try self.check(downlink, "downlinkBytes")
        case .wlan(_, let bytes): try self.check(bytes, "bytes")
        case .voice, .sms, .mms: break
        }
    }

    private func check(_ bytes: Int64, _ field: String) throws(UsageRefusal) {
        guard (0...self.plausible.mostBytes).contains(bytes) else {
            throw UsageRefusal(.invalidVolume, "\(field) is \(bytes); it may be 0 to \(self.plausible.mostBytes)")
        }
    }
}

extension CompiledTerms {
    /// The member of a record of this cycle that `UsageWindow` has accepted.
    ///
    /// A number that is of no account at all is refused by who looks for its terms, with `UNKNOWN_NUMBER` likewise.
    package func guide(_ record: UsageRecord) throws(UsageRefusal) -> GuidedUsage {
        guard let member = self.memberIndex(of: record.serviceNumber) else {
            throw UsageRefusal(.unknownNumber, "serviceNumber \(record.serviceNumber) is no member of an account")
        }
        guard self.frame.contains(record.endedAt) else {
            throw UsageRefusal(.tooOld, "endedAt \(record.endedAt.rfc3339Text) is not in the cycle \(self.cycle)")
        }
        let segment = self.segmentIndex(at: record.endedAt)
        guard self.segments[segment].conditions[member].isActive else {
            throw UsageRefusal(
                .memberInactive,
                "serviceNumber \(record.serviceNumber) is not active at endedAt \(record.endedAt.rfc3339Text)")
        }
        let product = self.members[member].product
        let carriers = self.book.tariffs.carriers[record.kind] ?? []
        guard carriers.contains(product) else {
            throw UsageRefusal(
                .kindNotCarried,
                "kind \(record.kind.rawValue) of \(record.serviceNumber), a \(product): only of \(Self.list(carriers))")
        }
        if record.roaming != .home, !self.book.tariffs.roamers.contains(product) {
            throw UsageRefusal(
                .kindNotCarried,
                "roaming \(record.roaming.rawValue) of \(record.serviceNumber), a \(product): only of "
                    + Self.list(self.book.tariffs.roamers))
        }
        return GuidedUsage(record: record, member: member, segment: segment)
    }

    private static func list(_ products: Set<String>) -> String { products.sorted().joined(separator: ", ") }
}

extension Timestamp {
    var rfc3339Text: String { self.rfc3339(offsetSeconds: 0) }
}
