import Contracts
import SeededRandom
import Testing

@testable import RatingDomain

@Suite("When cycles are rated again")
struct ReratingDelayTests {
    private static let since = Timestamp(microseconds: 1_780_000_000_123_456)

    @Test("Soon after the last record, whenever that comes, and within the five seconds that it may take")
    func quiet() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<1000 {
            let arrival = Self.since.advanced(byMilliseconds: Int(random.next() % 50_000))
            let due = ReratingDelay.dueAt(since: Self.since, arrival: arrival)
            #expect(due.microseconds(since: arrival) >= 1_000_000)
            #expect(due.microseconds(since: arrival) <= 1_500_000)
        }
    }

    @Test("Never later than a minute after the first, however much comes")
    func most() {
        for second in 58...200 {
            let due = ReratingDelay.dueAt(since: Self.since, arrival: Self.since.advanced(bySeconds: second))
            #expect(due.microseconds(since: Self.since) <= 60_000_000)
        }
    }

    @Test("Records that come close together put nothing off: the row of a busy account's cycle keeps its time")
    func together() {
        let times = (0..<1000).map {
            ReratingDelay.dueAt(since: Self.since, arrival: Self.since.advanced(byMilliseconds: $0))
        }
        #expect(Set(times).count <= 3)
        #expect(times == times.sorted())
    }
}
