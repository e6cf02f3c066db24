import RatingModel
import Testing

@Suite("Data, WLAN and messages in the model")
struct DataTests {
    private static let card = "14700000001"

    private func notebook(_ plan: String) -> Account {
        Account(
            "A1",
            members: [
                Member(mobile, .mobile2g, plans: [.init("2G-STD", from: 0)]),
                Member(Self.card, .dataCard, packs: [.init(plan, from: 0)], boundTo: mobile),
            ])
    }

    @Test(
        "CAT-01, CAT-02: G3 plans with 50 and 20 MB thresholds",
        arguments: [
            ("G3-50", 500 * MB), ("G3-100", 2 * GB), ("G3-200", 5 * GB), ("G3-300", 10 * GB),
        ])
    func notebooks(plan: String, quota: Int) {
        let account = self.notebook(plan)
        let records = [
            data("1", Self.card, quota - 50 * MB - 1, at: at(3)), data("2", Self.card, 1, at: at(4)),
            data("3", Self.card, 30 * MB - 1, at: at(5)), data("4", Self.card, 1, at: at(6)),
            data("5", Self.card, 20 * MB, at: at(7)), data("6", Self.card, MB, at: at(8)),
        ]
        #expect(rate(account, Array(records.prefix(1))).thresholds == [])
        #expect(rate(account, Array(records.prefix(3))).thresholds == [50 * MB])
        let whole = rate(account, records.reversed())
        #expect(whole.thresholds == [20 * MB, 50 * MB])
        #expect(whole.rated.map(\.charge) == [0, 0, 0, 0, 0, 1000])
    }

    @Test("RAT-01, G-03: overage is counted in full MB of the whole month; a part of one is free")
    func overage() {
        let account = single([.init("GPRS-3", from: 0)])
        let records = [
            data("1", mobile, 20 * MB + MB - 1, at: at(3)), data("2", mobile, 1, at: at(4)),
            data("3", mobile, MB - 1, at: at(5)), data("4", mobile, 2 * MB, at: at(6)),
        ]
        #expect(rate(account, records).rated.map(\.charge) == [0, 1000, 0, 2000])
    }

    @Test(
        "CAT-07: without a pack a KB is 0.01 yuan, rounded up for each record",
        arguments: [
            (0, 0), (1, 10), (1024, 10), (1025, 20), (MB, 10_240),
        ])
    func withoutPack(bytes: Int, charge: Int) {
        #expect(rate(single(), [data("1", mobile, bytes, at: at(3))]).charge == charge)
    }

    @Test("RAT-02: a pack opened on the 16th or later has half the quota and half the fee", arguments: [15, 16])
    func halfMonth(day: Int) {
        let opening = instant(2026, 12, day)
        let account = single([.init("GPRS-5", from: opening)])
        let rating = rate(account, [data("1", mobile, 31 * MB, at: at(20))])
        #expect(rating.charge == (day < 16 ? 1000 : 16_000))
        #expect(monthlyFees(of: account, in: december).map(\.amount) == [day < 16 ? 5000 : 2500])
        #expect(monthlyFees(of: account, in: january).map(\.amount) == [5000])
        let notebook = Account("A1", members: [Member(Self.card, .dataCard, packs: [.init("G3-50", from: opening)])])
        #expect(monthlyFees(of: notebook, in: december).map(\.amount) == [50_000], "G-07: not for G3")
    }

    @Test("CAT-10, G-04: charges stop at 500 yuan, data is barred at 15 GB, each is told")
    func caps() {
        let account = single([.init("GPRS-5", from: 0)])
        let records = [
            data("1", mobile, 30 * MB + 499 * MB, at: at(3)), data("2", mobile, MB, at: at(4)),
            data("3", mobile, MB, at: at(5)), data("4", mobile, 15 * GB - 531 * MB - 1, at: at(6)),
            data("5", mobile, 1, at: at(7)), data("6", mobile, GB, at: at(8)),
        ]
        #expect(!rate(account, Array(records.prefix(1))).notices.contains(.chargeCap(number: mobile, kind: "data")))
        let rating = rate(account, records)
        #expect(rating.rated.map(\.charge) == [499_000, 1000, 0, 0, 0, 0])
        #expect(rating.notices.contains(.chargeCap(number: mobile, kind: "data")))
        #expect(rating.notices.contains(.volumeCap(number: mobile, kind: "data")))
        #expect(!rate(account, Array(records.prefix(4))).notices.contains(.volumeCap(number: mobile, kind: "data")))
        #expect(rate(single(), [data("1", mobile, GB, at: at(3))]).charge == 500_000, "also without a pack")
    }

