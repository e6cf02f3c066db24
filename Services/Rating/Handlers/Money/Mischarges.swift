import Contracts
import Foundation
import JSONText
import Messaging
import Postgres
import RatingDomain

/// Finds what was charged wrongly before it is billed, and credits it (RAT-07): once, as if somebody had asked for it.
enum Mischarges {
    static func credit(
        _ usage: [Int64: [StoredUsage]], _ due: [DueAccount], _ subject: [String], in context: HandlingContext
    ) async throws -> Handled {
        var handled = Handled()
        let suspects = try due.filter { account in
            try (usage[account.account.number] ?? []).contains { try $0.record().isDownwardOnly }
        }
        guard !suspects.isEmpty else { return handled }
        let transaction = context.transaction
        let keys = suspects.map { CycleKey(account: $0.account.number, cycle: $0.cycle) }
        let records = Dictionary(
            grouping: try await transaction.execute(FindUsageOfCycles(keys: keys)), by: \.key)
        var wrong: [(account: DueAccount, record: StoredUsage)] = []
        for (account, key) in zip(suspects, keys) {
            let all = records[key] ?? []
            let found = Set(Mischarge.found(in: try all.map { try $0.record() }))
            wrong += all.filter { found.contains($0.usageId) && $0.charge > .zero }.map { (account, $0) }
        }
        let ids = wrong.map { UsageID(rawValue: $0.record.usageId) }.sorted()
        let refunded = Set(try await transaction.execute(FindRefundedUsage(ids: ids)))
        var granted: [NewAdjustment] = []
        for (account, record) in wrong where !refunded.contains(UsageID(rawValue: record.usageId)) {
            let request = try Self.request(account, record, subject)
            granted.append(
                NewAdjustment(
                    adjustment: request, rule: .single, account: account.account.number, subject: subject,
                    content: try JSONText.encode(request), appliedAt: context.now))
            handled.send(
                AdjustmentApplied(
                    adjustmentId: request.adjustmentId, accountId: request.accountId,
                    serviceNumber: request.serviceNumber, usageIds: request.usageIds, billSubject: subject,
                    amountMilliyuan: request.amountMilliyuan, rule: .single, reason: request.reason,
                    cycle: account.cycle, appliedAt: context.now), causedBy: nil)
            handled.count("rating.adjustments.applied", [("rule", AdjustmentRule.single.rawValue)])
        }
        guard !granted.isEmpty else { return handled }
        let refunds = granted.flatMap { new in
            (new.adjustment.usageIds ?? []).map { (usageId: $0, adjustmentId: new.adjustment.adjustmentId) }
        }
        _ = try await transaction.execute(
            together: InsertAdjustments(adjustments: granted), InsertRefundedUsage(refunds: refunds))
        return handled
    }

    private static func request(
        _ account: DueAccount, _ record: StoredUsage, _ subject: [String]
    ) throws -> AdjustmentRequested {
        AdjustmentRequested(
            adjustmentId: "RAT-07 \(record.usageId.uuidString.lowercased())", accountId: account.account.accountId,
            serviceNumber: try record.record().serviceNumber, usageIds: [UsageID(rawValue: record.usageId)],
            billSubject: subject, amountMilliyuan: record.charge, rule: AdjustmentRule.single.rawValue,
            reason: "data of a multimedia message", requestedBy: "rating")
    }
}
