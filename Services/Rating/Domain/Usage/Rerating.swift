import Contracts
package import Foundation

/// What rating an account's cycle again has changed.
package struct Rerating: Sendable {
    package var state: CycleState
    /// Records whose result is another one, and those that had none, in the order of their ends.
    package var changed: [RatedUsage]
    /// Records on whose occasion something is to be told now, whether or not their result is another one.
    package var told: [RatedUsage]
    /// Records that no longer find a member.
    package var refused: [(usageId: UUID, refusal: UsageRefusal)]
}

extension CompiledTerms {
    /// Rates a cycle's records in their order.
    ///
    /// - Parameters:
    ///   - records: all of the cycle, or all after those that `start` has counted; in any order, each once.
    ///   - former: their results so far, by usageId.
    ///   - start: where to begin; `nil`: at the beginning of the cycle.
    ///   - state: the counters so far: what they say has been told is not told again.
    package func rerate(
        _ records: [UsageRecord],
        former: [UUID: RatedUsage],
        from start: CycleState? = nil,
        state: CycleState
    ) -> Rerating {
        var rerating = Rerating(state: self.restarted(state), changed: [], told: [], refused: [])
        if let start {
            for (slot, key) in self.shape.keys.enumerated() where key.kind != .told {
                rerating.state[slot] = start[slot]
            }
        }
        for record in records.sorted(by: { $0.precedes($1) }) {
            do throws(UsageRefusal) {
                let rated = self.rate(try self.guide(record), state: &rerating.state)
                if former[record.usageId]?.isSameResult(as: rated) != true { rerating.changed.append(rated) }
                if !rated.notices.isEmpty { rerating.told.append(rated) }
            } catch {
                rerating.refused.append((record.usageId, error))
            }
        }
        return rerating
    }
}
