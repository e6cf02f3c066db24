import ServiceLifecycleTestKit
import ServiceRuntime
import Testing

@Suite("Wakeup and idle", .timeLimit(.minutes(10)))
struct WakeupTests {
    private static let never = Duration.seconds(600)

    @Test("A signal before the wait is not lost, and several are one")
    func signalBefore() async {
        let wakeup = Wakeup()
        wakeup.signal()
        wakeup.signal()
        #expect(await wakeup.wait(for: Self.never) == .signalled)
        #expect(await wakeup.wait(for: .milliseconds(1)) == .timedOut)
    }

    @Test("A signal wakes who waits")
    func signalDuring() async {
        let wakeup = Wakeup()
        await withTaskGroup(of: Wakeup.Outcome.self) { group in
            group.addTask { await wakeup.wait(for: Self.never) }
            await Task.yield()
            wakeup.signal()
            #expect(await group.next() == .signalled)
        }
    }

    @Test("Without a signal the wait ends in time")
    func timeout() async {
        let elapsed = await ContinuousClock().measure {
            #expect(await Wakeup().wait(for: .milliseconds(30)) == .timedOut)
        }
        #expect(elapsed >= .milliseconds(30))
    }

    @Test("A thousand signals at once wake a loop that misses nothing")
    func manySignals() async {
        let wakeup = Wakeup()
        let pending = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    pending.change { $0 += 1 }
                    wakeup.signal()
                }
            }
            group.addTask {
                var handled = 0
                while handled < 1000 {
                    #expect(await wakeup.wait(for: Self.never) == .signalled)
                    handled += pending.change { pending in
                        defer { pending = 0 }
                        return pending
                    }
                }
            }
        }
        #expect(pending.value == 0)
    }

    @Test("A signal that meets the end of a wait is told to this waiter or to the next, never lost")
    func signalAtTimeout() async {
        for round in 0..<500 {
            let wakeup = Wakeup()
            await withTaskGroup(of: Wakeup.Outcome.self) { group in
                group.addTask { await wakeup.wait(for: .microseconds(round)) }
                group.addTask {
                    try? await Task.sleep(for: .microseconds(round))
                    wakeup.signal()
                    return .stopped
                }
                let outcomes = await group.reduce(into: []) { $0.append($1) }
                if !outcomes.contains(.signalled) {
                    #expect(await wakeup.wait(for: Self.never) == .signalled)
                }
            }
        }
    }

    @Test("Each signal wakes one of several waiters")
    func severalWaiters() async {
        let wakeup = Wakeup()
        let woken = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await wakeup.wait(for: Self.never)
                    woken.change { $0 += 1 }
                }
            }
            for expected in 1...20 {
                wakeup.signal()
                // The next signal only when this one is used up: kept signals are one.
                while woken.value < expected { await Task.yield() }
            }
        }
        #expect(woken.value == 20)
    }

    @Test("Cancellation ends the wait, also if it came first")
    func cancellation() async {
        let waiting = Task { await Wakeup().wait(for: Self.never) }
        waiting.cancel()
        #expect(await waiting.value == .stopped)
    }

    @Test("Graceful shutdown ends wait and idle, also if it came first")
    func shutdown() async {
        await testGracefulShutdown { trigger in
            await withTaskGroup(of: Wakeup.Outcome.self) { group in
                group.addTask { await Wakeup().wait(for: Self.never) }
                group.addTask {
                    await idle(for: Self.never)
                    return .stopped
                }
                await Task.yield()
                trigger.triggerGracefulShutdown()
                for await outcome in group { #expect(outcome == .stopped) }
            }
            await idle(for: Self.never)
            #expect(await Wakeup().wait(for: Self.never) == .stopped)
        }
    }

    @Test("Idle ends at cancellation without an error")
    func idleCancellation() async {
        let idling = Task { await idle(for: Self.never) }
        idling.cancel()
        await idling.value
    }
}
