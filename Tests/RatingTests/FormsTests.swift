import Contracts
import Foundation
import RatingDomain
import SeededRandom
import Testing

@testable import Rating

@Suite("Stored forms")
struct FormsTests {
    @Test("Any number comes back as it was")
    func numbers() throws {
        var random = SeededGenerator(seed: 1)
        var numbers: [Int64] = [0, 1, -1, 63, 64, -64, -65, .max, .min]
        numbers += (0..<1000).map { _ in Int64(bitPattern: random.next() >> (random.next() % 64)) }
        var writer = CompactWriter()
        for number in numbers {
            writer.append(number)
            writer.append(UInt64(bitPattern: number))
            writer.append(code: UInt64(bitPattern: number))
        }
        var reader = CompactReader(writer.bytes)
        for number in numbers {
            #expect(try reader.signed() == number)
            #expect(try reader.number() == UInt64(bitPattern: number))
            #expect(try reader.code() == UInt64(bitPattern: number))
        }
        let isAtEnd = reader.isAtEnd
        #expect(isAtEnd)
    }

    static let records: [UsageRecord.Usage] = [
        .voice(.originating, otherParty: "13800138000", .home), .voice(.forwarded, otherParty: "", .domestic),
        .voice(.terminating, otherParty: "号码", .international), .data(uplinkBytes: 0, downlinkBytes: .max),
        .data(uplinkBytes: 1, downlinkBytes: 2, gateway: "010.000.000.172"), .wlan(.campus), .wlan(.other, bytes: 7),
        .sms(otherParty: "10010"), .mms(otherParty: "1", .terminating),
    ]

    @Test("A usage record comes back as it was; no part of its form is one", arguments: records)
    func record(usage: UsageRecord.Usage) throws {
        let record = UsageRecord(
            usageId: UUID(), serviceNumber: "13109160001", startedAt: december(1), endedAt: december(2, 3),
            usage: usage)
        let form = record.storedForm
        #expect(try UsageRecord(usageId: record.usageId, endedAt: record.endedAt, storedForm: form) == record)
        for count in 0..<form.count {
            #expect(throws: CompactReader.Damaged.self) {
                try UsageRecord(usageId: record.usageId, endedAt: record.endedAt, storedForm: Array(form.prefix(count)))
            }
        }
        #expect(UsageRecord(UsageRecorded(record)).serviceNumber == record.serviceNumber)
    }

    @Test("A result comes back as it was")
    func result() throws {
        let subject = BillSubject(code: "calls", path: ["a", "b", "c"])
        let provisions = [
            Provision(.sharedMinutes, source: "one", subject: subject, allowance: "sharedMinutes"),
            Provision(.bundleMinute, source: "two", subject: subject, unitPrice: Milliyuan(150)),
        ]
        let record = UsageRecord(
            usageId: UUID(), serviceNumber: "13109160001", startedAt: december(1), endedAt: december(2),
            usage: .voice(.originating, otherParty: "1", .home))
        let cycle = try #require(BillingCycle("2026-12"))
        let rated = RatedUsage(
            usageId: record.usageId, serviceNumber: record.serviceNumber, payer: "1", kind: .voice, cycle: cycle,
            endedAt: record.endedAt, units: 5,
            lines: [
                RatedLine(provisions[0], units: 3, quota: 300, usedBefore: 297),
                RatedLine(provisions[1], units: 2, charge: Milliyuan(300), waived: Milliyuan(1)),
            ],
            chargeMilliyuan: Milliyuan(300))
        let form = rated.storedForm { $0.source == "one" ? 1 : 2 }
        let read = try RatedUsage(of: record, in: cycle, charge: Milliyuan(300), storedForm: form) {
            provisions[Int($0) - 1]
        }
        #expect(read.isSameResult(as: rated) && read.lines.map(\.usedBefore) == [297, 0])
    }

    @Test("What was used last is kept")
    func generations() {
        var kept = Generations<Int, Int>(capacity: 10)
        for key in 0..<100 {
            kept[key] = key
            _ = kept[0]
            #expect(kept.count <= 10)
        }
        let (zero, last, former) = (kept[0], kept[99], kept[50])
        #expect(zero == 0 && last == 99 && former == nil)
    }
}
