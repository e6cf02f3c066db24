import Contracts
import Messaging
import Postgres
import RatingDomain

// Results as the contract's messages.

extension UsageRated {
    init(_ rated: RatedUsage, of accountId: String, sequence: Int64) {
        self.init(
            usageId: UsageID(rawValue: rated.usageId),
            accountId: accountId,
            serviceNumber: rated.serviceNumber,
            kind: rated.kind,
            cycle: rated.cycle,
            endedAt: rated.endedAt,
            units: rated.units,
            lines: rated.lines.map(Line.init),
            chargeMilliyuan: rated.chargeMilliyuan,
            sequence: sequence
        )
    }
}

extension UsageRated.Line {
    init(_ line: RatedLine) {
        let before = line.quota.map { $0 - line.usedBefore }
        self.init(
            rule: line.provision.rule.rawValue,
            allowance: line.provision.allowance,
            units: line.units,
            unitPriceMilliyuan: line.provision.unitPrice,
            chargeMilliyuan: line.chargeMilliyuan,
            subject: line.provision.subject.path,
            allowanceBefore: before,
            allowanceAfter: before.map { $0 - line.units }
        )
    }
}

extension Handled {
    /// Tells what somebody has to know because of a record, once for each cycle.
    ///
    /// - Parameters:
    ///   - frame: of the record's cycle.
    ///   - now: when it is told.
    mutating func tell(
        _ notices: [RatingNotice], of rated: RatedUsage, _ accountId: String, _ account: Int64, _ frame: CycleFrame,
        at now: Timestamp, causedBy cause: EventContext?
    ) -> RatingFollowUps {
        var followUps = RatingFollowUps()
        func suspect(_ cause: AccountLineBarred.Cause, day: Int) {
            followUps.bars.append(
                SuspectedBar(
                    serviceNumber: rated.serviceNumber, cause: cause,
                    since: CivilDate(daysSinceEpoch: frame.cycle.firstDay.daysSinceEpoch + day), account: account,
                    reachedAt: rated.endedAt))
        }
        for notice in notices {
            switch notice {
            case .threshold(let allowance, let quota, let used, let threshold):
                let reached = AllowanceThresholdReached(
                    accountId: accountId, serviceNumber: rated.serviceNumber, allowance: allowance,
                    cycle: rated.cycle, totalUnits: quota, usedUnits: used, remainingUnits: quota - used,
                    threshold: threshold, usageId: UsageID(rawValue: rated.usageId), reachedAt: rated.endedAt)
                self.send(reached, causedBy: cause)
                followUps.checkQuotas(of: CycleKey(account: account, cycle: rated.cycle), frame, at: now)
            case .feeCap(let kind, let limit):
                let reached = AllowanceCapReached(
                    accountId: accountId, serviceNumber: rated.serviceNumber, cycle: rated.cycle, kind: kind,
                    cap: .charge, limit: limit.rawValue, usageId: UsageID(rawValue: rated.usageId),
                    reachedAt: rated.endedAt)
                self.send(reached, causedBy: cause)
            case .usageCap(let kind, let bytes):
                let reached = AllowanceCapReached(
                    accountId: accountId, serviceNumber: rated.serviceNumber, cycle: rated.cycle, kind: kind,
                    cap: .volume, limit: bytes, barredUntil: frame.end, usageId: UsageID(rawValue: rated.usageId),
                    reachedAt: rated.endedAt)
                self.send(reached, causedBy: cause)
                if kind == .data { suspect(.dataVolume, day: 0) }
            case .dailyMessages:
                suspect(.messagesInADay, day: frame.day(of: rated.endedAt))
            case .hourlyMessagesSuspected:
                suspect(.messagesInAnHour, day: frame.day(of: rated.endedAt))
            }
        }
        return followUps
    }
}

/// What has to be looked at later, because of records that were rated.
struct RatingFollowUps: Sendable {
    /// Lines that have perhaps to be barred.
    var bars: [SuspectedBar] = []
    /// Accounts of whose quotas it is told how they stand at the end of the day.
    var checks: [QuotaCheck] = []

    /// Not after the end of the cycle: with it the quota is another.
    mutating func checkQuotas(of key: CycleKey, _ frame: CycleFrame, at now: Timestamp) {
        guard now < frame.end else { return }
        self.checks.append(QuotaCheck(key: key, dueAt: frame.dayStarts[frame.day(of: max(now, frame.start)) + 1]))
    }

    static func += (left: inout RatingFollowUps, right: RatingFollowUps) {
        left.bars += right.bars
        left.checks += right.checks
    }

    func save(in context: HandlingContext) async throws {
        if !self.bars.isEmpty {
            _ = try await context.transaction.execute(SuspectBars(bars: self.bars, wallNow: context.wallNow))
        }
        if !self.checks.isEmpty {
            _ = try await context.transaction.execute(InsertQuotaChecks(checks: self.checks))
        }
    }
}
