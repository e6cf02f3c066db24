import Contracts
import Foundation
import Kafka
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

@testable import Messaging

@Suite("The outbox", .serialized)
struct OutboxTests {
    @Test("A slow transaction beside a fast one: the fast one's messages do not wait, the slow one's are not skipped")
    func slowBesideFast() async throws {
        let broker = try TestBroker.forNumbers()
        try await Store.open { store in
            let instance = Instance(store, broker: broker)
            let checkpoint = Checkpoint()
            try await running([instance.relay()]) { _ in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await instance.pool.withTransaction("slow") { transaction in
                            try await instance.append(["S1", "S2"], in: transaction)
                            try await checkpoint.pass()
                            try await instance.append(["S3"], in: transaction)
                        }
                    }
                    try await checkpoint.reached()
                    for number in 1...5 {
                        try await instance.pool.withTransaction("fast") { transaction in
                            try await instance.append([Numbered("F", number)], in: transaction)
                        }
                    }
                    instance.signals.signal()
                    try await until("the fast transaction's messages wait") { try await broker.echoes().count == 5 }
                    #expect(try await broker.echoes().byKey == ["F": [1, 2, 3, 4, 5]])
                    checkpoint.open()
                    try await group.waitForAll()
                }
                instance.signals.signal()
                try await until("the slow transaction's messages are skipped") { try await store.pendingCount() == 0 }
            }
            #expect(try await broker.echoes().byKey == ["F": [1, 2, 3, 4, 5], "S": [1, 2, 3]])
            #expect(
                try await store.outbox().first.map { try Numbered(event: $0.value) } == "S1", "the slow one was first")
        }
    }

    @Test("A relay that dies between acknowledgement and forgetting publishes again: a duplicate, never a loss")
    func diesBeforeForgetting() async throws {
        let broker = try TestBroker.forNumbers()
        let numbers = roundRobin(keys: 6, numbers: 1...20)
        try await Store.open { store in
            let instance = Instance(store, broker: broker, poolName: "relay")
            try await instance.append(numbers)
            // A position that is locked cannot be forgotten: the relay stops right there.
            let holder = store.pool(size: 1, name: "holder")
            let checkpoint = Checkpoint()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await holder.withTransaction("hold") { transaction in
                        _ = try await transaction.execute(LockPending())
                        try await checkpoint.pass()
                    }
                }
                try await checkpoint.reached()
                try await running([instance.relay()]) { _ in
                    try await until("nothing is published") { try await broker.echoes().count == numbers.count }
                    try await until("the relay does not get stuck") {
                        try await store.execute(CountWaiting(application: "relay")).first == 1
                    }
                    _ = try await store.execute(TerminateBackends(application: "relay", onlyInTransaction: false))
                    checkpoint.open()
                    try await until("the relay does not come back") { try await store.pendingCount() == 0 }
                }
                try await group.waitForAll()
            }
            let published = try await broker.echoes()
            #expect(published.count == 2 * numbers.count, "all of them again")
            var known = Set<Numbered>()
            #expect(published.filter { known.insert($0).inserted }.byKey == numbers.byKey)
            await holder.close()
        }
    }

    @Test("Of two relays one publishes, and the other takes over when it is gone")
    func twoRelays() async throws {
        let broker = try TestBroker.forNumbers()
        let numbers = roundRobin(keys: 10, numbers: 1...100)
        try await Store.open { store in
            let instances = [Instance(store, broker: broker), Instance(store, broker: broker)]
            try await running([instances[0].relay(batch: 37)]) { first in
                try await running([instances[1].relay(batch: 41)]) { _ in
                    for part in stride(from: 0, to: 500, by: 50) {
                        try await instances[0].append(Array(numbers[part..<(part + 50)]))
                        for instance in instances { instance.signals.signal() }
                    }
                    try await until("not all is published") { try await store.pendingCount() == 0 }
                    await first.triggerGracefulShutdown()
                    try await instances[0].append(Array(numbers[500...]))
                    instances[1].signals.signal()
                    try await until("the second does not take over") { try await store.pendingCount() == 0 }
                }
            }
            let published = try await broker.echoes()
            #expect(published.count == numbers.count)
            #expect(published.byKey == numbers.byKey)
        }
    }

    @Test("20,000 messages go through the relay in the order of each key, each once")
    func many() async throws {
        let broker = try TestBroker.forNumbers()
        let numbers = roundRobin(keys: 50, numbers: 1...400)
        try await Store.open { store in
            let instance = Instance(store, broker: broker)
            try await running([instance.relay()]) { _ in
                for start in stride(from: 0, to: numbers.count, by: 1000) {
                    try await instance.append(Array(numbers[start..<(start + 1000)]))
                    instance.signals.signal()
                }
                try await until("not all is published") { try await store.pendingCount() == 0 }
            }
            let published = try await broker.echoes()
            #expect(published.count == numbers.count)
            #expect(published.byKey == numbers.byKey)
        }
    }

    @Test("Bundles go through the relay message by message, in their order, beside messages by themselves")
    func bundles() async throws {
        let broker = try TestBroker.forNumbers()
        try await Store.open { store in
            let instance = Instance(store, broker: broker)
            try await instance.append(["A1"])
            try await instance.appendBundle(of: "A", 2...3001)
            try await instance.append(["A3002"])
            #expect(try await store.pendingCount() == 3002, "messages, not rows")
            try await running([instance.relay(batch: 100)]) { _ in
                instance.signals.signal()
                try await until("not all is published") { try await store.pendingCount() == 0 }
            }
            let records = try await broker.records(of: NumberEchoed.topic)
            #expect(records.count == 3002 && records.allSatisfy { $0.key == Array("A".utf8) })
            let bundled = records.compactMap { record in
                record.headers.contains { $0.name == "ce_id" }
                    ? record.value.map { String(decoding: $0, as: UTF8.self) } : nil
            }
            #expect(bundled == (2...3001).map(String.init))
            // What a consumer has lost can be had again.
            #expect(try await OutboxReplay(pool: instance.pool).request(since: nil, key: "A") == 3002)
        }
    }

    private struct LockPending: Statement {
        static let sql = "SELECT outbox_id FROM outbox_pending FOR UPDATE"
        static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
    }
}

