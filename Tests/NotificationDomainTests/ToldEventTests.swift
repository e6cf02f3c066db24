import Contracts
import Foundation
import NotificationDomain
import Testing

@Suite("What is told of an event, by the table of triggers")
struct ToldEventTests {
    private static func template(_ code: String) -> (String, NotificationTemplate) {
        (code, NotificationTemplate(code: code, parameters: [:], texts: [:]))
    }

    private static let rules = NotificationRules(
        language: .chinese, hours: ["day": .day],
        templates: Dictionary(uniqueKeysWithValues: ["low", "gone", "bill"].map(template)),
        triggers: [
            NotificationTrigger(
                event: .allowanceThresholdReached, when: ["unit": ["bytes"], "left": ["some"]], template: "low",
                recipient: .serviceNumber, hours: "morning", isNextDay: true, replaces: ["serviceNumber"]),
            NotificationTrigger(
                event: .allowanceThresholdReached, when: ["unit": ["bytes"], "left": ["none"]], template: "gone",
                recipient: .serviceNumber, isNextDay: true, replaces: ["serviceNumber"]),
            NotificationTrigger(event: .billIssued, template: "bill", priority: .urgent),
        ])

    private func drafts(_ told: ToldEvent) -> [NotificationDraft] {
        Self.rules.drafts(of: told) { NotificationID(rawValue: UUID()) }.drafts
    }

    private func threshold(_ id: String, left: String, unit: String = "bytes") -> ToldEvent {
        ToldEvent(
            .allowanceThresholdReached, id: id,
            facts: ["unit": .string(unit), "left": .string(left), "serviceNumber": "1310"], serviceNumber: "1310",
            mainNumber: "1999")
    }

    @Test("NTF-03, NTF-06: the row that holds says whom to tell, how, and what it takes the place of")
    func rows() throws {
        let low = try #require(self.drafts(self.threshold("e1", left: "some")).first)
        #expect(low.template == "low" && low.recipient == "1310" && low.hours == "morning" && low.isNextDay)
        #expect(low.dedupeKey == "low/e1")
        let gone = try #require(self.drafts(self.threshold("e2", left: "none")).first)
        #expect(gone.template == "gone" && gone.replaceKey == low.replaceKey && gone.replaceKey != nil)
        #expect(gone.dedupeKey != low.dedupeKey)
    }

    @Test("What no row holds for is told nobody")
    func silent() {
        #expect(self.drafts(self.threshold("e", left: "some", unit: "minutes")).isEmpty)
        let lacking = ToldEvent(.allowanceThresholdReached, id: "e", facts: ["unit": "bytes"], mainNumber: "1")
        #expect(self.drafts(lacking).isEmpty)
    }

    @Test("Where there is nobody to be told, the row says so; a line that gets no texts has its account's told")
    func unaddressed() {
        let nobody = Self.rules.drafts(of: ToldEvent(.billIssued, id: "b", facts: [:])) {
            NotificationID(rawValue: UUID())
        }
        #expect(nobody.drafts.isEmpty && nobody.unaddressed.map(\.template) == ["bill"])
        var told = self.threshold("e", left: "some")
        told.serviceNumber = nil
        #expect(self.drafts(told).map(\.recipient) == ["1999"])
    }

    @Test("An account's number: the main one where it gets texts, else the one that it has had longest")
    func mainNumber() {
        let catalogue = Catalogue(
            version: "1",
            products: Dictionary(
                uniqueKeysWithValues: [("mobile", true), ("fixed", false)].map { code, texts in
                    (
                        code,
                        Product(
                            code: code, name: code,
                            numberFormat: NumberFormat(
                                prefix: "", characters: .digits, length: 1...20, description: ""),
                            isVoice: true, hasPassword: false, getsTexts: texts)
                    )
                }),
            workingCalendar: WorkingCalendar(calendar: BusinessCalendar(timeZone: .gmt)))
        func contact(_ number: String, _ product: String, main: Bool, at second: Int64) -> Contact {
            Contact(
                serviceNumber: number, accountId: "A", product: product, isMain: main,
                attachedAt: Timestamp(microseconds: second))
        }
        let fixed = contact("029", "fixed", main: true, at: 1)
        let old = contact("131", "mobile", main: false, at: 2)
        let new = contact("130", "mobile", main: false, at: 3)
        let main = contact("139", "mobile", main: true, at: 4)
        #expect(catalogue.mainNumber(of: [new, fixed, main, old]) == "139")
        #expect(catalogue.mainNumber(of: [new, fixed, old]) == "131")
        #expect(catalogue.mainNumber(of: [fixed]) == nil)
        #expect(catalogue.mainNumber(of: [Contact]()) == nil)
    }
}

@Suite("How many messages a gateway is given")
struct GatewayControlTests {
    private static let second: Int64 = 1_000_000_000

    @Test("Not more a second than it takes, however they are asked for; the urgent have a part of their own")
    func rate() {
        var control = GatewayControl(perSecond: 100, at: 0)
        #expect(control.take(1000, isUrgent: false, at: 0) == 80)
        #expect(control.take(1000, isUrgent: false, at: 0) == 0)
        #expect(control.take(1000, isUrgent: true, at: 0) == 20)
        #expect(control.take(1, isUrgent: true, at: 0) == 0)
        var total = 0
        for tick in 1...1000 {
            total += control.take(7, isUrgent: tick % 2 == 0, at: Int64(tick) * Self.second / 100)
        }
        #expect((980...1000).contains(total), "ten seconds' worth")
        control.giveBack(5)
        #expect(control.take(5, isUrgent: true, at: 10 * Self.second) == 5)
    }

    @Test("One that is absent is left alone, and tried with one message after pauses that grow")
    func absence() {
        var control = GatewayControl(perSecond: 100, at: 0)
        for _ in 0..<4 { control.noteAbsence(at: 0) }
        #expect(!control.isClosed)
        control.noteAbsence(at: 0)
        #expect(control.isClosed)
        // Calls that were on their way.
        for _ in 0..<50 { control.noteAbsence(at: 1) }
        #expect(control.take(10, isUrgent: true, at: Self.second / 4) == 0)
        #expect(control.take(10, isUrgent: false, at: Self.second / 2) == 1)
        #expect(control.take(10, isUrgent: true, at: Self.second / 2) == 0, "one at a time")
        control.noteAbsence(at: Self.second / 2)
        #expect(control.take(10, isUrgent: true, at: Self.second) == 0)
        #expect(control.take(10, isUrgent: true, at: Self.second * 3 / 2) == 1)
        control.giveBack(1)
        #expect(control.take(10, isUrgent: true, at: Self.second * 3 / 2) == 1, "none was there to be tried with")
        control.noteAnswer()
        #expect(!control.isClosed && control.take(10, isUrgent: false, at: Self.second * 3 / 2) == 10)
    }

    @Test("An answer between absences begins the count anew")
    func answers() {
        var control = GatewayControl(perSecond: 100, at: 0)
        for _ in 0..<20 {
            for _ in 0..<4 { control.noteAbsence(at: 0) }
            control.noteAnswer()
        }
        #expect(!control.isClosed)
    }
}
