import RatingModel

/// The cycle in which the examples play, and the one after it.
let december = Month(2026, 12)
let january = Month(2027, 1)

func at(_ day: Int, _ hour: Int = 10, _ minute: Int = 0, _ second: Int = 0) -> Instant {
    instant(2026, 12, day, hour, minute, second)
}

let fixed = "02988881234"
let mobile = "13109160001"
let mobile3g = "18609160002"
let stranger = "01062228888"

func call(
    _ id: String, _ number: String, to otherParty: String, minutes: Int = 1, seconds: Int? = nil, at end: Instant,
    _ direction: Direction = .originating, _ place: Place = .home
) -> Usage {
    let duration = (seconds ?? minutes * 60) * second
    return Usage(id, number, from: end - duration, to: end, .voice(direction, otherParty: otherParty, place))
}

func data(_ id: String, _ number: String, _ bytes: Int, at end: Instant) -> Usage {
    Usage(id, number, from: end - 60 * second, to: end, .data(uplink: bytes / 4, downlink: bytes - bytes / 4))
}

func wlan(_ id: String, _ number: String, minutes: Int, isCampus: Bool, bytes: Int = 0, at end: Instant) -> Usage {
    Usage(id, number, from: end - minutes * 60 * second, to: end, .wlan(isCampus: isCampus, bytes: bytes))
}

func sms(_ id: String, _ number: String, to otherParty: String, at end: Instant) -> Usage {
    Usage(id, number, from: end, to: end, .sms(to: otherParty))
}

/// A bundle's account: fixed line, 2G and 3G in December.
func bundleAccount(
    _ code: String = "WB-ENH-B-288", plan3G: String = "3G-96", options: [String] = [], more: [Member] = [],
    ledgers: [Ledger] = []
) -> Account {
    let members =
        [
            Member("029B0001", .broadband, plans: [.init("BB-STD", from: 0)]),
            Member(fixed, .fixedLine, plans: [.init("FX-STD", from: 0)]),
            Member(mobile, .mobile2g, plans: [.init("2G-STD", from: 0)]),
            Member(mobile3g, .mobile3g, plans: [.init(plan3G, from: 0)]),
        ] + more
    let bundle = Bundle(
        code, from: december, main: mobile, members: members.map(\.number), options: options)
    return Account("A1", members: members, bundles: [bundle], ledgers: ledgers)
}

/// An account with one 2G line and some packs.
func single(_ packs: [Subscription] = [], services: [Subscription] = []) -> Account {
    Account(
        "A1",
        members: [Member(mobile, .mobile2g, plans: [.init("2G-STD", from: 0)], packs: packs, services: services)])
}

func rate(_ account: Account, _ records: [Usage]) -> CycleRating { CycleRating(account, december, records: records) }

extension CycleRating {
    func charge(_ id: String) -> Int? { self.rated(id)?.charge }

    /// What has been used of an allowance, by its name.
    func used(_ name: String) -> Int { self.used.filter { $0.key.name == name }.reduce(0) { $0 + $1.value } }

    var thresholds: [Int] {
        self.notices.compactMap { if case .threshold(_, let remaining) = $0 { remaining } else { nil } }.sorted()
    }
}
