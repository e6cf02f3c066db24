import RatingModel
import Testing

@Suite("Calls in the model")
struct VoiceTests {
    @Test(
        "RAT-08: a part of a minute counts as one minute, a call of no seconds as none",
        arguments: [
            (0, 0), (1, 1), (59, 1), (60, 1), (61, 2), (121, 3),
        ])
    func minutes(seconds: Int, minutes: Int) {
        let rating = rate(bundleAccount(), [call("1", fixed, to: stranger, seconds: seconds, at: at(3))])
        #expect(rating.rated("1")?.units == minutes)
        #expect(rating.used("shared") == minutes)
        #expect(rating.charge("1") == 0)
    }

    @Test("RAT-09: shared minutes go in the order in which calls end, whoever makes them; ties by id")
    func order() {
        // 1000 minutes: 995 gone, then three calls of three minutes, two of which end together.
        let records = [
            call("d", fixed, to: stranger, minutes: 3, at: at(5)),
            call("b", mobile, to: stranger, minutes: 3, at: at(4)),
            call("c", fixed, to: stranger, minutes: 3, at: at(5)),
            call("a", fixed, to: stranger, minutes: 995, at: at(3)),
        ]
        let rating = rate(bundleAccount(), records)
        #expect(rating.rated.map(\.usage.id) == ["a", "b", "c", "d"])
        #expect(["a", "b", "c", "d"].map { rating.charge($0) } == [0, 0, 150, 450])
        #expect(rating.rated("c")?.lines.map(\.units) == [2, 1], "the call across the end is split in two lines")
        #expect(rating.used("shared") == 1000)
    }

    @Test("CAT-65: beyond the shared minutes a minute is 0.15 yuan")
    func overage() {
        let records = [
            call("1", fixed, to: stranger, minutes: 300, at: at(3)),
            call("2", mobile, to: stranger, minutes: 7, at: at(4)),
        ]
        #expect(rate(bundleAccount("WB-BASIC-A-88"), records).charge("2") == 1050)
    }

    @Test("RAT-12: in the private network its minutes go first, then the shared ones, then 0.15 yuan")
    func privateNetwork() {
        let records = [
            call("1", fixed, to: mobile, minutes: 498, at: at(3)), call("2", mobile, to: fixed, minutes: 5, at: at(4)),
            call("3", fixed, to: stranger, minutes: 297, at: at(5)),
            call("4", fixed, to: mobile, minutes: 2, at: at(6)),
        ]
        let rating = rate(bundleAccount("WB-BASIC-A-88"), records)
        #expect(rating.rated("2")?.lines.map { $0.allowance?.name } == ["privateNetwork", "shared"])
        #expect(rating.rated("2")?.lines.map(\.units) == [2, 3])
        #expect(rating.used("privateNetwork") == 500 && rating.used("shared") == 300)
        #expect(rating.charge("3") == 0 && rating.charge("4") == 300)
    }

