import Contracts
package import Foundation
import Synchronization

/// Counts: 1, 2, 3 …
package final class CountingIdentifiers: IdentifierSource {
    private let count = Mutex<UInt32>(0)

    package init() {}

    package func next() -> UUID {
        let number = self.count.withLock { count in
            count += 1
            return count
        }
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        return UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, bytes[0], bytes[1], bytes[2], bytes[3]))
    }
}
