import ComplaintsDomain
import Contracts
import Foundation

let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)

/// 2026-12-01, 00:00, and so many hours.
func hour(_ hours: Int, _ minutes: Int = 0) -> Timestamp {
    (Timestamp(rfc3339: "2026-12-01T00:00:00+08:00") ?? Timestamp(microseconds: 0))
        .advanced(bySeconds: hours * 3600 + minutes * 60)
}

/// The catalogue's rules as they ship.
let shipped: Catalogue = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let loaded = Result { try CatalogueLoader.load(paths: [root.path + "/deploy/catalogue"], calendar: calendar) }
    guard case .success(let catalogue) = loaded else {
        return Catalogue(version: "none", workingCalendar: .init(calendar: calendar))
    }
    return catalogue
}()

extension Catalogue {
    var rules: ComplaintRules {
        self.complaints
            ?? ComplaintRules(
                channels: [], tiers: [], areas: [], categories: [:], clocks: [], levels: [], routes: [], roles: [],
                survey: .init(seconds: 0, reopenAtMost: 0))
    }
}

extension ComplaintSubmitted {
    static func sample(
        _ category: String = "billing", _ subCategory: String? = nil, tier: String? = nil, area: String? = nil,
        channel: String = "hotline", number: String? = "13109160001", usageIds: [UsageID] = [],
        submittedAt: Timestamp = hour(0)
    ) -> ComplaintSubmitted {
        ComplaintSubmitted(
            externalId: "E1", channel: channel, customer: Customer(id: "C1", tier: tier), serviceNumber: number,
            accountId: "A1", category: category, subCategory: subCategory, area: area, text: "…",
            submittedAt: submittedAt, related: Related(usageIds: usageIds))
    }
}

extension Ticket {
    /// Taken at hour 0.
    static func taken(
        _ complaint: ComplaintSubmitted, by catalogue: Catalogue = shipped
    ) -> Ticket? {
        Ticket(
            ComplaintID(rawValue: UUID()), taking: complaint, accountId: nil, evidence: .init(), by: catalogue,
            at: hour(0))
    }

    /// Does a command of the hotline's, at an hour.
    mutating func `do`(
        _ word: String, at now: Timestamp, by: String = "agent-7", fee: Milliyuan? = nil,
        refunded: Set<UsageID> = [], _ change: (inout ComplaintCommand) -> Void = { _ in }
    ) throws(ComplaintRefusal) {
        var command = ComplaintCommand(
            commandId: CommandID(rawValue: UUID()), complaintId: self.id, command: word, by: by, at: now)
        change(&command)
        try self.apply(
            command,
            in: CommandSurroundings(
                rules: shipped.rules, calendar: calendar, now: now, refundedUsage: refunded, monthlyFee: fee))
    }

    /// What was told, in a word each, with the hours and minutes after hour 0.
    var alarms: [String] {
        self.entries.compactMap { entry in
            let minutes = entry.at.microseconds(since: hour(0)) / 60_000_000
            let at = "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
            switch entry.event {
            case .warned(let alarm): return "\(at) warned \(alarm.clock)"
            case .missed(let alarm): return "\(at) missed \(alarm.clock)"
            case .escalated(let escalation): return "\(at) \(escalation.to.level) \(escalation.cause)"
            case .reminded(let reminder): return "\(at) reminded \(reminder.number)"
            case .closed(let closing): return "\(at) closed \(closing.outcome)"
            default: return nil
            }
        }
    }
}
