import Contracts
import Foundation
import RatingDomain
import Testing

/// The tariffs that ship.
enum Shipped {
    static let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)

    private static let loaded = Result<TariffBook, any Error> {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let catalogue = try CatalogueLoader.load(
            paths: [root.appending(path: "deploy/catalogue").path(percentEncoded: false)], calendar: Self.calendar)
        return try #require(TariffBook(catalogue, calendar: Self.calendar))
    }

    static func book() throws -> TariffBook { try self.loaded.get() }
    static func december() throws -> CycleFrame { try self.book().frame(try #require(BillingCycle("2026-12"))) }

    /// The tariffs that ship, with a change.
    static func book(_ change: (inout Catalogue) -> Void) throws -> TariffBook {
        var catalogue = try self.book().catalogue
        change(&catalogue)
        return try #require(TariffBook(catalogue, calendar: Self.calendar))
    }
}

func time(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(microseconds: 0) }

/// An instant of December 2026.
func december(_ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) -> Timestamp {
    time("2026-12-01T00:00:00+08:00").advanced(bySeconds: (((day - 1) * 24 + hour) * 60 + minute) * 60 + second)
}

extension Span {
    /// Since long before December.
    static let always = Span(from: time("2026-01-01T00:00:00+08:00"))

    static func since(_ from: Timestamp, until: Timestamp? = nil) -> Span { Span(from: from, until: until) }
}

extension MemberTerms {
    init(
        _ serviceNumber: String,
        _ product: String,
        plan: String? = nil,
        packs: [PlanSpan] = [],
        services: [String] = []
    ) {
        self.init(
            serviceNumber: serviceNumber,
            product: product,
            active: [.always],
            plans: (plan.map { [PlanSpan(plan: $0, span: .always)] } ?? []) + packs,
            services: services.map { ServiceSpan(service: $0, span: .always) }
        )
    }
}

/// A fixed line, two 2G and two 3G members in a bundle of 300 shared minutes, the second 3G for the network alone.
enum Account {
    static let (fixed, first2g, second2g) = ("02988881234", "13109160001", "13109160002")
    static let (first3g, second3g) = ("18609160002", "18609160003")

    static func bundled(_ bundle: String = "WB-BASIC-B-88", _ change: (inout AccountTerms) -> Void = { _ in }) throws
        -> AccountTerms
    {
        var terms = AccountTerms(
            accountId: "A10001",
            cycle: try #require(BillingCycle("2026-12")),
            members: [
                MemberTerms(self.fixed, "fixedLine"), MemberTerms(self.first2g, "mobile2g"),
                MemberTerms(self.second2g, "mobile2g"), MemberTerms(self.first3g, "mobile3g", plan: "3G-96"),
                MemberTerms(self.second3g, "mobile3g", plan: "3G-66"),
            ],
            bundles: [
                BundleTerms(
                    id: "B1", bundle: bundle, span: .always, mainNumber: self.fixed,
                    members: [
                        .init(self.fixed, .inBundle), .init(self.first2g, .inBundle), .init(self.second2g, .inBundle),
                        .init(self.first3g, .ownPlan), .init(self.second3g, .ownPlan),
                    ],
                    options: [.init("TERMINAL-SHARED", self.second2g), .init("TERMINAL-VPN", self.second3g)])
            ]
        )
        change(&terms)
        return terms
    }

    /// One line outside any bundle.
    static func single(_ member: MemberTerms) throws -> AccountTerms {
        AccountTerms(accountId: "A2", cycle: try #require(BillingCycle("2026-12")), members: [member])
    }
}

/// Rates records of one account as they come, and keeps count of what it made.
struct Desk {
    let terms: CompiledTerms
    var state: CycleState
    private var count: UInt8 = 0

    init(_ terms: AccountTerms, book: TariffBook? = nil) throws {
        let book = try book ?? Shipped.book()
        self.terms = try CompiledTerms(terms, book: book, frame: book.frame(terms.cycle))
        self.state = self.terms.emptyState
    }

    mutating func rate(
        _ number: String,
        _ usage: UsageRecord.Usage,
        seconds: Int = 60,
        endedAt: Timestamp = december(3, 10)
    ) throws -> RatedUsage {
        self.count += 1
        let record = UsageRecord(
            usageId: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, self.count)), serviceNumber: number,
            startedAt: endedAt.advanced(bySeconds: -seconds), endedAt: endedAt, usage: usage)
        return self.terms.rate(try self.terms.guide(record), state: &self.state)
    }

    /// The lines of a call, as text.
    mutating func call(
        _ number: String,
        to otherParty: String = "01062228888",
        minutes: Int = 1,
        _ direction: UsageRecord.Direction = .originating,
        _ roaming: UsageRecord.Roaming = .home,
        endedAt: Timestamp = december(3, 10)
    ) throws -> [String] {
        try self.rate(
            number, .voice(direction, otherParty: otherParty, roaming), seconds: minutes * 60, endedAt: endedAt
        ).texts
    }

    /// The lines of a session of so many bytes.
    mutating func data(_ number: String, _ bytes: Int64, endedAt: Timestamp = december(3, 10)) throws -> [String] {
        try self.rate(number, .data(uplinkBytes: bytes / 4, downlinkBytes: bytes - bytes / 4), endedAt: endedAt).texts
    }
}

extension RatedUsage {
    /// `sharedMinutes 3 0`: rule, units and charge.
    var texts: [String] {
        self.lines.map { "\($0.provision.rule.rawValue) \($0.units) \($0.chargeMilliyuan.rawValue)" }
    }
}

let kilobyte: Int64 = 1 << 10
let megabyte: Int64 = 1 << 20
let gigabyte: Int64 = 1 << 30
