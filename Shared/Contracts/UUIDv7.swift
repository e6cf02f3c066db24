package import Foundation
import Synchronization

/// Version 7 UUIDs (RFC 9562): ordered by the millisecond in which they were made and, within one
/// process, by the order in which they were made.
///
/// Time-ordered keys keep the database's indexes dense: inserts go to the last page.
package final class UUIDv7Source: IdentifierSource {
    private struct State {
        var milliseconds: UInt64 = 0
        var counter: UInt64 = 0
        var generator = SystemRandomNumberGenerator()
    }

    private let state = Mutex(State())
    private let wallMilliseconds: @Sendable () -> UInt64

    /// - Parameter wallMilliseconds: milliseconds since 1970, by the wall clock.
    package init(wallMilliseconds: @escaping @Sendable () -> UInt64) {
        self.wallMilliseconds = wallMilliseconds
    }

    package func next() -> UUID {
        let now = self.wallMilliseconds()
        return self.state.withLock { state in
            if now > state.milliseconds {
                state.milliseconds = now
                state.counter = state.generator.next() & 0x1ff
            } else {
                // Same millisecond, or a clock set back: count on, into the next millisecond if need be.
                state.counter += 1
                if state.counter > 0xfff {
                    state.milliseconds += 1
                    state.counter = 0
                }
            }
            return Self.uuid(state.milliseconds, counter: state.counter, random: state.generator.next())
        }
    }

    private static func uuid(_ milliseconds: UInt64, counter: UInt64, random: UInt64) -> UUID {
        let high = milliseconds << 16 | 0x7000 | counter
        let low = random & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * index)) }
        return UUID(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
                byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
                byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            )
        )
    }
}
