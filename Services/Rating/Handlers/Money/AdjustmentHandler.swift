import Contracts
import JSONText
import Messaging
import Postgres
import RatingDomain

/// Grants credits, as far as the rules do: the next bill has them.
struct AdjustmentHandler: MessageHandler {
    let tariffs: TariffLibrary
    let calendar: BusinessCalendar

    func handle(_ batch: [Message<AdjustmentRequested>], in context: HandlingContext) async throws -> Handled {
        var adjustments = try await AdjustmentBatch(batch, in: context)
        let cycle = BillingCycle(containing: context.now, calendar: self.calendar)
        for message in batch {
            try adjustments.take(message, self.tariffs.current.subject(.adjustment).path, cycle)
        }
        return try await adjustments.save()
    }
}

/// Credits on their way into accounts.
struct AdjustmentBatch {
    private enum Code: String {
        case unknownAccount = "UNKNOWN_ACCOUNT"
        case unknownRule = "UNKNOWN_RULE"
        case unknownUsage = "UNKNOWN_USAGE"
        case refundedBefore = "REFUNDED_BEFORE"
        case invalidSubject = "INVALID_SUBJECT"
        case duplicateId = "DUPLICATE_ADJUSTMENT_ID"
    }

    private let context: HandlingContext
    private var known: [String: [UInt8]] = [:]
    private let accounts: [String: Int64]
    private var usage: [UsageID: FindRefundableUsage.Row] = [:]
    private var charges: [Int64: Milliyuan] = [:]
    private var granted: [NewAdjustment] = []
    private var refunds: [(usageId: UsageID, adjustmentId: String)] = []
    private var handled = Handled()

    init(_ batch: [Message<AdjustmentRequested>], in context: HandlingContext) async throws {
        self.context = context
        let bodies = batch.map(\.body)
        // Nobody grants for an account beside this, nor bills it.
        let (accounts, known) = try await context.transaction.execute(
            together: LockAccounts(accountIds: Set(bodies.map(\.accountId)).sorted(), numbers: []),
            FindAdjustments(ids: Set(bodies.map(\.adjustmentId)).sorted())
        )
        self.accounts = Dictionary(accounts.map { ($0.accountId, $0.number) }) { first, _ in first }
        for adjustment in known { self.known[adjustment.id] = adjustment.content }
        let numbers = accounts.map(\.number)
        for row in try await context.transaction.execute(SumCharges(accounts: numbers)) {
            self.charges[row.account] = row.charges
        }
        // Most name no records.
        let ids = Set(bodies.flatMap { $0.usageIds ?? [] }).sorted()
        guard !ids.isEmpty else { return }
        let usage = try await context.transaction.execute(FindRefundableUsage(ids: ids, accounts: numbers))
        for row in usage { self.usage[row.usageId] = row }
    }

    mutating func take(
        _ message: Message<AdjustmentRequested>, _ standardSubject: [String], _ cycle: BillingCycle
    ) throws {
        let request = message.body
        let content = try JSONText.encode(request)
        if let known = self.known[request.adjustmentId] {
            guard known != content else { return self.handled.count("rating.adjustments.repeated") }
            let text = "adjustmentId \(request.adjustmentId) has been used for one of other content"
            return self.reject(message, Code.duplicateId.rawValue, text)
        }
        guard let account = self.accounts[request.accountId] else {
            return self.reject(message, Code.unknownAccount.rawValue, "accountId \(request.accountId): there is none")
        }
        guard let rule = AdjustmentRule(rawValue: request.rule) else {
            let accepted = AdjustmentRule.allCases.map(\.rawValue).joined(separator: ", ")
            return self.reject(message, Code.unknownRule.rawValue, "rule '\(request.rule)'; accepted: \(accepted)")
        }
        let subject = request.billSubject ?? standardSubject
        guard subject.count == 3 else {
            return self.reject(message, Code.invalidSubject.rawValue, "subject has \(subject.count) levels, not 3")
        }
        guard let charge = self.charge(of: message, account) else { return }
        let chargedInAll = self.charges[account] ?? .zero
        do throws(Refund.Refusal) {
            try Refund.check(
                request.amountMilliyuan, rule, charge: request.usageIds == nil ? nil : charge,
                chargedInAll: chargedInAll)
        } catch {
            let limit = Refund.limit(
                rule, charge: request.usageIds == nil ? nil : charge, chargedInAll: chargedInAll)
            let text = "amountMilliyuan is \(request.amountMilliyuan.rawValue); accepted: 1 to \(limit.rawValue)"
            return self.reject(message, error.rawValue, text)
        }
        self.known[request.adjustmentId] = content
        for id in request.usageIds ?? [] {
            self.usage[id]?.isRefunded = true
            self.refunds.append((id, request.adjustmentId))
        }
        self.granted.append(
            NewAdjustment(
                adjustment: request, rule: rule, account: account, subject: subject, content: content,
                appliedAt: self.context.now))
        let applied = AdjustmentApplied(
            adjustmentId: request.adjustmentId, accountId: request.accountId, serviceNumber: request.serviceNumber,
            usageIds: request.usageIds, billSubject: subject, amountMilliyuan: request.amountMilliyuan, rule: rule,
            reason: request.reason, cycle: cycle, appliedAt: self.context.now)
        self.handled.send(applied, causedBy: message.context)
        self.handled.count("rating.adjustments.applied", [("rule", rule.rawValue)])
    }

    /// Of the usage records that are refunded, each at most once; `nil` where one cannot be, which is told.
    private mutating func charge(of message: Message<AdjustmentRequested>, _ account: Int64) -> Milliyuan? {
        var charge = Milliyuan.zero
        for id in Set(message.body.usageIds ?? []).sorted() {
            guard let row = self.usage[id], row.account == account else {
                let text = "usageIds: \(id) is no record of account \(message.body.accountId)"
                self.reject(message, Code.unknownUsage.rawValue, text)
                return nil
            }
            guard !row.isRefunded else {
                self.reject(message, Code.refundedBefore.rawValue, "usageIds: \(id) has been refunded")
                return nil
            }
            charge += row.charge
        }
        return charge
    }

    private mutating func reject(_ message: Message<AdjustmentRequested>, _ code: String, _ text: String) {
        let request = message.body
        let rejected = AdjustmentRejected(
            adjustmentId: request.adjustmentId, accountId: request.accountId, serviceNumber: request.serviceNumber,
            usageIds: request.usageIds, amountMilliyuan: request.amountMilliyuan, rule: request.rule, code: code,
            message: text, rejectedAt: self.context.now)
        self.handled.send(rejected, causedBy: message.context)
        self.handled.count("rating.adjustments.rejected", [("code", code)])
    }

    func save() async throws -> Handled {
        if !self.granted.isEmpty {
            _ = try await self.context.transaction.execute(
                together: InsertAdjustments(adjustments: self.granted), InsertRefundedUsage(refunds: self.refunds))
        }
        return self.handled
    }
}
