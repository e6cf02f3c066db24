import Crypto
import Foundation

/// Chains the entries of a ticket's history: each hash is of the entry and of the hash before it, so that nothing in the
/// middle can be changed, added or removed without every later hash being another one.
package struct TicketHistoryChain: Sendable {
    /// Of the last entry; before the first, 32 times 0.
    package private(set) var head: [UInt8]
    package private(set) var count: Int
    private let complaint: ComplaintID

    package init(of complaint: ComplaintID) {
        self.init(of: complaint, head: [UInt8](repeating: 0, count: SHA256.byteCount), count: 0)
    }

    /// - Parameter count: of the entries that `head` is of.
    package init(of complaint: ComplaintID, head: [UInt8], count: Int) {
        self.complaint = complaint
        self.head = head
        self.count = count
    }

    /// One line of the history, as it is stored.
    package struct Entry: Sendable, Hashable {
        package var at: Timestamp
        package var by: String
        package var kind: String
        package var state: String
        package var content: String

        package init(at: Timestamp, by: String, kind: String, state: String, content: String) {
            self.at = at
            self.by = by
            self.kind = kind
            self.state = state
            self.content = content
        }
    }

    /// - Returns: the hash of the entry at this place of this history.
    @discardableResult
    package mutating func append(_ entry: Entry) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: self.head)
        hash.update(data: Array(self.complaint.description.utf8))
        Self.update(&hash, Int64(self.count))
        Self.update(&hash, entry.at.microseconds)
        for text in [entry.by, entry.kind, entry.state, entry.content] {
            Self.update(&hash, Int64(text.utf8.count))
            hash.update(data: Array(text.utf8))
        }
        self.head = Array(hash.finalize())
        self.count += 1
        return self.head
    }

    private static func update(_ hash: inout SHA256, _ number: Int64) {
        withUnsafeBytes(of: number.bigEndian) { hash.update(bufferPointer: $0) }
    }

    /// Sixty-four hexadecimal digits.
    package var headText: String { self.head.map { String(format: "%02x", $0) }.joined() }
}
