import Contracts
import Kafka
import TestSupport
import Testing

@testable import Messaging

@Suite("A broker that lost its log", .serialized)
struct LostLogTests {
    private let before = roundRobin(keys: 6, numbers: 1...20)
    private let after = roundRobin(keys: 6, numbers: 21...30)

    @Test("What the outbox holds is published again, positions start over, and each effect stays one")
    func startsOver() async throws {
        // Both live to the end: the id of a mock cluster is made of its address.
        let (lost, empty) = (try TestBroker.forNumbers(), try TestBroker.forNumbers())
        try await Store.open { store in
            let former = Instance(store, broker: lost)
            try await lost.publish(self.before)
            try await running([former.relay(), former.pipeline()]) { _ in
                try await until("the first broker's records are not handled") {
                    let (echoes, pending) = (try await store.echoes().count, try await store.pendingCount())
                    return echoes == self.before.count && pending == 0
                }
            }
            #expect(try await lost.echoes().byKey == self.before.byKey)

            let instance = Instance(store, Behaviour(isIdempotent: true), broker: empty)
            try await running([instance.relay(), instance.pipeline()]) { _ in
                try await until("nothing is published again") { try await empty.echoes().count >= self.before.count }
                #expect(try await empty.echoes().byKey == self.before.byKey)
                // The publisher, too, says again what it has said; offsets are below those reached before.
                try await empty.publish(self.before + self.after)
                try await until("the new log is not read") {
                    let (echoes, pending) = (try await store.echoes().count, try await store.pendingCount())
                    return echoes >= self.before.count + self.after.count && pending == 0
                }
            }
            #expect(try await store.effects().byKey == (self.before + self.after).byKey)
            #expect(try await empty.echoes().byKey == (self.before + self.after).byKey)
        }
    }

    @Test("A new log that reaches further than the old one is read from its beginning all the same")
    func longerLog() async throws {
        let (lost, longer) = (try TestBroker.forNumbers(), try TestBroker.forNumbers())
        let more = roundRobin(keys: 6, numbers: 21...60)
        try await lost.publish(self.before)
        try await longer.publish(more)
        try await Store.open { store in
            try await running([Instance(store, broker: lost).pipeline()]) { _ in
                try await until("the old log is not read") { try await store.effects().count == self.before.count }
            }
            try await running([Instance(store, broker: longer).pipeline()]) { _ in
                try await until("records are lost") {
                    try await store.effects().count == self.before.count + more.count
                }
            }
            #expect(try await store.effects().byKey == (self.before + more).byKey)
        }
    }

    @Test("An instance that still reads the old log does not mix it with the new one")
    func staleInstance() async throws {
        try await Store.open { store in
            let instance = Instance(store)
            try await instance.process(records(["A1", "A2"]), from: "old")
            _ = try await instance.positions.load(
                [TopicPartition(topic: NumberRecorded.topic.name, partition: 0)], of: "new")
            await #expect(throws: BatchProcessor.StalePositions.self) {
                try await instance.processor.process(records(["A3"], from: 2), from: "old")
            }
            #expect(try await store.effects() == ["A1", "A2"])
            try await instance.process(records(["B1"]), from: "new")
            #expect(try await store.effects() == ["A1", "A2", "B1"])
        }
    }
}
