package import Foundation
import JSONText

extension [UInt8] {
    /// Appends an id with its quotes.
    package mutating func appendJSON(_ id: some Identifier) {
        self.append(UInt8(ascii: "\""))
        self.append(id.rawValue, grouped: true)
        self.append(UInt8(ascii: "\""))
    }

    /// Appends an id's 36 characters, or the 32 without hyphens.
    package mutating func append(_ id: UUID, grouped: Bool) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { buffer in
            let count = id.write(into: buffer, grouped: grouped)
            self.append(contentsOf: buffer[..<count])
        }
    }

    /// Appends a time with its quotes.
    package mutating func appendJSON(_ time: Timestamp, offsetSeconds: Int) {
        self.append(UInt8(ascii: "\""))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Timestamp.maximumLength) { buffer in
            let count = time.write(into: buffer, offsetSeconds: offsetSeconds)
            self.append(contentsOf: buffer[..<count])
        }
        self.append(UInt8(ascii: "\""))
    }

    /// Appends a month with its quotes.
    package mutating func appendJSON(_ cycle: BillingCycle) {
        self.append(UInt8(ascii: "\""))
        for divisor in [1000, 100, 10, 1] { self.append(Self.digit(cycle.year / divisor)) }
        self.append(UInt8(ascii: "-"))
        for divisor in [10, 1] { self.append(Self.digit(cycle.month / divisor)) }
        self.append(UInt8(ascii: "\""))
    }

    private static func digit(_ number: Int) -> UInt8 { UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10) }
}