    @Test("G-02, NTF-06: packs go by expiry, then by activation; only the last one's thresholds are told")
    func stacked() {
        let account = single([
            .init("GPRS-5", from: at(1)), .init("GPRS-3", from: at(2), until: at(20)), .init("GPRS-10", from: at(1, 9)),
        ])
        let records = [data("1", mobile, 25 * MB, at: at(3)), data("2", mobile, 70 * MB, at: at(4))]
        let first = rate(account, Array(records.prefix(1)))
        #expect(first.used("GPRS-3") == 20 * MB && first.used("GPRS-10") == 5 * MB && first.used("GPRS-5") == 0)
        #expect(first.thresholds == [])
        let second = rate(account, records)
        #expect(second.used("GPRS-10") == 70 * MB && second.used("GPRS-5") == 5 * MB)
        let third = rate(account, records + [data("3", mobile, 25 * MB, at: at(5))])
        #expect(third.thresholds == [0, 5 * MB] && third.charge == 0)
    }

    @Test("3G plans: 0.3 yuan a full MB beyond the plan's data")
    func thirdGeneration() {
        let rating = rate(bundleAccount(), [data("1", mobile3g, 302 * MB + 5, at: at(3))])
        #expect(rating.charge == 600)
    }

    @Test("CAT-33, CAT-34: WLAN hours, then 0.02 yuan a minute on the campus and 0.05 elsewhere, at most 500 yuan")
    func hotspots() {
        let account = single([.init("WLAN-10", from: 0)])
        let records = [
            wlan("1", mobile, minutes: 2399, isCampus: true, at: at(3)),
            wlan("2", mobile, minutes: 3, isCampus: true, at: at(4)),
            wlan("3", mobile, minutes: 3, isCampus: false, at: at(5)),
            wlan("4", mobile, minutes: 25_000, isCampus: true, at: at(25)),
        ]
        let rating = rate(account, records)
        #expect(rating.rated.map(\.charge) == [0, 40, 150, 499_810])
        #expect(rating.notices == [.chargeCap(number: mobile, kind: "wlan")])
        let volume = [
            wlan("1", mobile, minutes: 10, isCampus: true, bytes: 40 * GB, at: at(3)),
            wlan("2", mobile, minutes: 10, isCampus: true, bytes: 1, at: at(4)),
        ]
        let barred = rate(single(), volume)
        #expect(
            barred.notices == [.volumeCap(number: mobile, kind: "wlan")] && barred.rated.map(\.charge) == [200, 200])
    }

    @Test("CAT-16 to CAT-18, CAT-22: messages from the pack, then 0.10; abroad 1.00 and never from it; MMS 0.30")
    func messages() {
        let account = single([.init("SMS-3", from: 0)])
        var records = (0..<50).map { sms("a\($0)", mobile, to: stranger, at: at(3, 10, $0)) }
        records.append(sms("b", mobile, to: "0085298765432", at: at(3, 9)))
        records.append(sms("c", mobile, to: stranger, at: at(4)))
        records.append(sms("d", mobile, to: "008613800138000", at: at(5)))
        records.append(Usage("e", mobile, from: at(6), to: at(6), .mms(to: stranger)))
        let rating = rate(account, records)
        #expect(["a0", "a49", "b", "c", "d", "e"].map { rating.charge($0) } == [0, 0, 1000, 100, 100, 300])
        #expect(rating.used("SMS-3") == 50)
    }

    @Test("PRO-19, G-47: more than 200 messages in an hour, or 500 in a day, are too many")
    func limits() {
        let hour = (0..<201).map { sms("\(1000 + $0)", mobile, to: stranger, at: at(3, 10) + $0 * 17 * second) }
        #expect(firstMessageBeyondLimits(hour)?.id == "1200")
        #expect(firstMessageBeyondLimits(Array(hour.prefix(200))) == nil)
        let slow = (0..<501).map { sms("\(1000 + $0)", mobile, to: stranger, at: at(3, 0) + $0 * 150 * second) }
        #expect(firstMessageBeyondLimits(slow)?.id == "1500")
    }
}
