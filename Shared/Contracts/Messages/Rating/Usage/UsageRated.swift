/// What a usage record costs, and why: its lines name rule, allowance or price, units and charge.
package struct UsageRated: MessageBody, Hashable {
    package static let type = "usage.rated"
    package static let topic = Topic.usageRated

    /// A part of the record's units that is charged by one rule.
    package struct Line: Codable, Hashable, Sendable {
        /// Such as `sharedMinutes` or `domesticCall`.
        package var rule: String
        /// The allowance that the units come from; absent where they are charged by price.
        package var allowance: String?
        /// Minutes of calls and WLAN, bytes of data, messages.
        package var units: Int64
        package var unitPriceMilliyuan: Milliyuan
        package var chargeMilliyuan: Milliyuan
        /// Three levels.
        package var subject: [String]
        /// What the allowance had left before the line, and after it.
        package var allowanceBefore: Int64?
        package var allowanceAfter: Int64?

        package init(
            rule: String,
            allowance: String? = nil,
            units: Int64,
            unitPriceMilliyuan: Milliyuan,
            chargeMilliyuan: Milliyuan,
            subject: [String],
            allowanceBefore: Int64? = nil,
            allowanceAfter: Int64? = nil
        ) {
            self.rule = rule
            self.allowance = allowance
            self.units = units
            self.unitPriceMilliyuan = unitPriceMilliyuan
            self.chargeMilliyuan = chargeMilliyuan
            self.subject = subject
            self.allowanceBefore = allowanceBefore
            self.allowanceAfter = allowanceAfter
        }
    }

    package var usageId: UsageID
    package var accountId: String
    package var serviceNumber: String
    package var kind: UsageKind
    /// The cycle in which the record ended.
    package var cycle: BillingCycle
    package var endedAt: Timestamp
    /// Minutes of calls and WLAN, bytes of data, messages.
    package var units: Int64
    package var lines: [Line]
    /// The sum of the lines.
    package var chargeMilliyuan: Milliyuan
    /// Counts what is told of one usage record, from 1 on: the highest is the one that holds.
    package var sequence: Int64

    package var key: String { self.accountId }
    /// The usage record; a line's `subject` is a bill's.
    package var subject: String { self.usageId.description }

    package init(
        usageId: UsageID,
        accountId: String,
        serviceNumber: String,
        kind: UsageKind,
        cycle: BillingCycle,
        endedAt: Timestamp,
        units: Int64,
        lines: [Line],
        chargeMilliyuan: Milliyuan,
        sequence: Int64
    ) {
        self.usageId = usageId
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.kind = kind
        self.cycle = cycle
        self.endedAt = endedAt
        self.units = units
        self.lines = lines
        self.chargeMilliyuan = chargeMilliyuan
        self.sequence = sequence
    }
}