    @Test("RAT-19, RAT-20: a 3G member uses 1000 private-network minutes, then its plan's, then pays its plan's price")
    func thirdGeneration() {
        let records = [
            call("1", mobile3g, to: mobile, minutes: 999, at: at(3)),
            call("2", mobile3g, to: fixed, minutes: 3, at: at(4)),
            call("3", mobile3g, to: stranger, minutes: 239, at: at(5)),
            call("4", mobile3g, to: stranger, minutes: 1, at: at(6)),
        ]
        let rating = rate(bundleAccount(), records)
        #expect(rating.rated("2")?.lines.map(\.units) == [1, 2])
        #expect(rating.used("3G-96 minutes") == 240 && rating.used("shared") == 0)
        #expect(rating.charge("3") == 150 && rating.charge("4") == 150)
        #expect(
            rate(bundleAccount(plan3G: "3G-66"), [call("1", mobile3g, to: stranger, minutes: 51, at: at(3))]).charge
                == 200)
    }

    @Test(
        "RAT-13, RAT-17: roaming, Hong Kong and abroad never take shared minutes",
        arguments: [
            (Direction.originating, stranger, Place.domestic, 600), (.forwarded, stranger, .domestic, 600),
            (.terminating, stranger, .domestic, 400), (.originating, stranger, .international, 12_000),
            (.terminating, stranger, .international, 12_000), (.originating, "0085212345678", .home, 2000),
            (.originating, "0085312345678", .home, 2000), (.originating, "0088612345678", .home, 2000),
            (.originating, "0014155550100", .home, 8000), (.originating, fixed, .domestic, 600),
        ])
    func standardPrices(direction: Direction, otherParty: String, place: Place, price: Int) {
        let rating = rate(bundleAccount(), [call("1", mobile, to: otherParty, minutes: 2, at: at(3), direction, place)])
        #expect(rating.charge("1") == 2 * price)
        #expect(rating.used.isEmpty)
    }

    @Test(
        "RAT-15: emergency and service numbers are free and take no minutes, as is what comes in at home",
        arguments: [
            "110", "119", "120", "122", "10010",
        ])
    func free(number: String) {
        let records = [
            call("1", mobile, to: number, minutes: 5, at: at(3)),
            call("2", mobile3g, to: stranger, minutes: 5, at: at(4), .terminating),
            call("3", fixed, to: stranger, minutes: 5, at: at(5), .terminating),
        ]
        let rating = rate(bundleAccount(), records)
        #expect(rating.charge == 0 && rating.used.isEmpty)
    }

    @Test("RAT-14: access codes take shared minutes; their information fee comes on top")
    func accessCodes() {
        let records = [
            call("1", mobile, to: "12590", minutes: 2, at: at(3)), call("2", fixed, to: "95588", minutes: 2, at: at(4)),
            call("3", fixed, to: "4008001234", minutes: 2, at: at(5)),
        ]
        let rating = rate(bundleAccount(), records)
        #expect(rating.charge("1") == 4000 && rating.rated("1")?.lines.last?.rule == "informationFee")
        #expect(rating.charge("2") == 0 && rating.charge("3") == 0 && rating.used("shared") == 6)
    }

    @Test("RAT-16: a forwarded leg at home counts as a direct call; 0086… is domestic")
    func forwarded() {
        let records = [
            call("1", fixed, to: stranger, minutes: 2, at: at(3), .forwarded),
            call("2", fixed, to: "00861062228888", minutes: 3, at: at(4)),
            call("3", fixed, to: "0086\(mobile)", minutes: 4, at: at(5)),
        ]
        let rating = rate(bundleAccount(), records)
        #expect(rating.charge == 0 && rating.used("shared") == 5 && rating.used("privateNetwork") == 4)
    }

    @Test("RAT-18: lines without a bundle pay 0.22 and 0.25 yuan a minute")
    func outside() {
        let account = Account(
            "A1",
            members: [
                Member(fixed, .fixedLine, plans: [.init("FX-STD", from: 0)]),
                Member(mobile, .mobile2g, plans: [.init("2G-STD", from: 0)]),
            ])
        let records = [call("1", fixed, to: mobile, minutes: 2, at: at(3)), call("2", mobile, to: fixed, at: at(4))]
        let rating = rate(account, records)
        #expect(rating.charge("1") == 440 && rating.charge("2") == 250)
    }

    @Test("CAT-69, CAT-70: an additional terminal shares the minutes, or only the private network")
    func terminals() {
        let more = [
            Member("13109160009", .mobile2g, plans: [.init("2G-STD", from: 0)]),
            Member("18609160009", .mobile3g, plans: [.init("3G-66", from: 0)]),
        ]
        let account = bundleAccount(options: ["TERMINAL-SHARED", "TERMINAL-VPN"], more: more)
        let records = [
            call("1", "13109160009", to: stranger, minutes: 4, at: at(3)),
            call("2", "18609160009", to: mobile, minutes: 5, at: at(4)),
            call("3", "18609160009", to: stranger, minutes: 60, at: at(5)),
        ]
        let rating = rate(account, records)
        #expect(rating.used("shared") == 4 && rating.used("privateNetwork") == 5)
        #expect(rating.charge("3") == 2000)
    }

    @Test("CAT-27, CAT-28, G-25: 200 minutes from the main number to all, 200 from each secondary to the other three")
    func family() {
        let numbers = (1...4).map { "1310916100\($0)" }
        let members = numbers.map { Member($0, .mobile2g, plans: [.init("2G-STD", from: 0)]) }
        var account = Account("A1", members: members)
        account.families = [Family(main: numbers[0], secondaries: Array(numbers.dropFirst()), from: at(2))]
        let records = [
            call("0", numbers[0], to: numbers[1], at: at(1)),
            call("1", numbers[0], to: numbers[1], minutes: 150, at: at(3)),
            call("2", numbers[0], to: numbers[2], minutes: 60, at: at(4)),
            call("3", numbers[1], to: numbers[3], minutes: 199, at: at(5)),
            call("4", numbers[1], to: numbers[0], minutes: 2, at: at(6)),
            call("5", numbers[2], to: numbers[0], minutes: 200, at: at(7)),
            call("6", numbers[3], to: stranger, at: at(8)),
        ]
        let rating = rate(account, records)
        #expect(["0", "1", "2", "3", "4", "5", "6"].map { rating.charge($0) } == [250, 0, 2500, 0, 250, 0, 250])
    }

    @Test("RAT-11: of nested networks the cheapest for the customer counts")
    func nested() {
        var account = bundleAccount("WB-BASIC-B-88")
        account.families = [Family(main: mobile, secondaries: [mobile3g], from: at(1, 0))]
        let rating = rate(account, [call("1", mobile, to: mobile3g, minutes: 1001, at: at(3))])
        #expect(rating.used("family") == 200 && rating.used("privateNetwork") == 500 && rating.used("shared") == 300)
        #expect(rating.charge("1") == 150)
    }

    @Test("RAT-21: what is left of the minutes lapses at the end of the month; a call belongs to where it ended")
    func cycles() {
        let account = bundleAccount("WB-BASIC-A-88")
        let records = [
            call("1", fixed, to: stranger, minutes: 300, at: at(3)),
            call("2", fixed, to: stranger, minutes: 2, at: january.start),
            call("3", fixed, to: stranger, minutes: 2, at: january.start - 1),
        ]
        var model = Model([account])
        for record in records { #expect(model.receive(record, now: january.start) == nil) }
        #expect(model.rating("A1", december)?.rated.map(\.charge) == [0, 300])
        #expect(model.rating("A1", january)?.rated.map(\.charge) == [0])
    }
}
