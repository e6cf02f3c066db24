import Contracts
import Foundation
import Testing

@testable import LoadGenerator
@testable import LoadGeneratorDomain

@Suite("The demonstration", .timeLimit(.minutes(10)))
struct DemoTests {
    /// One order of each kind that the fake system knows.
    private static let orders = """
        { "orders": [
          { "label": "1", "title": "one that works",
            "expect": { "state": "effective", "effect": "firstOfNextMonth", "workOrders": ["m2 install"] },
            "copies": 2, "order": \(order("D-1", "13109160001")) },
          { "label": "2", "title": "one that fails", "expect": { "state": "held" },
            "order": \(order("D-2", "13109169902")) },
          { "label": "3", "title": "one without a document",
            "expect": { "state": "rejected", "codes": ["IDENTITY_REQUIRED"] },
            "order": \(order("D-3", "13109160003", identity: "null")) },
          { "label": "4", "title": "other content",
            "expect": { "state": "rejected", "codes": ["DUPLICATE_EXTERNAL_ID"] },
            "after": "1", "order": \(order("D-1", "13109160004")) },
          { "label": "5", "title": "no JSON", "expect": { "state": "deadLetter", "codes": ["INVALID_JSON"] },
            "text": "{" }
        ] }
        """

    private static func order(
        _ id: String, _ number: String, identity: String = #"{ "type": "idCard", "number": "123456" }"#
    ) -> String {
        """
        { "externalId": "\(id)", "channel": "web", "action": "subscribe", "offer": "GPRS-5",
          "customer": { "id": "C", "segment": "individual", "identity": \(identity) },
          "members": [ { "ref": "m2", "product": "mobile2g", "serviceNumber": "\(number)", "existing": false } ] }
        """
    }

    private static func play(
        _ mistake: FakeSystem.Mistake = .none, times: Int = 1, timeout: Duration = .seconds(300)
    ) async throws -> [Bool] {
        let cluster = try MockCluster(topics: FakeSystem.topics)
        let broker = cluster.broker
        let orders = try DemoFile(json: Data(Self.orders.utf8)).orders
        let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)
        return try await FakeSystem(broker: broker, mistake: mistake).running {
            var results: [Bool] = []
            for time in 0..<times {
                let demo = Demo(
                    orders: orders, run: DemoRun(startedAtSecond: 1_795_200_000 + Int64(time)), broker: broker,
                    teller: DemoTeller(style: .plain, calendar: calendar, ordersURL: "http://127.0.0.1:1"),
                    calendar: calendar, deadline: .now + timeout)
                results.append(try await demo.play())
            }
            return results
        }
    }

    @Test("Ends well, twice in a row, when every order is in the state that the rules give it")
    func good() async throws {
        #expect(try await Self.play(times: 2) == [true, true])
    }

    @Test("Is not good before the clock is moved, whatever else is right", arguments: [true, false])
    func outOfTime(isClockMoved: Bool) {
        let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)
        let teller = DemoTeller(style: .plain, calendar: calendar, ordersURL: nil)
        let board = DemoBoard([], run: DemoRun(startedAtSecond: 1_795_200_000))
        #expect(teller.conclude(board, isClockMoved: isClockMoved) == isClockMoved)
    }

    @Test("Ends badly when an order never completes, completes twice, or does not take effect")
    func bad() async throws {
        #expect(try await Self.play(.loses(order: 1), timeout: .seconds(3)) == [false])
        #expect(try await Self.play(.doubles(order: 1)) == [false])
        #expect(try await Self.play(.ignoresClock, timeout: .seconds(4)) == [false])
    }
}
