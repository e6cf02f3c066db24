import Contracts
import Foundation
import Testing

@Suite("The catalogue's rules of complaints")
struct ComplaintRulesTests {
    /// A change to a small catalogue, and what is said of it.
    struct Spoilt: Sendable, CustomTestStringConvertible {
        var text: String
        var instead: String
        var message: String

        init(_ text: String, _ instead: String, _ message: String) {
            self.text = text
            self.instead = instead
            self.message = message
        }

        var testDescription: String { self.message }
    }

    private static let small = """
        workingCalendar: { opens: "09:00", closes: "18:00", weekdays: [monday], holidays: [2026-12-25] }
        complaints:
          channels: [web]
          tiers: [vip, standard]
          areas: [urban]
          categories: { billing: [traffic], fault: [] }
          hours: { office: { monday: [{ from: "09:00", until: "12:00" }, { from: "14:00", until: "18:00" }] } }
          clocks:
            - { clock: reply, during: office, limits: [{ tiers: [vip], hours: 8 }, { hours: 48 }], notWhileWaitingFor: [customer, vendor] }
            - { clock: repair, categories: [fault], limits: [{ hours: 48 }] }
          levels: [{ level: agent, queue: agents }, { level: appeal, queue: regulator, hours: 3, byDeadline: false }]
          routes: [{ tiers: [vip], queue: managers, level: agent }, { queue: agents, level: agent }]
          partners: [{ partner: vendor, name: Vendor, party: vendor, replyHours: 2, reminders: 1, reminderHours: 1 }]
          refundRoles: [{ role: agent, limitMilliyuan: 5 }, { role: boss }]
          survey: { hours: 72, reopenAtMost: 2 }
          problems: { categories: [fault], complaints: 5, minutes: 10, joinHours: 1 }
        """

    private static func load(_ text: String) throws -> Catalogue {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("complaints-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(text.utf8).write(to: folder.appendingPathComponent("c.yaml"))
        return try CatalogueLoader.load(
            paths: [folder.path], calendar: BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 28_800) ?? .gmt))
    }

    @Test("are read as they are written")
    func read() throws {
        let rules = try #require(try Self.load(Self.small).complaints)
        let reply = try #require(rules.clocks.first)
        #expect(reply.warnPercent == 75 && reply.uncounted == [.customer, .vendor])
        #expect(reply.hours.windows?[1] == [.init(from: 32_400, until: 43_200), .init(from: 50_400, until: 64_800)])
        #expect(reply.hours.holidays.count == 1)
        #expect(reply.limit(tier: "vip", category: "billing", subCategory: nil, area: "urban") == 28_800)
        #expect(rules.clocks[1].limit(tier: "vip", category: "billing", subCategory: nil, area: "urban") == nil)
        #expect(rules.level(above: "agent")?.byDeadline == false && rules.level(above: "appeal") == nil)
        #expect(rules.route(category: "billing", subCategory: nil, tier: "vip")?.queue == "managers")
        #expect(rules.partners["vendor"]?.replySeconds == 7200 && rules.roles.map(\.limit) == [Milliyuan(5), nil])
        #expect(rules.problems?.seconds == 600 && rules.survey.seconds == 259_200)
    }

    @Test(
        "that leave somebody without a clock or a place are refused, by file and line",
        arguments: [
            Spoilt("clock: reply,", "clock: handling,", "`clocks` has no reply"),
            Spoilt(", { hours: 48 }], notW", "], notW", "`clocks`: reply has no limit for standard, billing, urban"),
            Spoilt("clock: repair,", "clock: reply,", "`clocks`: there is more than one reply"),
            Spoilt("clock: repair,", "clock: level,", "the time of levels is given by `levels`"),
            Spoilt("during: office", "during: night", "`during` takes one of office"),
            Spoilt(
                "until: \"12:00\"", "until: \"15:00\"",
                "`monday` takes windows in their order that are not empty and do not overlap"),
            Spoilt(
                "categories: [fault], limits", "categories: [flood], limits",
                "`clocks`: there is no category 'flood': billing, fault"),
            Spoilt("tiers: [vip], hours", "tiers: [king], hours", "`clocks`: there is no tier 'king': standard, vip"),
            Spoilt("level: appeal", "level: agent", "`levels` has 'agent' twice"),
            Spoilt(
                "queue: managers, level: agent", "queue: managers, level: moon",
                "`routes`: there is no level 'moon': agent, appeal"),
            Spoilt(", { queue: agents, level: agent }]", "]", "`routes`: the last one has to fit all complaints"),
            Spoilt("{ tiers: [vip], queue", "{ queue", "`routes`: what follows one that fits all is never taken"),
            Spoilt("role: boss", "role: agent", "`refundRoles` has 'agent' twice"),
            Spoilt("party: vendor", "party: customer", "`party`: a partner is a vendor or a department"),
            Spoilt(
                "problems: { categories: [fault]", "problems: { categories: [rain]",
                "`problems`: there is no category 'rain': billing, fault"),
            Spoilt("reopenAtMost: 2", "reopenAtMost: 5", "`reopenAtMost` is 5; it may be 0 to 4"),
        ])
    func broken(spoilt: Spoilt) throws {
        #expect(Self.small.contains(spoilt.text))
        do {
            _ = try Self.load(Self.small.replacingOccurrences(of: spoilt.text, with: spoilt.instead))
            Issue.record("it is taken")
        } catch let error as CatalogueErrors {
            #expect(error.mistakes.contains { $0.message == spoilt.message }, "\(error.mistakes.map(\.message))")
        }
    }
}
