import Contracts
import Foundation
import Testing

@testable import LoadGeneratorDomain

@Suite("Verdicts of the demonstration")
struct VerdictTests {
    private static let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)
    private static let orderID = OrderID(UUID())
    private static let expected = Expectation(state: .effective, effect: .firstOfNextMonth, workOrders: [])

    private static func story(
        acknowledged: Int = 1, completed: Int = 1, effective: Int = 1, effectiveAt: Timestamp? = nil
    ) -> OrderStory {
        let first = effectiveAt ?? self.calendar.startOfNextMonth(after: Fixture.now)
        var story = OrderStory()
        for _ in 0..<acknowledged {
            let body = OrderAcknowledged(
                orderId: self.orderID, externalId: "X", channel: "counter", action: "subscribe", customerId: "C",
                accountId: "A", offer: "O", acknowledgedAt: Fixture.now, workOrders: [])
            story.apply(.acknowledged(body), at: 0)
        }
        for _ in 0..<completed {
            let body = OrderCompleted(
                orderId: self.orderID, externalId: "X", accountId: "A", offer: "O", completedAt: Fixture.now,
                effectiveAt: first)
            story.apply(.completed(body), at: 0)
        }
        for _ in 0..<effective {
            let body = OrderEffective(
                orderId: self.orderID, externalId: "X", accountId: "A", offer: "O", bundleId: BundleID(UUID()),
                effectiveAt: first, members: [])
            story.apply(.effective(body), at: 0)
        }
        return story
    }

    private static func verdict(_ story: OrderStory, isClockMoved: Bool = true) -> Verdict {
        Verdict(of: story, expecting: self.expected, isClockMoved: isClockMoved, calendar: self.calendar)
    }

    @Test("An order in effect from the 1st of the month after its completion is right")
    func right() {
        #expect(Self.verdict(Self.story()).isRight)
        #expect(Self.verdict(Self.story(effective: 0), isClockMoved: false).isRight)
    }

    @Test("Anything missing, twice, or at another time is wrong")
    func wrong() {
        let stories = [
            Self.story(acknowledged: 0), Self.story(acknowledged: 2), Self.story(completed: 0),
            Self.story(completed: 2), Self.story(effective: 0), Self.story(effective: 2),
            Self.story(effectiveAt: Fixture.now),
        ]
        for story in stories { #expect(!Self.verdict(story).isRight) }
        #expect(!Self.verdict(Self.story(), isClockMoved: false).isRight)
    }

    @Test("A rejection needs exactly the codes that are expected")
    func codes() {
        func verdict(_ codes: [String]) -> Verdict {
            var story = OrderStory()
            let reasons = codes.map { OrderRejected.Reason(code: $0, path: "/", message: "") }
            let body = OrderRejected(
                orderId: Self.orderID, externalId: "X", channel: "counter", reasons: reasons, rejectedAt: Fixture.now)
            story.apply(.rejected(body), at: 0)
            let expected = Expectation(state: .rejected, codes: ["A", "B"])
            return Verdict(of: story, expecting: expected, isClockMoved: true, calendar: Self.calendar)
        }
        #expect(verdict(["B", "A"]).isRight)
        #expect(!verdict(["A"]).isRight)
        #expect(!verdict(["A", "B", "C"]).isRight)
    }
}
