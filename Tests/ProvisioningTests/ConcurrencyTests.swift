import Contracts
import Messaging
import Postgres
import ProvisioningDomain
import Synchronization
import TestSupport
import Testing

@testable import Provisioning

@Suite("Many at once")
struct ConcurrencyTests {
    /// Elements that notice two commands for one number, and a command of which they know.
    private final class Elements: Sendable {
        private struct State {
            var pending: [NetworkCommand] = []
            var busy: [String: CommandID] = [:]
            var collisions = 0
            var ended = 0
        }

        private let state = Mutex(State())

        func take(_ outgoing: [Outgoing]) {
            self.state.withLock { state in
                for command in outgoing.commands {
                    if state.busy[command.serviceNumber] != nil { state.collisions += 1 }
                    state.busy[command.serviceNumber] = command.commandId
                    state.pending.append(command)
                }
                state.ended += outgoing.bodies(WorkOrderCompleted.self).count
            }
        }

        func answers() -> [NetworkResponse] {
            self.state.withLock { state in
                let answers = state.pending.prefix(7)
                state.pending.removeFirst(answers.count)
                for command in answers { state.busy[command.serviceNumber] = nil }
                return answers.map { $0.answer() }
            }
        }

        var ended: Int { self.state.withLock(\.ended) }
        var collisions: Int { self.state.withLock(\.collisions) }
    }

    @Test("Several instances on the same numbers keep one command a number in flight, and finish everything")
    func instances() async throws {
        try await Workshop.open { workshop in
            let elements = Elements()
            // What one instance takes shares no key with what another takes, but the numbers are the same.
            let batches = (0..<12).map { _ in
                (0..<10).map { workshop.issued($0.isMultiple(of: 2) ? "one" : "two", on: "1310916000\($0 % 5)") }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for instance in 0..<3 {
                    group.addTask {
                        for batch in batches[instance * 4..<instance * 4 + 4] {
                            elements.take(try await workshop.issue(batch).outgoing)
                        }
                        let deadline = ContinuousClock.now + .seconds(60)
                        while elements.ended < 120, ContinuousClock.now < deadline {
                            elements.take(try await workshop.answer(elements.answers()).outgoing)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(elements.ended == 120)
            #expect(elements.collisions == 0)
            #expect(try await workshop.look("work order").allSatisfy { $0.hasSuffix("completed") })
            #expect(try await workshop.look("lane") == (0..<5).map { "lane 1310916000\($0) 0" })
        }
    }

    @Test("A batch takes as many round trips as one message", arguments: [1, 300])
    func roundTrips(size: Int) async throws {
        try await Workshop.open { workshop in
            let issued = (0..<size).map { workshop.issued("two", on: "131091\($0 + 10_000)") }
            try await workshop.pool.withConnection { connection in
                let catalogues = workshop.catalogues
                var trips: [Int] = []
                func measure(_ body: (HandlingContext) async throws -> Handled) async throws -> Handled {
                    let before = await connection.roundTrips
                    let handled = try await connection.withTransaction {
                        try await body(workshop.context($0, at: Workshop.morning))
                    }
                    trips.append(await connection.roundTrips - before)
                    return handled
                }
                let begun = try await measure { context in
                    let batch = issued.map { workshop.message(IssuedMessage.issued($0)) }
                    return try await IssuedHandler(catalogues: catalogues).handle(batch, in: context)
                }
                _ = try await measure { context in
                    let batch = begun.outgoing.commands.map { workshop.message($0.answer()) }
                    return try await ResponseHandler(catalogues: catalogues).handle(batch, in: context)
                }
                // Find lanes, lock and load, save; and COMMIT.
                #expect(trips == [4, 4])
            }
        }
    }
}
