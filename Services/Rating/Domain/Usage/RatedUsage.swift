package import Contracts
package import Foundation

/// A usage record with its price.
package struct RatedUsage: Sendable {
    package var usageId: UUID
    package var serviceNumber: String
    /// The number that pays: of a bound data card the other one (RAT-03).
    package var payer: String
    package var kind: UsageKind
    package var cycle: BillingCycle
    package var endedAt: Timestamp
    /// Minutes, bytes or messages.
    package var units: Int64
    package var lines: [RatedLine]
    package var chargeMilliyuan: Milliyuan
    /// What is to be told now, and was not told before in this cycle.
    package var notices: [RatingNotice]

    package init(
        usageId: UUID,
        serviceNumber: String,
        payer: String,
        kind: UsageKind,
        cycle: BillingCycle,
        endedAt: Timestamp,
        units: Int64,
        lines: [RatedLine],
        chargeMilliyuan: Milliyuan,
        notices: [RatingNotice] = []
    ) {
        self.usageId = usageId
        self.serviceNumber = serviceNumber
        self.payer = payer
        self.kind = kind
        self.cycle = cycle
        self.endedAt = endedAt
        self.units = units
        self.lines = lines
        self.chargeMilliyuan = chargeMilliyuan
        self.notices = notices
    }

    /// Whether both charge the same for the same reasons. How much of an allowance was used before and what was told
    /// on the occasion depend on when a record came, and do not count.
    package func isSameResult(as other: RatedUsage) -> Bool {
        self.usageId == other.usageId && self.serviceNumber == other.serviceNumber && self.payer == other.payer
            && self.units == other.units && self.chargeMilliyuan == other.chargeMilliyuan
            && self.lines.count == other.lines.count
            && zip(self.lines, other.lines).allSatisfy { $0.isSameResult(as: $1) }
    }
}

/// A part of a record that is charged in one way.
package struct RatedLine: Sendable {
    package var provision: Provision
    package var units: Int64
    package var chargeMilliyuan: Milliyuan
    /// What it would cost beyond that, had a cap not been reached.
    package var waivedMilliyuan: Milliyuan
    /// Of an allowance: how much of it there is in the cycle; `nil` without end, and for a price.
    package var quota: Int64?
    /// Of an allowance: how much of it was used before this line, when it was rated. In-order rating gives what it was
    /// in the order of the records.
    package var usedBefore: Int64

    package init(
        _ provision: Provision,
        units: Int64,
        charge: Milliyuan = .zero,
        waived: Milliyuan = .zero,
        quota: Int64? = nil,
        usedBefore: Int64 = 0
    ) {
        self.provision = provision
        self.units = units
        self.chargeMilliyuan = charge
        self.waivedMilliyuan = waived
        self.quota = quota
        self.usedBefore = usedBefore
    }

    package func isSameResult(as other: RatedLine) -> Bool {
        self.units == other.units && self.chargeMilliyuan == other.chargeMilliyuan
            && self.waivedMilliyuan == other.waivedMilliyuan && self.quota == other.quota
            && self.provision == other.provision
    }
}

/// What somebody is told because of a record: once a cycle each, also where records are rated again.
package enum RatingNotice: Hashable, Sendable {
    /// An allowance has come down to one of its thresholds (CAT-02).
    case threshold(allowance: String, quota: Int64, used: Int64, threshold: Int64)
    /// Data or WLAN costs no more in this cycle (CAT-10).
    case feeCap(UsageKind, Milliyuan)
    /// Data or WLAN is to be barred until the 1st (G-04).
    case usageCap(UsageKind, bytes: Int64)
    /// More messages in a day than a number may send: its sending is to be barred (PRO-19). Once a day.
    case dailyMessages(most: Int64)
    /// There may be more messages in an hour than a number may send: `MessageLimit` says so for certain. With every
    /// message while it may be so.
    case hourlyMessagesSuspected(most: Int64)
}
