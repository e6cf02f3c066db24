import Contracts
import Messaging
import NotificationDomain

/// What Rating tells that concerns customers, or whom to tell.
enum AccountEvent: IncomingMessage, Hashable {
    case memberAttached(AccountMemberAttached)
    case memberDetached(AccountMemberDetached)
    case thresholdReached(AllowanceThresholdReached)
    case low(AllowanceLow)
    case usageNotice(AllowanceUsageNotice)
    case capReached(AllowanceCapReached)
    case billIssued(BillIssued)
    case billReminder(BillReminder)
    case overdue(AccountOverdue)
    case suspensionDue(AccountSuspensionDue)
    case restorationDue(AccountRestorationDue)
    case highBill(AccountHighBill)
    case termEnding(AccountTermEnding)
    case lineBarred(AccountLineBarred)
    case credited(LedgerCredited)
    case adjusted(AdjustmentApplied)

    static let topic = Topic.accountsEvents
    static let types = [
        AccountMemberAttached.type, AccountMemberDetached.type, AllowanceThresholdReached.type,
        AllowanceLow.type, AllowanceUsageNotice.type, AllowanceCapReached.type, BillIssued.type, AccountOverdue.type,
        AccountSuspensionDue.type, BillReminder.type, AccountTermEnding.type,
        AccountRestorationDue.type, AccountHighBill.type, AccountLineBarred.type, LedgerCredited.type,
        AdjustmentApplied.type,
    ]

    static func decode(type: String, from data: any Decoder) throws -> AccountEvent {
        switch type {
        case AccountMemberAttached.type: .memberAttached(try AccountMemberAttached(from: data))
        case AccountMemberDetached.type: .memberDetached(try AccountMemberDetached(from: data))
        case AllowanceThresholdReached.type: .thresholdReached(try AllowanceThresholdReached(from: data))
        case AllowanceLow.type: .low(try AllowanceLow(from: data))
        case AllowanceUsageNotice.type: .usageNotice(try AllowanceUsageNotice(from: data))
        case AllowanceCapReached.type: .capReached(try AllowanceCapReached(from: data))
        case BillIssued.type: .billIssued(try BillIssued(from: data))
        case BillReminder.type: .billReminder(try BillReminder(from: data))
        case AccountOverdue.type: .overdue(try AccountOverdue(from: data))
        case AccountSuspensionDue.type: .suspensionDue(try AccountSuspensionDue(from: data))
        case AccountRestorationDue.type: .restorationDue(try AccountRestorationDue(from: data))
        case AccountTermEnding.type: .termEnding(try AccountTermEnding(from: data))
        case AccountHighBill.type: .highBill(try AccountHighBill(from: data))
        case AccountLineBarred.type: .lineBarred(try AccountLineBarred(from: data))
        case LedgerCredited.type: .credited(try LedgerCredited(from: data))
        default: .adjusted(try AdjustmentApplied(from: data))
        }
    }

    var accountId: String {
        switch self {
        case .memberAttached(let event): event.accountId
        case .memberDetached(let event): event.accountId
        case .thresholdReached(let event): event.accountId
        case .low(let event): event.accountId
        case .usageNotice(let event): event.accountId
        case .capReached(let event): event.accountId
        case .billIssued(let event): event.accountId
        case .billReminder(let event): event.accountId
        case .overdue(let event): event.accountId
        case .suspensionDue(let event): event.accountId
        case .restorationDue(let event): event.accountId
        case .highBill(let event): event.accountId
        case .termEnding(let event): event.accountId
        case .lineBarred(let event): event.accountId
        case .credited(let event): event.accountId
        case .adjusted(let event): event.accountId
        }
    }

    /// The line that it is about, where it is about one.
    var serviceNumber: String? {
        switch self {
        case .thresholdReached(let event): event.serviceNumber
        case .low(let event): event.serviceNumber
        case .usageNotice(let event): event.serviceNumber
        case .capReached(let event): event.serviceNumber
        case .lineBarred(let event): event.serviceNumber
        case .termEnding(let event): event.serviceNumber
        case .credited(let event): event.serviceNumber
        case .adjusted(let event): event.serviceNumber
        default: nil
        }
    }

