import Contracts
import RatingDomain

/// A usage record with what it costs, and why.
struct UsageView: Encodable {
    /// What `usage.rated` does not say of a line: where it comes from.
    struct Reason: Encodable {
        /// Of the rule catalogue.
        var reference: String
        /// Where the catalogue has the price or the allowance.
        var source: String
        /// What it would cost beyond its charge, had a cap not been reached.
        var waivedMilliyuan: Milliyuan
    }

    var record: UsageRecorded
    var rated: UsageRated
    /// The number that pays.
    var payer: String
    /// It came when its cycle was billed: the next bill has it.
    var isLate: Bool
    /// One for each line.
    var reasons: [Reason]

    init(_ usage: StoredUsage, _ accountId: String, _ numbers: ProvisionNumbers) throws {
        let record = try usage.record()
        let rated = try RatedUsage(
            of: record, in: usage.cycle, charge: usage.charge, storedForm: usage.result, numbers.provision)
        self.record = UsageRecorded(record)
        self.rated = UsageRated(rated, of: accountId, sequence: usage.sequence)
        self.payer = rated.payer
        self.isLate = usage.lateness != .inTime
        self.reasons = rated.lines.map { line in
            Reason(
                reference: line.provision.rule.reference, source: line.provision.source,
                waivedMilliyuan: line.waivedMilliyuan)
        }
    }
}
