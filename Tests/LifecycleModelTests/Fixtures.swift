import Contracts
import Foundation
import OrdersDomain
import Synchronization

/// The catalogue that ships.
enum Shipped {
    static let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)

    private static let loaded = Result<Catalogue, any Error> {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try CatalogueLoader.load(
            paths: [root.appending(path: "deploy/catalogue").path(percentEncoded: false)], calendar: calendar)
    }

    static func catalogue() throws -> Catalogue { try self.loaded.get() }

    static func surroundings(
        at now: Timestamp,
        identifiers: any IdentifierSource = CountingIdentifiers()
    ) throws -> Order.Surroundings {
        Order.Surroundings(catalogue: try self.catalogue(), now: now, identifiers: identifiers)
    }
}

/// Counts: 1, 2, 3 …
final class CountingIdentifiers: IdentifierSource {
    private let count = Mutex<UInt32>(0)

    func next() -> UUID {
        let number = self.count.withLock { count in
            count += 1
            return count
        }
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        return UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, bytes[0], bytes[1], bytes[2], bytes[3]))
    }
}

/// The same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

func time(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(microseconds: 0) }
