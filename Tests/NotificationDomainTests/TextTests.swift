import Contracts
import Foundation
import Testing

@testable import NotificationDomain

private let calendar = BusinessCalendar(timeZone: TimeZone(identifier: "Asia/Shanghai") ?? .gmt)

@Suite("Texts of messages")
struct TextTests {
    @Test("A template is written with its parameters, in the language's forms")
    func written() throws {
        let kinds: [String: ParameterKind] = [
            "plan": .text, "left": .data, "charge": .money, "at": .date, "until": .dateTime, "month": .month,
            "minutes": .minutes,
        ]
        let values: JSONObject = [
            "plan": "GPRS-5", "left": .integer(5 * 1_048_576 + 524_288), "charge": .integer(12_340),
            "at": "2026-11-30T16:00:00Z", "until": "2026-12-01T07:05:00+08:00", "month": "2026-12",
            "minutes": .integer(20),
        ]
        let text = "{plan} {left} {charge} {at} {until} {month} {minutes} {{}}"
        let template = try MessageTemplate(text)
        #expect(template.parameters == Set(kinds.keys))
        #expect(
            try template.text(values, kinds: kinds, language: .chinese, calendar)
                == "GPRS-5 5.5MB 12.34元 2026年12月1日 2026年12月1日 07:05 2026年12月 20分钟 {}")
        #expect(
            try template.text(values, kinds: kinds, language: .english, calendar)
                == "GPRS-5 5.5MB CNY 12.34 2026-12-01 2026-12-01 07:05 2026-12 20 min {}")
    }

    @Test(
        "Money is written to the fen, and parts of a fen are not hidden",
        arguments: [
            (0, "0.00"), (10, "0.01"), (150, "0.15"), (155, "0.155"), (1000, "1.00"), (99_990, "99.99"),
            (-12_340, "-12.34"), (1, "0.001"),
        ] as [(Int64, String)])
    func money(_ milliyuan: Int64, _ text: String) throws {
        let template = try MessageTemplate("{x}")
        #expect(
            try template.text(["x": .integer(milliyuan)], kinds: ["x": .money], language: .english, calendar)
                == "CNY \(text)")
    }

    @Test(
        "Data are written in MB, to a tenth, never more than there is",
        arguments: [
            (0, "0MB"), (1_048_575, "0.9MB"), (1_048_576, "1MB"), (52_428_800, "50MB"), (52_428_799, "49.9MB"),
        ] as [(Int64, String)])
    func data(_ bytes: Int64, _ text: String) throws {
        let template = try MessageTemplate("{x}")
        #expect(
            try template.text(["x": .integer(bytes)], kinds: ["x": .data], language: .chinese, calendar) == text)
    }

    @Test("A parameter that is missing or of another kind is named, with what it takes")
    func mistakes() throws {
        let template = try MessageTemplate("{amount}")
        func mistake(_ values: JSONObject) -> ParameterMistake? {
            do throws(ParameterMistake) {
                _ = try template.text(values, kinds: ["amount": .money], language: .chinese, calendar)
                return nil
            } catch {
                return error
            }
        }
        #expect(mistake([:])?.code == .missing)
        #expect(mistake([:])?.description == "parameters.amount is missing; it takes a whole number of milliyuan")
        #expect(mistake(["amount": .null])?.code == .missing)
        #expect(mistake(["amount": "12"])?.code == .wrongKind)
        #expect(mistake(["amount": .integer(12)]) == nil)
    }

    @Test("A text that is no template says why", arguments: ["{", "a {b", "}", "{}", "{a b}", "{1a}", "{a-b}"])
    func refused(_ text: String) {
        #expect(throws: MessageTemplate.Mistake.self) { try MessageTemplate(text) }
    }

    @Test("Parts of a text by SMS: seven bits where the alphabet has all, else UCS-2")
    func parts() {
        func parts(_ text: String) -> String { "\(ShortMessage(text).coding) \(ShortMessage(text).parts)" }
        func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        #expect(parts("") == "gsm7 1")
        #expect(parts(many("a", 160)) == "gsm7 1" && parts(many("a", 161)) == "gsm7 2")
        #expect(parts(many("a", 306)) == "gsm7 2" && parts(many("a", 307)) == "gsm7 3")
        // Those of the extension take two places.
        #expect(parts(many("€", 80)) == "gsm7 1" && parts(many("€", 81)) == "gsm7 2")
        // And are not torn: 76 of them in a part of 153.
        #expect(parts(many("€", 152)) == "gsm7 2" && parts(many("€", 153)) == "gsm7 3")
        #expect(parts(many("联", 70)) == "ucs2 1" && parts(many("联", 71)) == "ucs2 2")
        #expect(parts(many("联", 134)) == "ucs2 2" && parts(many("联", 135)) == "ucs2 3")
        // 33 pairs in a part of 67.
        #expect(parts(many("😀", 35)) == "ucs2 1" && parts(many("😀", 36)) == "ucs2 2")
        #expect(parts(many("😀", 66)) == "ucs2 2" && parts(many("😀", 67)) == "ucs2 3")
    }
}

