import Contracts
import ProvisioningDomain
import Testing

@Suite("Retries")
struct RetryPolicyTests {
    private let policy = RetryPolicy(
        timeoutMilliseconds: 1000,
        maximumAttempts: 8,
        withinSeconds: 60,
        firstDelayMilliseconds: 200,
        maximumDelayMilliseconds: 3000
    )
    private let sentAt = Timestamp(microseconds: 0)

    @Test(
        "The delay is drawn from nothing to a bound that doubles with each attempt, up to the greatest",
        arguments: [(1, 200), (2, 400), (3, 800), (4, 1600), (5, 3000), (6, 3000), (7, 3000)])
    func delay(attempts: Int, boundMilliseconds: Int) {
        for (jitter, milliseconds) in [(0, 0), (0.5, boundMilliseconds / 2), (0.999_999, boundMilliseconds - 1)] {
            let next = self.policy.nextAttempt(
                after: attempts, firstSentAt: self.sentAt, at: self.sentAt, jitter: jitter)
            #expect(next == self.sentAt.advanced(byMilliseconds: milliseconds))
        }
    }

    @Test("After the last attempt there is no other")
    func attempts() {
        #expect(self.policy.nextAttempt(after: 8, firstSentAt: self.sentAt, at: self.sentAt, jitter: 0) == nil)
    }

    @Test("No attempt begins later than the time that is allowed for all of them")
    func time() {
        let last = self.sentAt.advanced(bySeconds: 60)
        #expect(self.policy.nextAttempt(after: 2, firstSentAt: self.sentAt, at: last, jitter: 0) == last)
        let late = last.advanced(byMilliseconds: -100)
        #expect(self.policy.nextAttempt(after: 2, firstSentAt: self.sentAt, at: late, jitter: 0.5) == nil)
    }

    @Test("Very many attempts do not overflow the bound")
    func overflow() {
        var policy = self.policy
        policy.maximumAttempts = .max
        let next = policy.nextAttempt(after: 10_000, firstSentAt: self.sentAt, at: self.sentAt, jitter: 0.5)
        #expect(next == self.sentAt.advanced(byMilliseconds: 1500))
    }
}
