import Contracts
import Foundation
import Kafka
import Testing

extension EndToEndTests {
    /// Every code with which `subscribe` can be refused, seen in `orders.events`; and records that are no order.
    @Suite(.serialized)
    struct RejectionTests {
        let system: RunningSystem
        let observer: Observer
        let publisher: Publisher

        init() async throws {
            self.system = try RunningSystem()
            try await self.system.untilReady()
            self.observer = try Observer(self.system)
            self.publisher = try Publisher(self.system)
            try await self.observer.start()
        }

        struct Case: Sendable, CustomTestStringConvertible {
            var code: String
            var base: @Sendable () async -> OrderSubmitted = { await Order.enhancedB288() }
            var change: @Sendable (inout OrderSubmitted) -> Void

            var testDescription: String { self.code }
        }

        static let cases: [Case] = [
            Case(code: "MALFORMED") { $0.channel = "fax" },
            Case(code: "MALFORMED") { $0.options = [.init(code: "BB-SPEED-4M", member: "nobody")] },
            Case(code: "UNKNOWN_OFFER") { $0.offer = "WB-ENH-Z-1" },
            Case(code: "UNKNOWN_OPTION") { $0.options = [.init(code: "BB-SPEED-900M", member: "bb")] },
            Case(code: "MEMBER_COUNT") {
                $0.members.removeFirst(); $0.options = nil
            },
            Case(code: "MEMBER_PRODUCT") { $0.members[1].product = "telegraph" },
            Case(code: "PLAN_TOO_LOW") { $0.members[3].plan = "3G-66" },
            Case(code: "FEE_FLOOR") {
                $0.offer = "WB-ENH-B-488"
                $0.members[3].plan = "3G-46"
            },
            Case(code: "IDENTITY_REQUIRED") { $0.customer.identity = nil },
            Case(code: "IDENTITY_TYPE") {
                $0.customer.identity = .init(type: "identityCard", number: "610700199001010010")
            },
            Case(code: "NUMBER_FORMAT") { $0.members[2].serviceNumber = "23109160001" },
            Case(code: "PASSWORD_WEAK") { $0.members[2].password = "123987" },
            Case(code: "CONSENT_REQUIRED") { $0.telemarketing = true },
        ]

        @Test("An order that breaks a rule is rejected with its code", arguments: Self.cases)
        func rejected(example: Case) async throws {
            var order = await example.base()
            example.change(&order)
            try await self.publisher.publish([order])
            let codes = try await self.observer.answer(to: order.externalId).codes
            #expect(codes.contains(example.code), "got \(codes)")
        }

        @Test("All broken rules are told at once")
        func allAtOnce() async throws {
            var order = await Order.enhancedB288()
            order.customer.identity = nil
            order.members[2].serviceNumber = "1"
            order.members[3].plan = "3G-66"
            try await self.publisher.publish([order])
            let codes = Set(try await self.observer.answer(to: order.externalId).codes)
            #expect(codes.isSuperset(of: ["IDENTITY_REQUIRED", "NUMBER_FORMAT", "PLAN_TOO_LOW"]))
        }

