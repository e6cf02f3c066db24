import Contracts
import Postgres
import TestSupport
import Testing

@testable import Messaging

@Suite("Publishing again what the outbox keeps", .serialized)
struct OutboxReplayTests {
    @Test("One key's messages, or those since a time, are published again in their order while the relay runs")
    func chosen() async throws {
        let broker = try TestBroker.forNumbers()
        try await Store.open { store in
            let instance = Instance(store, broker: broker)
            let replay = OutboxReplay(pool: instance.pool)
            try await running([instance.relay()]) { _ in
                try await instance.append(["A1", "B1", "A2"])
                instance.wall.advance(bySeconds: 60)
                let since = instance.wall.now
                try await instance.append(["A3", "B2"])
                try await until("not all is published") { try await store.pendingCount() == 0 }
                #expect(try await replay.request(since: nil, key: "A") == 3)
                try await until("not all of A is published again") { try await store.pendingCount() == 0 }
                #expect(try await broker.echoes().byKey == ["A": [1, 2, 3, 1, 2, 3], "B": [1, 2]])
                #expect(try await replay.request(since: since, key: nil) == 2)
                try await until("not all since then is published again") { try await store.pendingCount() == 0 }
                #expect(try await broker.echoes().byKey == ["A": [1, 2, 3, 1, 2, 3, 3], "B": [1, 2, 2]])
                #expect(try await replay.request(since: nil, key: "nobody's") == 0)
            }
        }
    }

    @Test("What is being put in line once more is not dropped meanwhile, however old it is")
    func notDropped() async throws {
        let broker = try TestBroker.forNumbers()
        try await Store.open { store in
            let instance = Instance(store, broker: broker, poolName: "relay")
            let relay = instance.relay()
            try await running([relay]) { _ in
                try await instance.append(["A1", "A2", "A3"])
                try await until("not all is published") { try await store.pendingCount() == 0 }
            }
            let holder = store.pool(size: 1, name: "holder")
            let checkpoint = Checkpoint()
            try await withThrowingTaskGroup(of: Int64?.self) { group in
                group.addTask {
                    try await holder.withTransaction("replay") { transaction in
                        _ = try await transaction.execute(LockOutboxKeeping())
                        _ = try await transaction.execute(RequeueKeptMessages())
                        try await checkpoint.pass()
                    }
                    return nil
                }
                try await checkpoint.reached()
                let later = instance.wall.now.advanced(bySeconds: 3600)
                group.addTask {
                    try await instance.pool.withConnection { try await relay.drop(appendedBefore: later, $0) }
                }
                try await until("the relay does not wait") {
                    try await store.execute(CountWaiting(application: "relay")).first == 1
                }
                checkpoint.open()
                var dropped: [Int64] = []
                for try await count in group { if let count { dropped.append(count) } }
                #expect(dropped == [0])
            }
            #expect(try await store.outbox().count == 3)
            try await running([instance.relay()]) { _ in
                try await until("the relay gets stuck") { try await store.pendingCount() == 0 }
            }
            #expect(try await broker.echoes().byKey == ["A": [1, 2, 3, 1, 2, 3]])
            await holder.close()
        }
    }
}
