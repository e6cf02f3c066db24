package import Contracts
package import Foundation

/// Usage of many accounts, each with a fixed line and a mobile: calls, messages and data, as bare JSON.
package struct SyntheticUsage: Sendable {
    /// A record ready to be published.
    package struct Record: Sendable {
        package var serviceNumber: String
        package var json: [UInt8]
    }

    /// Which share of records, of a hundred, calls are; half of the others are messages.
    private static let calls: UInt64 = 80

    private let accounts: Int
    private var random: UInt64
    /// Of this source, in its records' ids.
    private let seed: UInt64
    /// Counts all records; it is in their ids too.
    private var next: UInt32 = 0

    /// - Parameter seed: not 0; sources of different seeds give different ids.
    package init(seed: UInt64, accounts: Int) {
        self.seed = seed
        self.accounts = accounts
        self.random = seed
    }

    /// Records whose ends are spread evenly over a time, in the order of their ends.
    package mutating func records(_ count: Int, from: Timestamp, to: Timestamp) -> [Record] {
        let step = max(1, to.microseconds(since: from) / Int64(max(1, count)))
        return (0..<count).map { index in
            self.record(endedAt: Timestamp(microseconds: from.microseconds + Int64(index) * step))
        }
    }

    /// One record of each of these accounts, in their order.
    package mutating func visits(_ accounts: Range<Int>, from: Timestamp, to: Timestamp) -> [Record] {
        let step = max(1, to.microseconds(since: from) / Int64(max(1, accounts.count)))
        return accounts.enumerated().map { index, account in
            self.record(of: account, endedAt: Timestamp(microseconds: from.microseconds + Int64(index) * step))
        }
    }

    /// In any order.
    package mutating func shuffle(_ records: inout [Record]) {
        for index in records.indices.dropFirst() {
            records.swapAt(index, Int(self.draw(UInt64(index + 1))))
        }
    }

    package static func fixedLine(_ account: Int) -> String { "0298" + ServiceNumbers.padded(Int64(account), 8) }

    package static func mobile(_ account: Int) -> String { "177" + ServiceNumbers.padded(Int64(account), 8) }

    /// The account of a line.
    package static func account(of serviceNumber: String) -> Int { Int(serviceNumber.suffix(8)) ?? 0 }

    /// The number that `records` gave to the record of an id.
    package static func serial(of usageId: UUID) -> UInt32 {
        let bytes = usageId.uuid
        return UInt32(bytes.12) << 24 | UInt32(bytes.13) << 16 | UInt32(bytes.14) << 8 | UInt32(bytes.15)
    }

    private mutating func record(endedAt: Timestamp) -> Record {
        self.record(of: Int(self.draw(UInt64(self.accounts))), endedAt: endedAt)
    }

    private mutating func record(of account: Int, endedAt: Timestamp) -> Record {
        let kind = self.draw(100)
        let isMobile = kind >= Self.calls || self.draw(2) == 0
        let number = isMobile ? Self.mobile(account) : Self.fixedLine(account)
        let id = self.id(at: endedAt)
        var json: [UInt8] = []
        json.reserveCapacity(280)
        func add(_ text: String) { json.append(contentsOf: text.utf8) }
        let seconds = kind < Self.calls ? 20 + Int(self.draw(160)) : 10
        add("{\"usageId\":\"\(id.text)\",\"serviceNumber\":\"\(number)\",\"startedAt\":\"")
        add(endedAt.advanced(bySeconds: -seconds).rfc3339(offsetSeconds: 8 * 3600))
        add("\",\"endedAt\":\"")
        add(endedAt.rfc3339(offsetSeconds: 8 * 3600))
        if kind < Self.calls {
            let other = 10_000_000 + self.draw(89_999_999)
            add(
                "\",\"kind\":\"voice\",\"direction\":\"originating\",\"roaming\":\"home\",\"otherParty\":\"010\(other)\"}"
            )
        } else if kind < Self.calls + 10 {
            add("\",\"kind\":\"sms\",\"otherParty\":\"131\(10_000_000 + self.draw(89_999_999))\"}")
        } else {
            add("\",\"kind\":\"data\",\"uplinkBytes\":\(self.draw(4096)),\"downlinkBytes\":\(self.draw(65_536))}")
        }
        return Record(serviceNumber: number, json: json)
    }

    /// Ordered by time, as those of mediation are.
    private mutating func id(at instant: Timestamp) -> UUID {
        defer { self.next += 1 }
        let time = UInt64(instant.microseconds / 1000)
        func byte(_ word: some FixedWidthInteger, _ place: Int) -> UInt8 {
            UInt8(truncatingIfNeeded: word >> (8 * place))
        }
        return UUID(
            uuid: (
                byte(time, 5), byte(time, 4), byte(time, 3), byte(time, 2), byte(time, 1), byte(time, 0),
                0x70, byte(self.seed, 7), 0x80, byte(self.seed, 6), byte(self.seed, 5), byte(self.seed, 4),
                byte(self.next, 3), byte(self.next, 2), byte(self.next, 1), byte(self.next, 0)
            ))
    }

    /// From 0 up to, but not including, a bound (xorshift64*).
    private mutating func draw(_ bound: UInt64) -> UInt64 {
        self.random ^= self.random >> 12
        self.random ^= self.random << 25
        self.random ^= self.random >> 27
        return (self.random &* 0x2545_f491_4f6c_dd1d) % max(1, bound)
    }
}