extension Instance {
    /// Emits echoes, as a handler's outcome is emitted.
    func append(_ numbers: [Numbered], in transaction: Transaction) async throws {
        let context = self.processor.context(transaction)
        var decision = Decision()
        decision.outgoing = numbers.map { Outgoing(NumberEchoed(key: $0.key, number: $0.number), causedBy: nil) }
        let rows = try self.processor.outboxRows(decision, in: context)
        _ = try await transaction.execute(AppendToOutbox(rows: rows, appendedAt: context.wallNow))
    }

    func append(_ numbers: [Numbered]) async throws {
        try await self.pool.withTransaction("append") { try await self.append(numbers, in: $0) }
    }

    /// Emits numbers of one key as one bundle; their values are the numbers alone.
    func appendBundle(of key: String, _ numbers: ClosedRange<Int>) async throws {
        let encoder = EventEncoder(
            source: "/test", calendar: BusinessCalendar(timeZone: .gmt), identifiers: UUIDv7Source { 1 })
        var bundle = encoder.bundle(of: NumberEchoed.self, at: Timestamp(microseconds: 0))
        for number in numbers {
            bundle.append(about: UUID(), key: key, causedBy: EventContext(id: "cause", source: "", type: "")) {
                $0.append(contentsOf: String(number).utf8)
            }
        }
        let row = OutboxRow(bundle)
        try await self.pool.withTransaction("append") { transaction in
            _ = try await transaction.execute(
                AppendToOutbox(rows: [row], appendedAt: self.processor.context(transaction).wallNow))
        }
    }
}
