import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// What an operator of the platform types: dead letters, topics, lag, outbox, catalogues.
    @Suite(.serialized)
    struct CtlOperationsTests {
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

        private func completedOrder() async throws -> OrderAcknowledged {
            let order = await Order.callerAlert(on: await Unique.mobile())
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            _ = try await self.observer.completed(plan.orderId)
            return plan
        }

        private struct Letters: Decodable {
            struct Item: Decodable {
                var place: String
                var key: String
                var code: String
                var decision: String?
                var by: String?
                var reason: String?
            }

            var items: [Item]
        }

        private func letters(_ order: OrderID, all: Bool = false) throws -> [Letters.Item] {
            let arguments = ["deadletter", "list", "orders"] + (all ? ["--all"] : [])
            return try CommandLineTool.json(Letters.self, arguments).items.filter { $0.key == order.description }
        }

        @Test(
            "A dead letter is discarded with a reason, or published again: it leaves the list, and who did it is kept")
        func decideAboutDeadLetters() async throws {
            let order = try await self.completedOrder().orderId
            for _ in 1...2 {
                let asked = try CommandLineTool.run("order", "retry", order.description, "--reason", "why not")
                #expect(asked.status == 0)
            }
            try await until("both commands are refused") { try self.letters(order).count == 2 }
            let places = try self.letters(order).map(\.place)

            let discarded = try CommandLineTool.run(
                "deadletter", "discard", "orders", places[0], "--reason", "a test", "--by", "li")
            #expect(discarded.status == 0)
            #expect(try self.letters(order).map(\.place) == [places[1]])
            let kept = try #require(try self.letters(order, all: true).first { $0.place == places[0] })
            #expect(kept.decision == "discarded" && kept.by == "li" && kept.reason == "a test")
            #expect(kept.code == "NOT_ALLOWED_IN_STATE")
            let again = try CommandLineTool.run("deadletter", "discard", "orders", places[0], "--reason", "twice")
            #expect(again.status == 1 && again.output.contains("discarded by li"))
            #expect(
                try CommandLineTool.run("deadletter", "show", "orders", places[0]).output.contains("discarded by li"))
            let nowhere = try CommandLineTool.run("deadletter", "discard", "orders", "0:999999999", "--reason", "x")
            #expect(nowhere.status == 2)
            #expect(try CommandLineTool.run("deadletter", "discard", "orders", places[1]).status == 64)

            // The command is known by now: published again, it changes nothing and is refused by nobody.
            #expect(try CommandLineTool.run("deadletter", "replay", "orders", places[1], "--by", "li").status == 0)
            #expect(try self.letters(order).isEmpty)
            #expect(try self.letters(order, all: true).compactMap(\.decision).sorted() == ["discarded", "replayed"])
        }

        @Test("Topics are listed with partitions and offsets; what services have still to handle comes down to nothing")
        func topicsAndLag() async throws {
            struct Topics: Decodable {
                struct Topic: Decodable {
                    struct Partition: Decodable {
                        var firstOffset: Int64
                        var nextOffset: Int64
                    }

                    var topic: String
                    var exists: Bool
                    var partitions: [Partition]
                }

                var topics: [Topic]
            }
            struct Lag: Decodable {
                struct Partition: Decodable {
                    var service: String
                    var topic: String
                    var nextOffset: Int64
                    var endOffset: Int64?
                    var records: Int64
                    var isOfAnotherCluster: Bool
                }

                var partitions: [Partition]
            }
            _ = try await self.completedOrder()
            let topics = try CommandLineTool.json(Topics.self, ["topics"]).topics
            #expect(topics.count == Topic.all.count)
            let submitted = try #require(topics.first { $0.topic == "orders.submitted" })
            #expect(submitted.exists && submitted.partitions.count == 12)
            #expect(submitted.partitions.allSatisfy { $0.firstOffset <= $0.nextOffset })
            #expect(submitted.partitions.contains { $0.nextOffset > 0 })
            #expect(try CommandLineTool.run("topics").output.contains("orders.submitted"))

            try await until("nothing is left to be handled") {
                try CommandLineTool.json(Lag.self, ["lag"]).partitions.allSatisfy { $0.records == 0 }
            }
            let lag = try CommandLineTool.json(Lag.self, ["lag", "orders"]).partitions
            #expect(Set(lag.map(\.service)) == ["orders"])
            #expect(lag.filter { $0.topic == "orders.submitted" }.count == 12)
            #expect(lag.allSatisfy { !$0.isOfAnotherCluster && $0.nextOffset <= $0.endOffset ?? 0 })
            #expect(try CommandLineTool.run("lag").output.contains("workorders.issued"))
            #expect(try CommandLineTool.run("lag", "nobody").status == 2)
        }

        @Test("The outbox publishes an order's messages once more, in order; nobody does anything twice")
        func replayOutbox() async throws {
            struct Replayed: Decodable { var messages: Int }
            let plan = try await self.completedOrder()
            let key = plan.orderId.description
            func published() async throws -> [Observed] {
                try await self.observer.all().filter {
                    $0.key == key && ["orders.events", "workorders.issued"].contains($0.topic)
                }
            }
            try await until("all is told of it") {
                try await !self.observer.messages(OrderEffective.self, of: plan.orderId).isEmpty
            }
            let before = try await published()
            let commands = try await self.observer.messages(NetworkCommand.self, of: plan.orderId).count
            let nothing = try CommandLineTool.json(
                Replayed.self, ["outbox", "replay", "orders", "--key", key, "--since", "2999-01-01T00:00:00Z"])
            #expect(nothing.messages == 0)
            let replayed = try CommandLineTool.json(Replayed.self, ["outbox", "replay", "orders", "--key", key])
            #expect(replayed.messages == before.count)
            try await until("they are published again") { try await published().count == 2 * before.count }
            func types(_ topic: String, _ messages: [Observed]) -> [String] {
                messages.filter { $0.topic == topic }.compactMap(\.type)
            }
            let after = try await published()
            for topic in ["orders.events", "workorders.issued"] {
                #expect(types(topic, after) == types(topic, before) + types(topic, before))
            }
            struct Lag: Decodable {
                struct Partition: Decodable { var records: Int64 }

                var partitions: [Partition]
            }
            try await until("Provisioning has read them") {
                try CommandLineTool.json(Lag.self, ["lag", "provisioning"]).partitions.allSatisfy { $0.records == 0 }
            }
            #expect(try await self.observer.messages(NetworkCommand.self, of: plan.orderId).count == commands)
            #expect(try self.letters(plan.orderId, all: true).isEmpty)
            #expect(try CommandLineTool.run("outbox", "replay", "nobody").status == 2)
            #expect(try CommandLineTool.run("outbox", "replay", "orders", "--since", "yesterday").status == 64)
        }
    }
}
