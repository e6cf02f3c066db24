@testable import Postgres
import SeededRandom
import Testing

@Suite("The pool's state machine")
struct PoolStateMachineTests {
    typealias Machine = PoolStateMachine<Int>

    @Test("Waiters are served in the order in which they came, with the connection given back or a free place")
    func order() {
        var machine = Machine(limit: 2)
        #expect(texts(machine.acquire(1)) == ["open for 1"])
        #expect(texts(machine.acquire(2)) == ["open for 2"])
        #expect(machine.acquire(3).isEmpty)
        #expect(machine.acquire(4).isEmpty)
        #expect(texts(machine.release(7)) == ["7 for 3"])
        #expect(texts(machine.release(nil)) == ["open for 4"])
        #expect(texts(machine.release(7)) == [])
        #expect(texts(machine.acquire(5)) == ["7 for 5"])
    }

    @Test("A waiter that is cancelled is refused and passed over; one that has been served is not")
    func cancelling() {
        var machine = Machine(limit: 1)
        _ = machine.acquire(1)
        _ = machine.acquire(2)
        _ = machine.acquire(3)
        #expect(texts(machine.cancel(2)) == ["2 cancelled"])
        #expect(machine.cancel(1).isEmpty)
        #expect(texts(machine.release(7)) == ["7 for 3"])
        #expect(machine.cancel(3).isEmpty)
    }

    @Test("Closing refuses all, closes what is idle, then what comes back, and ends with the last")
    func closing() {
        var machine = Machine(limit: 2)
        _ = machine.acquire(1)
        _ = machine.acquire(2)
        _ = machine.release(7)
        _ = machine.acquire(3)
        _ = machine.acquire(4)
        #expect(texts(machine.close()) == ["4 closed", "close []"])
        #expect(texts(machine.acquire(5)) == ["5 closed"])
        #expect(texts(machine.release(7)) == ["close [7]"])
        #expect(texts(machine.release(nil)) == ["finish"])
        #expect(machine.inUse == 0)
    }

    @Test("It does what a naive model does, in any order of events", arguments: 0..<200 as Range<UInt64>)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...4, using: &random)
        var machine = Machine(limit: limit)
        var model = NaivePool(limit: limit)
        for step in 0..<300 {
            switch Int.random(in: 0..<100, using: &random) {
            case ..<45:
                #expect(texts(machine.acquire(step)) == model.acquire(step))
            case ..<80:
                guard !model.held.isEmpty else { continue }
                let connection = model.held.remove(at: Int.random(in: 0..<model.held.count, using: &random))
                let returned = Bool.random(using: &random) ? connection : nil
                #expect(texts(machine.release(returned)) == model.release(returned))
            case ..<99:
                let waiter = Int.random(in: 0...step, using: &random)
                #expect(texts(machine.cancel(waiter)) == model.cancel(waiter))
            default:
                guard step > 200 else { continue }
                #expect(texts(machine.close()) == model.close())
            }
            #expect(machine.inUse == model.held.count)
            #expect(machine.inUse <= limit)
            #expect(machine.idleCount == model.idle.count)
            #expect(machine.waitingCount == model.queue.count)
            #expect(machine.waitingCount == 0 || (machine.inUse == limit && machine.idleCount == 0))
        }
    }
}

private func texts(_ actions: [PoolStateMachine<Int>.Action]) -> [String] {
    actions.map { action in
        switch action {
        case .grant(.use(let connection), let waiter): "\(connection) for \(waiter)"
        case .grant(.open, let waiter): "open for \(waiter)"
        case .refuse(let waiter, let isClosed): "\(waiter) \(isClosed ? "closed" : "cancelled")"
        case .close(let connections): "close \(connections)"
        case .finish: "finish"
        }
    }
}

/// What a pool has to do, said in the plainest way: after each event, serve whom one can.
private struct NaivePool {
    let limit: Int
    var queue: [Int] = []
    var idle: [Int] = []
    /// What the borrowers hold; a place without a connection is given a new number.
    var held: [Int] = []
    var isClosed = false
    var opened = 1000

    init(limit: Int) { self.limit = limit }

    private mutating func serve() -> [String] {
        var log: [String] = []
        while !self.queue.isEmpty, self.held.count < self.limit {
            let waiter = self.queue.removeFirst()
            if let connection = self.idle.popLast() {
                self.held.append(connection)
                log.append("\(connection) for \(waiter)")
            } else {
                self.opened += 1
                self.held.append(self.opened)
                log.append("open for \(waiter)")
            }
        }
        return log
    }

    mutating func acquire(_ waiter: Int) -> [String] {
        if self.isClosed { return ["\(waiter) closed"] }
        self.queue.append(waiter)
        return self.serve()
    }

    mutating func release(_ connection: Int?) -> [String] {
        if self.isClosed {
            return (connection.map { ["close [\($0)]"] } ?? []) + (self.held.isEmpty ? ["finish"] : [])
        }
        if let connection { self.idle.append(connection) }
        return self.serve()
    }

    mutating func cancel(_ waiter: Int) -> [String] {
        let isWaiting = self.queue.contains(waiter)
        self.queue.removeAll { $0 == waiter }
        return isWaiting ? ["\(waiter) cancelled"] : []
    }

    mutating func close() -> [String] {
        let end = self.held.isEmpty ? ["finish"] : []
        if self.isClosed { return end }
        defer { (self.isClosed, self.queue, self.idle) = (true, [], []) }
        return self.queue.map { "\($0) closed" } + ["close \(self.idle)"] + end
    }
}
