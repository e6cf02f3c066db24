import Contracts
import Foundation
import Testing

/// A small catalogue's part for notifications.
enum SmallNotifications {
    static let text = """
        notifications:
          language: zh
          hours:
            day: [{ from: "08:00", until: "12:00" }, { from: "14:00", until: "21:00" }]
          templates:
            - code: bill
              parameters: { total: money, dueAt: date }
              texts:
                zh: "账单{total}，{dueAt}前缴纳"
                en: "Your bill is {total}, due on {dueAt}."
            - code: plain
              texts: { zh: "您好" }
          triggers:
            - { event: bill.issued, template: bill }
            - { event: order.completed, when: { action: [subscribe] }, template: plain, replaces: [offer] }
          schedules:
            - { name: magazine, offers: [PACK], weekdays: [monday], at: "15:00", template: plain, validHours: 24 }
            - { name: due, offers: [PACK], before: { date: end, days: 7, until: 2 }, at: "09:00", template: plain, validHours: 24 }
          help: plain
          commands:
            - { forms: [TD, "0000"], does: optOut, answer: plain }
            - { forms: ["KT{fee}"], to: "10086", order: { action: subscribe, offers: { "5": PACK } } }
            - { forms: ["END{date}"], note: { date: end, wrong: plain }, answer: plain }
            - { forms: [YES], does: confirm }
        """

    static func load(_ text: String) throws -> Catalogue {
        try SmallCatalogue.load(files: ["a.yaml": SmallCatalogue.text, "n.yaml": text])
    }
}

@Suite("What the catalogue says of notifications")
struct NotificationRulesTests {
    /// A single offer of the small catalogue.
    private static func withOffer(_ text: String) throws -> String {
        let catalogue = try SmallCatalogue.load(SmallCatalogue.text)
        let offer = try #require(catalogue.singleOffers.keys.sorted().first)
        return text.replacingOccurrences(of: "PACK", with: offer)
    }

    @Test("templates, triggers, hours and commands are read")
    func read() throws {
        let rules = try #require(
            try SmallNotifications.load(Self.withOffer(SmallNotifications.text)).notifications)
        #expect(rules.language == .chinese && rules.templates.count == 2 && rules.triggers.count == 2)
        #expect(rules.templates["bill"]?.parameters == ["total": .money, "dueAt": .date])
        #expect(rules.hours["day"]?.openings.count == 2 && rules.commands.count == 5 && rules.help == "plain")
        #expect(rules.recipientLimit == RecipientLimit())
        #expect(rules.schedules.map(\.days) == [.ofWeek([1]), .before(date: "end", days: 2...7)])
    }

    @Test(
        "a template or trigger that cannot be filled stops the service, by file and line",
        arguments: [
            Spoilt(
                "Your bill is {total}", "Your bill is {sum}",
                "`texts`: en names `{sum}`, which is not among `parameters`"),
            Spoilt("total: money, dueAt", "total: text, dueAt", "'bill' takes `total` for text; it is money"),
            Spoilt(
                "{ total: money, dueAt: date }", "{ total: money, dueAt: date, cycle: month }",
                "`parameters`: no text names `cycle`"),
            Spoilt(
                "event: bill.issued, template: bill", "event: account.restorationDue, template: bill",
                "'bill' needs `dueAt`, which account.restorationDue does not tell: "),
            Spoilt("when: { action:", "when: { colour:", "`when`: order.completed has no word `colour`"),
            Spoilt(
                "replaces: [offer]", "replaces: [cycle]",
                "`replaces`: order.completed does not tell `cycle`: action, by, channel, effectiveAt, offer, offerName"),
            Spoilt("template: bill }", "template: bell }", "there is no message template 'bell'"),
            Spoilt(
                "event: bill.issued, template: bill", "event: bill.issued, template: bill, hours: night",
                "`hours` takes one of day"),
            Spoilt(
                "event: bill.issued, template: bill",
                "event: bill.issued, template: bill, priority: urgent, nextDay: true",
                "`nextDay` waits, an urgent message does not"),
            Spoilt("\"12:00\"", "\"07:00\"", "`day` takes parts of a day that are not empty and do not overlap"),
            Spoilt("language: zh", "language: en", "`texts` has none in en, the catalogue's language"),
            Spoilt("\"KT{fee}\"", "KTX", "'KTX' has no place for the argument that it needs"),
            Spoilt("TD, \"0000\"", "TD, td", "'td' is a command already at n.yaml:21"),
            Spoilt("does: optOut", "does: leave", "`does` takes one of optOut, optIn, survey, confirm, not 'leave'"),
            Spoilt("weekdays: [monday]", "weekdays: []", "`weekdays` takes at least one day"),
            Spoilt(
                "weekdays: [monday]", "weekdays: [monday], monthDays: [1]",
                "a schedule has one of `weekdays`, `monthDays`, `yearDays` and `before`"),
            Spoilt("weekdays: [monday]", "yearDays: [02-30]", "`yearDays` takes a day of each year such as 03-15"),
            Spoilt("until: 2", "until: 8", "`until` is more than `days`"),
            Spoilt("date: end, days", "date: start, days", "`before`: no command notes a 'start'"),
            Spoilt("name: due", "name: magazine", "'magazine' is a schedule already"),
            Spoilt(
                "at: \"15:00\", template: plain, validHours: 24", "at: \"15:00\", template: plain",
                "`validHours` is missing"),
            Spoilt(
                "at: \"15:00\", template: plain", "at: \"15:00\", template: bill",
                "'bill' needs `dueAt`, which schedule 'magazine' does not tell: "),
            Spoilt(
                "does: confirm", "does: confirm, confirm: { template: plain, hours: 1 }",
                "`confirm` asks before an `order`, which there is not"),
        ])
    func broken(_ spoilt: Spoilt) throws {
        let text = try Self.withOffer(SmallNotifications.text)
        let range = try #require(text.range(of: spoilt.old), "the old text is there")
        let error = try #require(throws: CatalogueErrors.self) {
            try SmallNotifications.load(text.replacingCharacters(in: range, with: spoilt.new))
        }
        #expect(
            error.mistakes.contains { $0.message.hasPrefix(spoilt.message) && $0.file == "n.yaml" && $0.line > 1 },
            "\(error)")
    }
}
