import Contracts
import Kafka
import TestSupport
import Testing

@testable import Messaging

@Suite("Timers that fire because nothing was said")
struct SilenceTests {
    private static let patient = AlarmSource(name: "patient", clock: .wall, silentTopic: NumberRecorded.topic)
    private static let plain = AlarmSource(name: "plain", clock: .wall)

    /// A store with one alarm of each source, both due.
    private func withDueAlarms(
        at broker: TestBroker,
        _ body: (Store, Instance, TimerLoop) async throws -> Void
    ) async throws {
        try await Store.open { store in
            let instance = Instance(store, broker: broker)
            try await store.setAlarms(
                [("p", "patient", -10), ("q", "plain", -5)], after: instance.clock.wallNow())
            let timers = instance.timers([Self.patient, Self.plain])
            try await body(store, instance, timers)
            await timers.silence.close()
        }
    }

    @Test("Where the topic has never held anything, it is silent")
    func emptyTopic() async throws {
        let broker = try TestBroker.forNumbers()
        try await self.withDueAlarms(at: broker) { store, _, timers in
            let next = try await timers.fireDue()
            #expect(next == nil)
            #expect(try await store.firings().map(\.name) == ["p", "q"])
        }
    }

    @Test("What is there and unread keeps them waiting, and only them, until it is handled, by whichever instance")
    func unread() async throws {
        let broker = try TestBroker.forNumbers()
        try await broker.publish(roundRobin(keys: 8, numbers: 1...3))
        try await self.withDueAlarms(at: broker) { store, _, timers in
            for _ in 0..<3 { #expect(try await timers.fireDue() == 0) }
            #expect(try await store.firings().map(\.name) == ["q"])
            try await running([Instance(store, broker: broker).pipeline()]) { _ in
                try await until("the alarm never goes off") { try await timers.fireDue() == nil }
            }
            #expect(try await store.firings().map(\.name) == ["q", "p"])
            #expect(try await store.effects().count == 24, "what was said was heard first")
        }
    }

    @Test("What is said after they were due is not waited for")
    func saidLater() async throws {
        let broker = try TestBroker.forNumbers()
        try await broker.publish(["A1"])
        try await self.withDueAlarms(at: broker) { store, instance, timers in
            #expect(try await timers.fireDue() == 0)
            let heard = try await broker.records(of: NumberRecorded.topic)
            try await broker.publish(["A2", "B1", "C1", "D1"])
            let consumer = try KafkaConsumer(
                configuration: broker.configuration, groupID: nil, logger: TestDatabase.silent)
            let clusterID = try #require(try await consumer.clusterID(timeout: .seconds(30)))
            await consumer.close()
            try await instance.process(heard, from: clusterID)
            #expect(try await timers.fireDue() == nil)
            #expect(try await store.firings().map(\.name) == ["q", "p"])
        }
    }

    @Test("Positions in the log of another cluster say nothing of this one's")
    func anotherLog() async throws {
        let broker = try TestBroker.forNumbers()
        try await broker.publish(["A1"])
        try await self.withDueAlarms(at: broker) { store, instance, timers in
            let records = try await broker.records(of: NumberRecorded.topic)
            try await instance.process(records, from: "the former cluster")
            #expect(try await timers.fireDue() == 0)
            #expect(try await store.firings().map(\.name) == ["q"])
        }
    }

    @Test("While nobody can tell what was said, they wait, and the others do not")
    func noBroker() async throws {
        try await Store.open { store in
            let instance = Instance(store)
            try await store.setAlarms([("p", "patient", -10), ("q", "plain", -5)], after: instance.clock.wallNow())
            let timers = instance.timers([Self.patient, Self.plain])
            #expect(try await timers.fireDue() == 0)
            #expect(try await store.firings().map(\.name) == ["q"])
            await timers.silence.close()
        }
    }
}
