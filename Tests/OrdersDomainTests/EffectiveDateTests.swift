import Contracts
import DomainFixtures
import OrdersDomain
import Testing

@Suite("Effective date")
struct EffectiveDateTests {
    @Test(
        "What completes in a month takes effect on the 1st of the next, in business time (ORD-77)",
        arguments: [
            ("2026-11-15T12:00:00+08:00", "2026-12-01T00:00:00+08:00"),
            ("2026-11-30T23:59:59.999+08:00", "2026-12-01T00:00:00+08:00"),
            ("2026-11-30T23:59:59.999999+08:00", "2026-12-01T00:00:00+08:00"),
            ("2026-12-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00"),
            ("2026-11-30T16:00:00Z", "2027-01-01T00:00:00+08:00"),
            ("2026-12-31T23:59:59.999+08:00", "2027-01-01T00:00:00+08:00"),
            ("2028-01-31T23:59:59.999+08:00", "2028-02-01T00:00:00+08:00"),
            ("2028-02-29T12:00:00+08:00", "2028-03-01T00:00:00+08:00"),
        ])
    func firstOfNextMonth(completed: String, effective: String) {
        let policy = EffectPolicy.firstOfNextMonth
        #expect(policy.effectiveAt(completedAt: time(completed), calendar: Shipped.calendar) == time(effective))
    }

    @Test("A first activation takes effect at once, the family service 24 hours later (ORD-43)")
    func others() {
        let completed = time("2026-11-30T23:59:59.999+08:00")
        #expect(EffectPolicy.immediate.effectiveAt(completedAt: completed, calendar: Shipped.calendar) == completed)
        #expect(
            EffectPolicy.within24Hours.effectiveAt(completedAt: completed, calendar: Shipped.calendar)
                == time("2026-12-01T23:59:59.999+08:00"))
    }
}