        @Test("A number is busy while an order holds it, frozen until the effect, and then in another bundle")
        func takenNumbers() async throws {
            let clock = ClockControl(system: self.system, publisher: self.publisher)
            // The first order cannot finish: its element never succeeds.
            let stuck = await Order.basicA88(mobile: await Unique.mobile(endingIn: "9902"))
            try await self.publisher.publish([stuck])
            #expect(try await self.observer.answer(to: stuck.externalId).acknowledged != nil)
            var rival = await Order.basicA88()
            rival.members[0].serviceNumber = stuck.members[0].serviceNumber
            try await self.publisher.publish([rival])
            #expect(try await self.observer.answer(to: rival.externalId).codes.contains("NUMBER_BUSY"))

            let first = await Order.basicA88()
            try await self.publisher.publish([first])
            let plan = try #require(try await self.observer.answer(to: first.externalId).acknowledged)
            let completed = try await self.observer.completed(plan.orderId)
            var early = await Order.basicA88()
            early.members[0] = first.members[0]
            early.members[0].existing = true
            try await self.publisher.publish([early])
            #expect(try await self.observer.answer(to: early.externalId).codes.contains("FROZEN_UNTIL_EFFECTIVE"))

            try await clock.set(completed.effectiveAt, rate: 1)
            try await until("it takes effect") {
                try await !self.observer.messages(OrderEffective.self, of: plan.orderId).isEmpty
            }
            var late = await Order.basicA88()
            late.members[0] = first.members[0]
            late.members[0].existing = true
            try await self.publisher.publish([late])
            #expect(try await self.observer.answer(to: late.externalId).codes.contains("NUMBER_IN_ANOTHER_BUNDLE"))
            var again = await Order.basicA88()
            again.members[0].serviceNumber = first.members[0].serviceNumber
            try await self.publisher.publish([again])
            #expect(try await self.observer.answer(to: again.externalId).codes.contains("NOT_ALLOWED_IN_STATE"))
            var other = await Order.callerAlert(on: first.members[1].serviceNumber)
            other.members[0].product = "mobile3g"
            try await self.publisher.publish([other])
            #expect(try await self.observer.answer(to: other.externalId).codes.contains("NOT_FOUND"))
        }

        @Test("A second data plan of one group is refused")
        func exclusivePlan() async throws {
            var order = await Order.callerAlert(on: await Unique.mobile())
            order.offer = "GPRS-5"
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            _ = try await self.observer.completed(plan.orderId)
            try await until("it is in effect") {
                try await !self.observer.messages(OrderEffective.self, of: plan.orderId).isEmpty
            }
            order.externalId = await Unique.externalId()
            order.offer = "GPRS-10"
            try await self.publisher.publish([order])
            #expect(try await self.observer.answer(to: order.externalId).codes.contains("EXCLUSIVE_PLAN"))
        }

        @Test("Records that are no order become dead letters with a code; the orders between them go through")
        func deadLetters() async throws {
            let poison: [(String, [UInt8])] = [
                ("INVALID_JSON", Array(#"{"externalId":"#.utf8)),
                ("INVALID_UTF8", [0x7b, 0xff, 0xfe, 0x7d]),
                ("MISSING_FIELD", Array(#"{"externalId":"x","channel":"web"}"#.utf8)),
                ("MISTYPED_FIELD", Array(#"{"externalId":17}"#.utf8)),
                ("EMPTY", []),
            ]
            let key = await Unique.externalId()
            var records: [(Topic, String, [UInt8])] = []
            var orders: [OrderSubmitted] = []
            for (_, bytes) in poison {
                records.append((.ordersSubmitted, key, bytes))
                let order = await Order.basicA88()
                orders.append(order)
                records.append((.ordersSubmitted, key, [UInt8](try JSONEncoder().encode(order))))
            }
            try await self.publisher.publish(records)
            for order in orders {
                #expect(try await self.observer.answer(to: order.externalId).acknowledged != nil)
            }
            try await until("the dead letters are there") {
                try await self.deadLetters(key).count == poison.count
            }
            let letters = try await self.deadLetters(key)
            for (letter, (code, bytes)) in zip(letters, poison) {
                #expect(
                    letter.header("dl_code") == code || (code == "EMPTY" && letter.header("dl_code") == "INVALID_JSON"))
                #expect(letter.record.value ?? [] == bytes, "the bytes are untouched")
                #expect(letter.header("dl_topic") == "orders.submitted")
                #expect(letter.header("dl_offset").flatMap(Int64.init) != nil)
                #expect(letter.header("dl_time").flatMap { Timestamp(rfc3339: $0) } != nil)
            }
        }

        private func deadLetters(_ key: String) async throws -> [Observed] {
            try await self.observer.all().filter { $0.topic == "orders.deadletters" && $0.key == key }
        }
    }
}
