import Testing

@testable import LoadGeneratorDomain

@Suite("Accounting")
struct AccountingTests {
    /// One order with two work orders, as it should go.
    private static let good = [
        event("order.acknowledged", 1, listed: [10, 11]), event("workOrder.completed", 2, work: 10),
        event("workOrder.completed", 3, work: 11), event("order.completed", 4),
    ]

    private static func event(
        _ type: String, _ id: UInt128, work: UInt128? = nil, listed: [UInt128] = []
    ) -> ScannedEvent {
        var event = ScannedEvent()
        event.id = id
        event.type = type
        event.orderID = 100
        event.externalID = type.hasPrefix("order.") ? "X" : nil
        event.workOrderID = work
        event.listedWorkOrderIDs = listed
        return event
    }

    private static func accounting(
        _ events: [ScannedEvent], outcome: ExpectedOutcome = .completed
    ) -> Accounting {
        var accounting = Accounting()
        accounting.submit(externalID: "X", outcome: outcome)
        for event in events { _ = accounting.record(event) }
        return accounting
    }

    @Test("An order that went as it should is settled and has no problem, in whatever order its events come")
    func good() {
        for events in [Self.good, Self.good.reversed()] {
            let accounting = Self.accounting(events)
            #expect(accounting.settledCount == 1)
            #expect(accounting.problems().isEmpty)
        }
    }

    @Test("The last missing event settles the order")
    func steps() {
        var accounting = Self.accounting([])
        #expect(accounting.record(Self.good[0]) == [.acknowledged(order: 0)])
        #expect(accounting.record(Self.good[1]) == [])
        #expect(accounting.record(Self.good[3]) == [])
        #expect(accounting.record(Self.good[2]) == [.settled(order: 0)])
    }

    @Test("Each event that is lost is found", arguments: 0..<4)
    func lost(index: Int) {
        var events = Self.good
        events.remove(at: index)
        let accounting = Self.accounting(events)
        #expect(accounting.settledCount == 0)
        #expect(!accounting.problems().isEmpty)
    }

    @Test("Each event that happens twice is found", arguments: 0..<4)
    func doubled(index: Int) {
        var again = Self.good[index]
        again.id = 99
        let accounting = Self.accounting(Self.good + [again])
        #expect(accounting.problems().count == 1)
        #expect(accounting.repeatCount == 0)
    }

    @Test("A message that is published twice under its id is no double", arguments: 0..<4)
    func repeated(index: Int) {
        let accounting = Self.accounting(Self.good + [Self.good[index]])
        #expect(accounting.problems().isEmpty)
        #expect(accounting.repeatCount == 1)
    }

    @Test("A work order that was not planned is found")
    func unplanned() {
        let accounting = Self.accounting(Self.good + [Self.event("workOrder.completed", 5, work: 12)])
        #expect(accounting.problems().map(\.text) == ["1 work orders completed that were not planned"])
    }

    @Test("An invalid order must be rejected, and nothing else")
    func rejected() {
        let rejection = Self.event("order.rejected", 1)
        #expect(Self.accounting([rejection], outcome: .rejected).problems().isEmpty)
        #expect(!Self.accounting(Self.good, outcome: .rejected).problems().isEmpty)
        #expect(!Self.accounting([rejection] + Self.good, outcome: .completed).problems().isEmpty)
    }

    @Test("An order to be held is settled by that, and must not complete")
    func held() {
        let events = [Self.good[0], Self.event("order.held", 7)]
        #expect(Self.accounting(events, outcome: .held).settledCount == 1)
        #expect(Self.accounting(events, outcome: .held).problems().isEmpty)
        #expect(!Self.accounting(events + [Self.good[3]], outcome: .held).problems().isEmpty)
    }

    @Test("Orders of others do not count")
    func foreign() {
        var foreign = Self.event("order.acknowledged", 1, listed: [50])
        foreign.externalID = "Y"
        foreign.orderID = 200
        let accounting = Self.accounting([foreign] + Self.good)
        #expect(accounting.problems().isEmpty)
        #expect(accounting.acknowledgedCount == 1)
    }
}
