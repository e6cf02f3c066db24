import Contracts
import Messaging
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
    /// - Parameter frame: of the record's cycle.
    /// - Returns: lines that have perhaps to be barred.
    mutating func tell(
        _ notices: [RatingNotice], of rated: RatedUsage, _ accountId: String, _ account: Int64, _ frame: CycleFrame,
        causedBy cause: EventContext?
    ) -> [SuspectedBar] {
        var bars: [SuspectedBar] = []
        func suspect(_ cause: AccountLineBarred.Cause, day: Int) {
            bars.append(
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
        return bars
    }
}
