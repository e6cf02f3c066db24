import Contracts
import Kafka
import Synchronization
import Testing

@testable import Messaging

struct ClockTests {
    private func record(_ now: String, rate: Int = 1, stampedAtSecond: Int64) -> ConsumedRecord {
        ConsumedRecord(
            topicPartition: TopicPartition(topic: Topic.clockControl.name, partition: 0),
            offset: 0,
            key: nil,
            value: Array(#"{"now":"\#(now)","rate":\#(rate)}"#.utf8),
            headers: [],
            timestampMilliseconds: stampedAtSecond * 1000
        )
    }

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

    @Test("Business time passes at the setting's rate", arguments: [0, 1, 3600])
    func rate(rate: Int) throws {
        let wall = Mutex(try self.time("2026-01-01T00:00:00Z"))
        let clock = BusinessClock(mode: .controlled) { wall.withLock { $0 } }
        let start = try self.time("2026-12-01T00:00:00+08:00")
        clock.set(.init(businessAt: start, rate: rate, wallAt: wall.withLock { $0 }))
        wall.withLock { $0 = $0.advanced(bySeconds: 10) }
        #expect(clock.now() == start.advanced(bySeconds: 10 * rate))
    }

    @Test("It never goes back, not even when the wall clock does")
    func monotone() throws {
        let wall = Mutex(try self.time("2026-01-01T00:00:00Z"))
        let clock = BusinessClock(mode: .controlled) { wall.withLock { $0 } }
        let before = clock.now()
        wall.withLock { $0 = $0.advanced(bySeconds: -100) }
        #expect(clock.now() == before)
    }

    @Test("A setting before business time is refused, one at or after it is accepted")
    func judge() throws {
        let first = try ClockControl.judge(self.record("2026-12-01T00:00:00Z", stampedAtSecond: 1000), after: nil).get()
        #expect(first.businessAt == (try self.time("2026-12-01T00:00:00Z")))
        // Ten seconds later it is ten seconds past.
        let back = ClockControl.judge(self.record("2026-12-01T00:00:09Z", stampedAtSecond: 1010), after: first)
        guard case .failure(let failure) = back else {
            Issue.record("accepted: \(back)")
            return
        }
        #expect(failure.refusal.code == HandlingCode.clockSetBack)
        let on = try ClockControl.judge(
            self.record("2026-12-01T00:00:10Z", rate: 0, stampedAtSecond: 1010), after: first
        ).get()
        #expect(on.rate == 0)
    }

    @Test("Nonsense on the clock's topic is refused with a code")
    func nonsense() {
        for (record, code) in [
            (self.record("tomorrow", stampedAtSecond: 1), "INVALID_VALUE"),
            (self.record("2026-12-01T00:00:00Z", rate: -1, stampedAtSecond: 1), "INVALID_VALUE"),
        ] {
            guard case .failure(let failure) = ClockControl.judge(record, after: nil) else {
                Issue.record("accepted")
                continue
            }
            #expect(failure.refusal.code == code)
        }
    }

    @Test("How long until a time is reached, by the wall clock")
    func untilInstant() throws {
        let wall = try self.time("2026-01-01T00:00:00Z")
        let business = try self.time("2026-12-01T00:00:00Z")
        let setting = BusinessClock.Setting(businessAt: business, rate: 60, wallAt: wall)
        #expect(setting.wallMicroseconds(until: business.advanced(bySeconds: 120), fromWall: wall) == 2_000_000)
        #expect(setting.wallMicroseconds(until: business, fromWall: wall) == 0)
        let still = BusinessClock.Setting(businessAt: business, rate: 0, wallAt: wall)
        #expect(still.wallMicroseconds(until: business.advanced(bySeconds: 1), fromWall: wall) == nil)
    }

    @Test("Backoff stays within its bounds and never spins")
    func backoff() {
        let backoff = Backoff(firstMilliseconds: 100, maximumMilliseconds: 5000)
        for attempt in 1...80 {
            for fraction in [0, 0.5, 0.999] {
                let delay = backoff.milliseconds(afterAttempt: attempt, fraction: fraction)
                #expect((25...5000).contains(delay))
            }
        }
        #expect(backoff.milliseconds(afterAttempt: 1, fraction: 0.999) <= 100)
    }
}
