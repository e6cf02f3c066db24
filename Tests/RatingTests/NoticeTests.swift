import Contracts
import Foundation
import Messaging
import RatingDomain
import Testing

@testable import Rating

@Suite("What is told of data packs: at the end of a day, on the 11th and the 21st")
struct NoticeTests {
    private static let mobile = "13109160001"

    private static func id(_ serial: UInt8) -> UUID {
        UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, serial))
    }

    private func order(_ serial: UInt8, _ offer: String, plan: String? = nil, extra: String? = nil, at: Timestamp)
        -> OrderEffective
    {
        OrderEffective(
            orderId: OrderID(rawValue: Self.id(serial)), externalId: "E\(serial)", accountId: "A1", customerId: "C",
            offer: offer, bundleId: BundleID(rawValue: Self.id(100 + serial)), effectiveAt: at,
            members: [
                .init(
                    ref: "m", product: "mobile2g", serviceNumber: Self.mobile, main: true, role: "included",
                    newPlan: plan, extraPlan: extra)
            ], action: "subscribe", channel: "counter")
    }

    private func surf(_ serial: UInt8, megabytes: Int64, at: Timestamp) -> UsageRecorded {
        UsageRecorded(
            usageId: UsageID(rawValue: Self.id(serial)), kind: .data, serviceNumber: Self.mobile,
            startedAt: at.advanced(bySeconds: -60), endedAt: at, uplinkBytes: 0, downlinkBytes: megabytes << 20)
    }

    /// A line with a pack of 30 MB, that tells at 5 MB and when nothing is left.
    private func open(_ body: (Office) async throws -> Void) async throws {
        try await Office.open { office in
            try await office.tell([
                order(1, "2G-STD", plan: "2G-STD", at: december(1)),
                order(2, "GPRS-5", extra: "GPRS-5", at: december(1)),
            ])
            _ = try await office.passTime(to: december(2))
            try await body(office)
        }
    }

    @Test(
        "NTF-03, NTF-05: of two thresholds of a day what stands at its end is told, once; of a day without any, nothing"
    )
    func endOfDay() async throws {
        try await self.open { office in
            let noon = december(3).advanced(bySeconds: 43_200)
            try await office.rate([surf(1, megabytes: 26, at: noon), surf(2, megabytes: 1, at: noon)], at: noon)
            try await office.settle(at: noon)
            let first = try await office.passTime(to: december(4)).bodies(AllowanceLow.self)
            #expect(first.map(\.remainingUnits) == [3 << 20] && first.map(\.threshold) == [5 << 20])
            #expect(first.map(\.at) == [december(4)] && first.map(\.allowance) == ["GPRS-5"])
            try await office.rate([surf(3, megabytes: 1, at: december(4))], at: december(4))
            #expect(try await office.passTime(to: december(5)).bodies(AllowanceLow.self).isEmpty)
            try await office.rate([surf(4, megabytes: 9, at: december(5))], at: december(5))
            let second = try await office.passTime(to: december(6)).bodies(AllowanceLow.self)
            #expect(second.map(\.remainingUnits) == [0] && second.map(\.threshold) == [0])
            #expect(second.map(\.usedUnits) == [37 << 20], "beyond the pack too")
        }
    }

    @Test("What stood at the end of a month is not told: with the new one it is so no longer")
    func endOfMonth() async throws {
        try await self.open { office in
            for (day, count) in [(30, 1), (31, 0)] {
                let noon = december(day).advanced(bySeconds: 43_200)
                try await office.rate([surf(UInt8(day), megabytes: day == 30 ? 26 : 3, at: noon)], at: noon)
                try await office.settle(at: noon)
                let midnight = december(day).advanced(bySeconds: 86_400)
                #expect(try await office.passTime(to: midnight).bodies(AllowanceLow.self).count == count, "\(day)")
            }
        }
    }

    @Test("NTF-06: what another pack has made good by the end of the day is not told")
    func madeGood() async throws {
        try await self.open { office in
            let noon = december(3).advanced(bySeconds: 43_200)
            try await office.rate([surf(1, megabytes: 29, at: noon)], at: noon)
            try await office.tell([order(3, "GPRS-10", extra: "GPRS-10", at: noon.advanced(bySeconds: 60))])
            let told = try await office.passTime(to: december(4)).bodies(AllowanceLow.self)
            #expect(told.isEmpty)
        }
    }

    @Test("NTF-01, NTF-02: on the 11th and the 21st all lines with a pack are told, used or not; each once")
    func notices() async throws {
        try await self.open { office in
            let eleventh = try await office.passTime(to: december(11)).bodies(AllowanceUsageNotice.self)
            #expect(eleventh.map(\.usedUnits) == [0] && eleventh.map(\.totalUnits) == [30 << 20])
            #expect(eleventh.map(\.at) == [december(11)] && eleventh.map(\.serviceNumber) == [Self.mobile])
            try await office.rate([surf(1, megabytes: 12, at: december(12))], at: december(12))
            let later = try await office.passTime(to: december(31), limit: 1).bodies(AllowanceUsageNotice.self)
            #expect(later.map(\.usedUnits) == [12 << 20] && later.map(\.remainingUnits) == [18 << 20])
            #expect(later.map(\.at) == [december(21)])
            // A leap over a month has both, of the new cycle.
            let next = try await office.passTime(to: time("2027-01-25T00:00:00+08:00")).bodies(
                AllowanceUsageNotice.self)
            #expect(next.map(\.at) == [time("2027-01-11T00:00:00+08:00"), time("2027-01-21T00:00:00+08:00")])
            #expect(next.map(\.usedUnits) == [0, 0])
        }
    }
}
