import Contracts
import Messaging

/// What a lane is to rate of one batch.
struct LanePart: Sendable {
    var items: [UsageItem]
    var batch: [Message<UsageRecorded>]
}

extension [LanePart] {
    /// The items of all, each with the number of its part.
    var joinedItems: [UsageItem] {
        guard self.count > 1 else { return self.first?.items ?? [] }
        var items: [UsageItem] = []
        items.reserveCapacity(self.reduce(0) { $0 + $1.items.count })
        for (number, part) in self.enumerated() {
            for var item in part.items {
                item.part = number
                items.append(item)
            }
        }
        return items
    }
}

/// Who may rate in a lane: one at a time, in the order in which they came. Whoever has the turn takes along those that wait.
struct LaneTurns {
    enum Turn: Sendable {
        /// The lane is this part's, and the others are to be rated with it.
        case own([Waiting])
        /// Another has rated this part with its own.
        case another
    }

    struct Waiting: Sendable {
        let part: LanePart
        let turn: CheckedContinuation<Turn, Never>
        /// To be rated without others.
        var isAlone = false
    }

    /// So many records are rated together at most, as far as they are of several batches.
    static let mostRecords = 4000

    private var isTaken = false
    private var waiting: [Waiting] = []

    /// Of those that wait.
    var count: Int { self.waiting.count }

    /// Resumes `turn` when it comes.
    mutating func enter(_ part: LanePart, _ turn: CheckedContinuation<Turn, Never>) {
        if self.isTaken {
            self.waiting.append(Waiting(part: part, turn: turn))
        } else {
            self.isTaken = true
            turn.resume(returning: .own([]))
        }
    }

    /// Gives the lane to those that wait.
    mutating func leave() {
        guard let first = self.waiting.first else {
            self.isTaken = false
            return
        }
        var records = first.part.items.count
        let others = self.waiting.dropFirst().prefix { other in
            records += other.part.items.count
            return !first.isAlone && !other.isAlone && records <= Self.mostRecords
        }
        self.waiting.removeFirst(1 + others.count)
        first.turn.resume(returning: .own(Array(others)))
    }

    /// Has those that were taken along wait again, each for a turn of its own.
    mutating func putBack(_ others: [Waiting]) {
        self.waiting.insert(
            contentsOf: others.map { Waiting(part: $0.part, turn: $0.turn, isAlone: true) }, at: 0)
    }
}
