import Contracts
import Postgres
import SeededRandom
import ServiceLifecycle
import Testing

@testable import Messaging

@Suite("Timers")
struct TimerTests {
    private let midnight = Timestamp(rfc3339: "2026-12-01T00:00:00+08:00") ?? Timestamp(microseconds: 0)

    /// An instance whose business time stands still at midnight.
    private func instance(_ store: Store, _ behaviour: Behaviour = Behaviour()) -> Instance {
        let instance = Instance(store, behaviour, mode: .controlled)
        instance.clock.restore(.init(businessAt: self.midnight, rate: 0, wallAt: instance.clock.wallNow()))
        instance.started.open()
        return instance
    }

    private func setting(after seconds: Int) -> BusinessClock.Setting {
        .init(businessAt: self.midnight.advanced(bySeconds: seconds), rate: 0, wallAt: BusinessClock.systemWall())
    }

    private func alarms(_ count: Int, seed: UInt64) -> [(name: String, source: String, seconds: Int)] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { number in
            ("n\(number)", ["bell", "horn"][number % 2], Int.random(in: -900...900, using: &generator))
        }
    }

    @Test("What is due goes off in due order, across sources and transactions; what is not due stays")
    func dueOrder() async throws {
        try await Store.open { store in
            let alarms = self.alarms(200, seed: 3)
            try await store.setAlarms(alarms, after: self.midnight)
            let timers = self.instance(store).timers([
                AlarmSource(name: "bell", most: 3), AlarmSource(name: "horn", most: 7),
            ])
            let next = try await timers.fireDue()
            #expect(next == nil, "time stands still")
            let firings = try await store.firings()
            #expect(firings.map(\.dueAt) == firings.map(\.dueAt).sorted())
            #expect(Set(firings.map(\.name)) == Set(alarms.filter { $0.seconds <= 0 }.map(\.name)))
            #expect(firings.count == alarms.filter { $0.seconds <= 0 }.count)
            #expect(try await store.echoes().map(\.key) == firings.map(\.name))
        }
    }

    @Test("After a leap everything due on the way has gone off, in order, before any batch sees the later time")
    func leapBeforeBatches() async throws {
        try await Store.open { store in
            let target = self.setting(after: 86_400)
            let (early, late) = (Tally(), Tally())
            let (sawBefore, sawAfter) = (Tally(), Tally())
            let behaviour = Behaviour { _, context in
                let fired = try await context.transaction.execute(FindFirings()).count
                if context.now < target.businessAt {
                    sawBefore.next()
                    if fired != 0 { late.next() }
                } else {
                    sawAfter.next()
                    if fired != 200 { early.next() }
                }
            }
            let instance = self.instance(store, behaviour)
            try await store.setAlarms(self.alarms(200, seed: 4), after: self.midnight.advanced(bySeconds: 1000))
            let timers = instance.timers([AlarmSource(name: "bell", most: 2), AlarmSource(name: "horn", most: 5)])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    var offset: Int64 = 0
                    while sawAfter.count < 10 {
                        let batch = records([Numbered("A", Int(offset))], from: offset)
                        try await instance.gate.pass { try await instance.process(batch) }
                        offset += 1
                    }
                }
                try await until("no batch before the leap") { sawBefore.count > 3 }
                try await timers.leap(to: target)
                try await group.waitForAll()
            }
            #expect(early.count == 0)
            #expect(late.count == 0, "nothing happens at a time that the leap has left behind")
            let firings = try await store.firings()
            #expect(firings.count == 200)
            #expect(firings.map(\.dueAt) == firings.map(\.dueAt).sorted())
        }
    }

    @Test("Two instances fire each alarm once, in due order")
    func twoInstances() async throws {
        try await Store.open { store in
            let alarms = self.alarms(300, seed: 5)
            try await store.setAlarms(alarms, after: self.midnight.advanced(bySeconds: -1000))
            let loops = [1, 2].map { most in
                self.instance(store).timers([
                    AlarmSource(name: "bell", most: most), AlarmSource(name: "horn", most: most + 1),
                ])
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for loop in loops { group.addTask { _ = try await loop.fireDue() } }
                try await group.waitForAll()
            }
            let firings = try await store.firings()
            #expect(Set(firings.map(\.name)).count == 300)
            #expect(firings.count == 300)
            #expect(firings.map(\.dueAt) == firings.map(\.dueAt).sorted())
            #expect(try await store.echoes().count == 300)
        }
    }

    @Test("An instance whose leap another makes too goes on only when all is done, whoever did it", arguments: 1...5)
    func twoLeap(attempt: Int) async throws {
        try await Store.open { store in
            let alarms = self.alarms(100, seed: UInt64(attempt))
            try await store.setAlarms(alarms, after: self.midnight.advanced(bySeconds: 1000))
            let early = Tally()
            let target = self.setting(after: 86_400)
            let loops = [1, 2].map { _ in
                self.instance(store).timers([AlarmSource(name: "bell", most: 1), AlarmSource(name: "horn", most: 1)])
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for loop in loops {
                    group.addTask {
                        try await loop.leap(to: target)
                        let fired = try await store.firings().count
                        if fired < 100 { early.next() }
                    }
                }
                try await group.waitForAll()
            }
            #expect(early.count == 0)
            #expect(try await store.firings().count == 100)
        }
    }

    @Test("An alarm that is set during a leap, and falls due within it, goes off within it")
    func setDuringLeap() async throws {
        try await Store.open { store in
            let instance = self.instance(store)
            try await store.setAlarms([("first", "bell", 3600), ("last", "horn", 7200)], after: self.midnight)
            let timers = instance.timers([
                AlarmSource(
                    name: "bell",
                    followUps: [
                        "first": .init(name: "second", source: "horn", seconds: 600),
                        "third": .init(name: "tomorrow", source: "bell", seconds: 86_400),
                    ]),
                AlarmSource(name: "horn", followUps: ["second": .init(name: "third", source: "bell", seconds: 600)]),
            ])
            try await timers.leap(to: self.setting(after: 10_000))
            let firings = try await store.firings()
            #expect(firings.map(\.name).filter { $0 != "last" } == ["first", "second", "third"])
            #expect(firings.count == 4)
            let second = firings.first { $0.name == "second" }
            #expect(second?.dueAt == self.midnight.advanced(bySeconds: 4200), "by its own due time")
            #expect(instance.clock.now() == self.midnight.advanced(bySeconds: 10_000))
        }
    }

    @Test("The running loop fires what another process sets, and wall-clock alarms whatever business time does")
    func runningLoop() async throws {
        try await Store.open { store in
            let instance = self.instance(store)
            let timers = instance.timers([AlarmSource(name: "bell"), AlarmSource(name: "horn", clock: .wall)])
            try await running([timers]) { _ in
                try await store.setAlarms([("never", "bell", 1)], after: self.midnight)
                try await store.setAlarms([("soon", "horn", 0)], after: instance.clock.wallNow())
                try await until("the alarm does not go off") { try await store.firings().map(\.name) == ["soon"] }
                try await timers.leap(to: self.setting(after: 1))
                #expect(try await store.firings().map(\.name) == ["soon", "never"])
            }
        }
    }

    @Test("A stop in the middle of a leap ends it: the rest, and the new time, are for the next start")
    func stopDuringLeap() async throws {
        try await Store.open { store in
            let (instance, target) = (self.instance(store), self.setting(after: 86_400))
            try await store.setAlarms(self.alarms(300, seed: 5), after: self.midnight.advanced(bySeconds: 1000))
            let sources = [AlarmSource(name: "bell", most: 1), AlarmSource(name: "horn", most: 1)]
            try await running([Leap(timers: instance.timers(sources), target: target)]) { group in
                try await until("no alarm goes off") { try await !store.firings().isEmpty }
                await group.triggerGracefulShutdown()
            }
            #expect(try await store.firings().count < 300)
            #expect(instance.clock.now() == self.midnight)
            try await self.instance(store).timers(sources).leap(to: target)
            #expect(try await store.firings().count == 300)
        }
    }

    private struct Leap: Service {
        let timers: TimerLoop
        let target: BusinessClock.Setting

        func run() async throws {
            await #expect(throws: CancellationError.self) { try await self.timers.leap(to: self.target) }
        }
    }
}
