import Contracts
import Foundation
import RatingDomain
import SeededRandom
import Testing

/// An account's cycle as a service keeps it: records as they arrive, rated at once where that is certain, and again
/// where it is not.
private struct Arrivals {
    let terms: CompiledTerms
    var state: CycleState
    var records: [UUID: UsageRecord] = [:]
    var results: [UUID: RatedUsage] = [:]
    /// Whatever was told, as it was told.
    var told: [String] = []
    var reratings = 0
    var late = 0

    init(_ terms: CompiledTerms) {
        self.terms = terms
        self.state = terms.emptyState
    }

    mutating func take(_ record: UsageRecord) throws {
        guard self.records[record.usageId] == nil else { return }
        self.records[record.usageId] = record
        let guided = try self.terms.guide(record)
        let placement = self.terms.placement(of: guided, state: self.state)
        if placement != .next { self.late += 1 }
        guard placement == .dependent else {
            let rated = self.terms.rate(guided, state: &self.state)
            self.results[rated.usageId] = rated
            return self.note(rated)
        }
        self.reratings += 1
        // As from one process to another: the counters go through their stored form.
        let stored = self.terms.counters(of: self.state).map { ($0.key.description, $0.value) }
        let read = try stored.map { (try #require(CounterKey($0.0)), $0.1) }
        let state = self.terms.state(of: Dictionary(uniqueKeysWithValues: read))
        #expect(state == self.state)
        let rerating = self.terms.rerate(Array(self.records.values), former: self.results, state: state)
        #expect(rerating.refused.isEmpty)
        self.state = rerating.state
        for rated in rerating.changed { self.results[rated.usageId] = rated }
        for rated in rerating.told { self.note(rated) }
    }

    private mutating func note(_ rated: RatedUsage) {
        for notice in rated.notices {
            switch notice {
            case .threshold(let allowance, _, _, let threshold):
                self.told.append("\(rated.serviceNumber) \(allowance) \(threshold)")
            case .feeCap(let kind, _): self.told.append("\(rated.serviceNumber) fee \(kind)")
            case .usageCap(let kind, _): self.told.append("\(rated.serviceNumber) usage \(kind)")
            case .dailyMessages:
                self.told.append("\(rated.serviceNumber) \(Shipped.calendar.date(of: rated.endedAt).day)")
            case .hourlyMessagesSuspected: break
            }
        }
    }

    /// The records that are not rated as `other` has them.
    func differing(from other: Arrivals) -> Int {
        self.results.values.count { other.results[$0.usageId]?.isSameResult(as: $0) != true }
    }
}

@Suite("The order in which records come")
struct OrderTests {
    private func arrivals(_ records: [UsageRecord], _ terms: CompiledTerms) throws -> Arrivals {
        var arrivals = Arrivals(terms)
        for record in records { try arrivals.take(record) }
        return arrivals
    }

    @Test(
        "Any permutation with repetitions ends as the records in their order do, and tells everything once",
        arguments: 1...20 as ClosedRange<UInt64>)
    func permutations(seed: UInt64) throws {
        var random = RandomUsage(seed: seed)
        let book = try RandomUsage.book()
        let terms = try CompiledTerms(try random.terms(), book: book, frame: try Shipped.december())
        let records = random.records(200)
        let ordered = try self.arrivals(records.sorted { $0.precedes($1) }, terms)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2 {
            let shuffled = try self.arrivals((records + records.prefix(30)).shuffled(using: &generator), terms)
            #expect(shuffled.results.count == records.count)
            #expect(shuffled.differing(from: ordered) == 0)
            #expect(terms.counters(of: shuffled.state) == terms.counters(of: ordered.state))
            #expect(Set(shuffled.told).count == shuffled.told.count, "once each")
            #expect(Set(shuffled.told) == Set(ordered.told))
        }
        #expect(ordered.told.count > 3, "the account is near its ends")
        let charges = ordered.results.values.reduce(Milliyuan.zero) { $0 + $1.chargeMilliyuan }
        #expect(charges > .zero)
    }

    @Test("Most records that come a little late need no rating again while allowances last")
    func most() throws {
        let book = try Shipped.book()
        let terms = try CompiledTerms(try Account.bundled(), book: book, frame: try Shipped.december())
        var random = RandomUsage(seed: 5)
        let records = random.records(400).filter { $0.kind == .voice }
        var generator = SeededGenerator(seed: 1)
        let shuffled = try self.arrivals(records.shuffled(using: &generator), terms)
        #expect(shuffled.late > 150)
        #expect(shuffled.reratings * 10 < shuffled.late)
    }

    /// What was rated before, what comes late, and whether it can be rated at once.
    static let cases: [(String, [Int], Int, Int, CompiledTerms.Placement)] = [
        ("the minutes suffice for all", [100, 100], 5, 100, .independent),
        ("somebody would get less", [100, 150], 5, 51, .dependent),
        ("the minutes were used up later", [100, 250], 5, 1, .dependent),
        ("the minutes were used up before", [300, 10], 15, 7, .independent),
        ("at the instant at which they were used up", [300, 10], 10, 7, .dependent),
        ("a call of no time", [300, 10], 5, 0, .independent),
        ("after everything", [300, 10], 25, 7, .next),
    ]

    @Test("RAT-09: a late call is rated at once where its place makes no difference", arguments: cases)
    func placement(
        name: String,
        minutes: [Int],
        hour: Int,
        lateMinutes: Int,
        placement: CompiledTerms.Placement
    ) throws {
        var desk = try Desk(try Account.bundled())
        for (index, minutes) in minutes.enumerated() {
            _ = try desk.call(Account.fixed, minutes: minutes, endedAt: december(3, 10 * (index + 1)))
        }
        let end = december(3, hour)
        let record = UsageRecord(
            usageId: UUID(), serviceNumber: Account.first2g, startedAt: end.advanced(bySeconds: -lateMinutes * 60),
            endedAt: end, usage: .voice(.originating, otherParty: "01062228888", .home))
        let guided = try desk.terms.guide(record)
        #expect(desk.terms.placement(of: guided, state: desk.state) == placement, "\(name)")
    }

    @Test("RAT-10: beyond the shared minutes, and at fixed prices, calls are rated as they come")
    func fixedPrices() throws {
        var desk = try Desk(try Account.bundled())
        _ = try desk.call(Account.fixed, minutes: 300, endedAt: december(3))
        _ = try desk.call(Account.fixed, minutes: 300, endedAt: december(20))
        for (otherParty, roaming) in [
            ("01062228888", UsageRecord.Roaming.home), ("110", .home), ("00852", .home), ("010", .domestic),
        ] {
            let record = UsageRecord(
                usageId: UUID(), serviceNumber: Account.first2g, startedAt: december(9), endedAt: december(9, 1),
                usage: .voice(.originating, otherParty: otherParty, roaming))
            #expect(desk.terms.placement(of: try desk.terms.guide(record), state: desk.state) == .independent)
        }
    }

    @Test("RAT-09: a late call displaces later ones: rating again tells exactly those whose result changed")
    func rerated() throws {
        let terms = try Desk(try Account.bundled()).terms
        func record(_ id: UInt8, hour: Int, minutes: Int) -> UsageRecord {
            UsageRecord(
                usageId: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, id)), serviceNumber: Account.fixed,
                startedAt: december(3, hour).advanced(bySeconds: -60 * minutes), endedAt: december(3, hour),
                usage: .voice(.originating, otherParty: "01062228888", .home))
        }
        var arrivals = Arrivals(terms)
        for (id, minutes) in [(1, 100), (2, 100), (3, 100), (4, 10)] as [(UInt8, Int)] {
            try arrivals.take(record(id, hour: 10 + Int(id), minutes: minutes))
        }
        let before = arrivals.state
        let late = record(5, hour: 12, minutes: 20)
        let all = Array(arrivals.records.values) + [late]
        let rerating = terms.rerate(all, former: arrivals.results, state: before)
        #expect(rerating.changed.map(\.usageId) == [late.usageId, record(3, hour: 13, minutes: 1).usageId])
        #expect(
            rerating.changed.map(\.texts) == [["sharedMinutes 20 0"], ["sharedMinutes 80 0", "bundleMinute 20 3000"]])
        // From a state that counts what came before, the rest alone is enough.
        var start = terms.emptyState
        for id in [1, 2] as [UInt8] {
            let first = record(id, hour: 10 + Int(id), minutes: 100)
            _ = terms.rate(try terms.guide(first), state: &start)
        }
        let rest = [late, record(3, hour: 13, minutes: 100), record(4, hour: 14, minutes: 10)]
        let partly = terms.rerate(rest, former: arrivals.results, from: start, state: before)
        #expect(partly.state == rerating.state)
        #expect(partly.changed.map(\.texts) == rerating.changed.map(\.texts))
    }

    @Test("CAT-02: a late record tells a threshold only where it does in its place: while its pack was the last (G-02)")
    func lateThreshold() throws {
        let packs: [MemberTerms.PlanSpan] = [
            .init(plan: "GPRS-3", span: .since(december(1))), .init(plan: "GPRS-5", span: .since(december(5))),
        ]
        var desk = try Desk(try Account.single(MemberTerms("13109160001", "mobile2g", packs: packs)))
        func notices(_ megabytes: Int64, _ day: Int) throws -> Int {
            let usage = UsageRecord.Usage.data(uplinkBytes: 0, downlinkBytes: megabytes * megabyte)
            return try desk.rate("13109160001", usage, endedAt: december(day)).notices.count
        }
        #expect(try notices(6, 6) == 0, "silent: another pack comes after it")
        #expect(try notices(10, 2) == 0, "16 of 20 MB are used by now, but in its place only 10 were")
        #expect(try notices(4, 3) == 0)
        var ordered = try Desk(try Account.single(MemberTerms("13109160001", "mobile2g", packs: packs)))
        let usage = UsageRecord.Usage.data(uplinkBytes: 0, downlinkBytes: 16 * megabyte)
        #expect(try ordered.rate("13109160001", usage, endedAt: december(2)).notices.count == 1)
    }

    @Test("What is to be added to stored counters is the difference of two states")
    func changes() throws {
        var desk = try Desk(try Account.bundled())
        let empty = desk.state
        _ = try desk.call(Account.fixed, minutes: 3)
        let once = desk.state
        _ = try desk.call(Account.fixed, minutes: 4)
        let amounts = desk.terms.changes(from: once, to: desk.state)
        #expect(amounts.map { "\($0.key) \($0.amount)" } == ["used shared/B1 4"])
        var counters = desk.terms.counters(of: empty)
        for (from, to) in [(empty, once), (once, desk.state)] {
            for (key, amount) in desk.terms.changes(from: from, to: to) { counters[key, default: 0] += amount }
        }
        #expect(desk.terms.state(of: counters) == desk.state)
    }
}
