import Contracts
import Kafka
import TestSupport
import Testing

@testable import Messaging

@Suite("The clock's control", .serialized)
struct ClockReaderTests {
    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

    /// A setting at which time stands still.
    private func setting(_ now: String) -> ProducerRecord {
        ProducerRecord(
            topic: Topic.clockControl.name,
            key: Array("clock".utf8),
            value: Array(#"{"now":"\#(now)","rate":0}"#.utf8)
        )
    }

    private let first = "2026-12-01T00:00:00+08:00"
    private let back = "2026-11-30T00:00:00+08:00"
    private let second = "2027-01-01T00:00:00+08:00"

    @Test("Two instances follow it; a setting back is one dead letter, also after a restart, which restores time")
    func follows() async throws {
        let broker = try TestBroker.forNumbers()
        try await broker.publish([self.setting(self.first), self.setting(self.back)])
        try await Store.open { store in
            let instances = [1, 2].map { _ in Instance(store, broker: broker, mode: .controlled) }
            try await running(instances.map { $0.clockReader() }) { _ in
                try await until("time is not known") { instances.allSatisfy { $0.started.isOpen } }
                for instance in instances { #expect(instance.clock.now() == (try self.time(self.first))) }
                // While they run.
                try await broker.publish([self.setting(self.back), self.setting(self.second)])
                let second = try self.time(self.second)
                try await until("time does not move") { instances.allSatisfy { $0.clock.now() == second } }
            }
            #expect(try await self.refusals(store) == 2)

            let restarted = Instance(store, broker: broker, mode: .controlled)
            try await running([restarted.clockReader()]) { _ in
                try await until("time is not restored") { restarted.started.isOpen }
                #expect(restarted.clock.now() == (try self.time(self.second)))
            }
            #expect(try await self.refusals(store) == 2)
        }
    }

    @Test("A broker without history does not set time back, and is followed from its beginning")
    func emptyBroker() async throws {
        let (full, empty) = (try TestBroker.forNumbers(), try TestBroker.forNumbers())
        try await full.publish([self.setting(self.first), self.setting(self.first), self.setting(self.first)])
        try await Store.open { store in
            let former = Instance(store, broker: full, mode: .controlled)
            try await running([former.clockReader()]) { _ in
                try await until("time is not known") { former.started.isOpen }
            }
            let instance = Instance(store, broker: empty, mode: .controlled)
            try await running([instance.clockReader()]) { _ in
                try await until("time is not restored") { instance.started.isOpen }
                #expect(instance.clock.now() == (try self.time(self.first)))
                try await empty.publish([self.setting(self.back), self.setting(self.second)])
                let second = try self.time(self.second)
                try await until("the new log is not read") { instance.clock.now() == second }
            }
            #expect(try await self.refusals(store) == 1)
        }
    }

    @Test("Without any setting time runs with the wall clock, and everything starts")
    func neverSet() async throws {
        let broker = try TestBroker.forNumbers()
        try await Store.open { store in
            let instance = Instance(store, broker: broker, mode: .controlled)
            try await running([instance.clockReader()]) { _ in
                try await until("nothing starts") { instance.started.isOpen }
            }
            #expect(abs(instance.clock.now().microseconds(since: instance.wall.now)) < 10_000_000)
        }
    }

    @Test("Nonsense on the topic is a dead letter with its code; the settings around it hold")
    func nonsense() async throws {
        let broker = try TestBroker.forNumbers()
        var nonsense = self.setting(self.first)
        nonsense.value = [0xff]
        try await broker.publish([self.setting(self.first), nonsense, self.setting(self.second)])
        try await Store.open { store in
            let instance = Instance(store, broker: broker, mode: .controlled)
            try await running([instance.clockReader()]) { _ in
                try await until("time is not known") { instance.started.isOpen }
            }
            #expect(instance.clock.now() == (try self.time(self.second)))
            #expect(try await store.deadLetters().map { $0.header(DeadLetterHeader.code) } == ["INVALID_UTF8"])
        }
    }

    private func refusals(_ store: Store) async throws -> Int {
        try await store.deadLetters().filter { $0.header(DeadLetterHeader.code) == HandlingCode.clockSetBack }.count
    }
}