    /// As customers are told of it; `nil` where it only says whom to tell.
    func facts(_ catalogue: Catalogue, _ calendar: BusinessCalendar) -> (event: NotificationEvent, facts: JSONObject)? {
        func date(_ instant: Timestamp) -> JSONValue { .string(calendar.format(instant)) }
        func money(_ amount: Milliyuan) -> JSONValue { .integer(amount.rawValue) }
        func month(_ cycle: BillingCycle) -> JSONValue { .string(cycle.description) }
        // An allowance is named as the plan that gives it.
        func name(_ allowance: String) -> String { catalogue.plans[allowance]?.name ?? allowance }
        switch self {
        case .memberAttached, .memberDetached: return nil
        case .thresholdReached(let event): return (.allowanceThresholdReached, event.facts(catalogue))
        case .low(let event):
            return (
                .allowanceLow,
                [
                    "allowance": .string(event.allowance), "allowanceName": .string(name(event.allowance)),
                    "left": .string(event.remainingUnits > 0 ? "some" : "none"),
                    "serviceNumber": .string(event.serviceNumber), "remainingData": .integer(event.remainingUnits),
                    "usedData": .integer(event.usedUnits), "threshold": .integer(event.threshold),
                    "cycle": month(event.cycle),
                ]
            )
        case .usageNotice(let event):
            return (
                .allowanceUsageNotice,
                [
                    "allowance": .string(event.allowance), "allowanceName": .string(name(event.allowance)),
                    "serviceNumber": .string(event.serviceNumber), "remainingData": .integer(event.remainingUnits),
                    "usedData": .integer(event.usedUnits), "at": date(event.at), "cycle": month(event.cycle),
                ]
            )
        case .capReached(let event):
            return (
                .allowanceCapReached,
                [
                    "serviceNumber": .string(event.serviceNumber), "kind": .string(event.kind.rawValue),
                    "cap": .string(event.cap.rawValue), "cycle": month(event.cycle),
                ]
            )
        case .billIssued(let event):
            return (
                .billIssued,
                [
                    "cycle": month(event.cycle), "total": money(event.totalMilliyuan),
                    "outstanding": money(event.outstandingMilliyuan), "dueAt": date(event.dueAt ?? event.issuedAt),
                ]
            )
        case .billReminder(let event):
            return (
                .billReminder,
                [
                    "cycle": month(event.cycle), "outstanding": money(event.outstandingMilliyuan),
                    "dueAt": date(event.dueAt), "suspensionAt": date(event.suspensionAt),
                ]
            )
        case .overdue(let event):
            return (
                .accountOverdue,
                [
                    "cycle": month(event.cycle), "outstanding": money(event.outstandingMilliyuan),
                    "suspensionAt": date(event.suspensionAt),
                ]
            )
        case .suspensionDue(let event):
            return (.accountSuspensionDue, ["outstanding": money(event.outstandingMilliyuan)])
        case .restorationDue: return (.accountRestorationDue, [:])
        case .highBill(let event):
            return (
                .accountHighBill,
                [
                    "cycle": month(event.cycle), "charge": money(event.chargeMilliyuan),
                    "limit": money(event.limitMilliyuan),
                ]
            )
        case .termEnding(let event):
            return (
                .accountTermEnding,
                [
                    "kind": .string(event.kind.rawValue), "code": .string(event.code),
                    "name": .string(
                        catalogue.tariffs?.commitments[event.code]?.name ?? catalogue.offerName(event.code)),
                    "serviceNumber": .string(event.serviceNumber),
                    "lastDay": date(event.endsAt.advanced(bySeconds: -1)),
                ]
            )
        case .lineBarred(let event):
            return (
                .accountLineBarred,
                ["serviceNumber": .string(event.serviceNumber), "cause": .string(event.cause.rawValue)]
            )
        case .credited(let event):
            return (
                .ledgerCredited,
                [
                    "amount": money(event.amountMilliyuan), "balance": money(event.balanceMilliyuan),
                    "cause": .string(event.cause.rawValue),
                ]
            )
        case .adjusted(let event):
            return (
                .adjustmentApplied,
                [
                    "amount": money(event.amountMilliyuan), "rule": .string(event.rule.rawValue),
                    "reason": .string(event.reason.isEmpty ? event.rule.rawValue : event.reason),
                ]
            )
        }
    }
}

extension AllowanceThresholdReached {
    /// An allowance is named as the plan that gives it.
    fileprivate func facts(_ catalogue: Catalogue) -> JSONObject {
        let plan = catalogue.plans[self.allowance]
        let unit = plan?.quotas.first { $0.thresholds.contains(self.threshold) }?.unit ?? .bytes
        return [
            "allowance": .string(self.allowance), "allowanceName": .string(plan?.name ?? self.allowance),
            "unit": .string(unit.rawValue), "left": .string(self.remainingUnits > 0 ? "some" : "none"),
            "serviceNumber": .string(self.serviceNumber), "cycle": .string(self.cycle.description),
            "threshold": .integer(self.threshold), "remainingData": .integer(max(0, self.remainingUnits)),
            "usedData": .integer(self.usedUnits), "remainingMinutes": .integer(max(0, self.remainingUnits)),
            "usedMinutes": .integer(self.usedUnits),
        ]
    }
}