@Suite("Commands that come as texts")
struct TextCommandTests {
    private static let commands = [
        TextCommand(code: "openAlert", form: "KTLDTX", receiver: "10086"),
        TextCommand(code: "openAlert", form: "3041", receiver: "10086"),
        TextCommand(code: "menu", form: "KTGPRS", receiver: "10086"),
        TextCommand(code: "openData", form: "KTGPRS{fee}", receiver: "10086"),
        TextCommand(code: "openFarm", form: "DG#{code}", receiver: "12582"),
        TextCommand(code: "optOut", form: "TD"),
    ].compactMap(\.self)

    private func read(_ text: String, to receiver: String = "10086") -> TextCommand.Reading? {
        TextCommand.read(text, to: receiver, by: Self.commands)
    }

    @Test("However it is typed: in small letters, with blanks, in full width")
    func typed() {
        #expect(Self.commands.count == 6)
        for text in ["KTLDTX", "ktldtx", " Kt LdTx\n", "ＫＴＬＤＴＸ", "3041", "３０４１"] {
            #expect(self.read(text) == .init(code: "openAlert", argument: nil), "\(text)")
        }
    }

    @Test("With an argument, and without it where that is a command of its own")
    func argument() {
        #expect(self.read("KTGPRS5") == .init(code: "openData", argument: "5"))
        #expect(self.read("ktgprs 100") == .init(code: "openData", argument: "100"))
        #expect(self.read("KTGPRS") == .init(code: "menu", argument: nil))
        #expect(self.read("dg#a12", to: "12582") == .init(code: "openFarm", argument: "A12"))
        #expect(self.read("DG#", to: "12582") == nil)
    }

    @Test("Only at the number that it belongs to; what is no command is none")
    func others() {
        #expect(self.read("KTLDTX", to: "12582") == nil)
        #expect(self.read("TD", to: "12582") == .init(code: "optOut", argument: nil))
        #expect(self.read("hello") == nil && self.read("") == nil && self.read("KTLDTXX") == nil)
    }

    @Test("Of several that fit, the one that says most itself")
    func specific() {
        let commands = [
            TextCommand(code: "any", form: "K{rest}"), TextCommand(code: "more", form: "KT{rest}"),
            TextCommand(code: "all", form: "KTX"),
        ].compactMap(\.self)
        #expect(TextCommand.read("KTX", to: "1", by: commands)?.code == "all")
        #expect(TextCommand.read("KTY", to: "1", by: commands.reversed())?.code == "more")
        #expect(TextCommand.read("KA", to: "1", by: commands)?.argument == "A")
    }

    @Test("A form with two places, or none of its own, is refused")
    func refused() {
        #expect(TextCommand(code: "x", form: "{a}") == nil)
        #expect(TextCommand(code: "x", form: "A{a}B{b}") == nil)
        #expect(TextCommand(code: "x", form: "") == nil)
        #expect(TextCommand(code: "x", form: "A{") == nil)
    }
}

@Suite("States of a notification")
struct NotificationLifecycleTests {
    @Test("What is final stays as it is")
    func final() {
        for state in NotificationLifecycle.State.allCases where state.isFinal {
            for event in NotificationLifecycle.Event.allCases {
                #expect(NotificationLifecycle.next(state, on: event) == nil)
            }
        }
    }

    @Test("Every state can be reached, and every one that is not final can be left")
    func reachable() {
        var reached: Set<NotificationLifecycle.State> = [.scheduled]
        var rest: [NotificationLifecycle.State] = [.scheduled]
        while let state = rest.popLast() {
            let next = NotificationLifecycle.Event.allCases.compactMap { NotificationLifecycle.next(state, on: $0) }
            #expect(state.isFinal == next.isEmpty)
            for state in next where reached.insert(state).inserted { rest.append(state) }
        }
        #expect(reached == Set(NotificationLifecycle.State.allCases))
    }

    @Test("Nothing that may have gone out becomes scheduled again, unless the gateway has said that it has not")
    func once() {
        for state in NotificationLifecycle.State.allCases where state != .scheduled {
            for event in NotificationLifecycle.Event.allCases {
                guard NotificationLifecycle.next(state, on: event) == .scheduled else { continue }
                #expect(state == .handingOver && event == .deferred)
            }
        }
        #expect(NotificationLifecycle.next(.uncertain, on: .handedOver) == nil)
        #expect(NotificationLifecycle.next(.sent, on: .timePassed) == nil)
    }

    @Test("A receipt may overtake the gateway's answer, and find what was thought lost")
    func receipts() {
        for state in [NotificationLifecycle.State.handingOver, .sent, .uncertain] {
            #expect(NotificationLifecycle.next(state, on: .deliveryReported) == .delivered)
            #expect(NotificationLifecycle.next(state, on: .failureReported) == .failed)
        }
        #expect(NotificationLifecycle.next(.delivered, on: .accepted) == nil)
    }
}
