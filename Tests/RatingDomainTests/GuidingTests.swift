import Contracts
import Foundation
import RatingDomain
import Testing

@Suite("Guiding of usage")
struct GuidingTests {
    private static let now = december(15, 12)

    private func record(
        _ number: String = Account.fixed,
        from: Timestamp,
        to end: Timestamp,
        _ usage: UsageRecord.Usage = .voice(.originating, otherParty: "01062228888", .home)
    ) -> UsageRecord {
        UsageRecord(usageId: UUID(), serviceNumber: number, startedAt: from, endedAt: end, usage: usage)
    }

    private func refusal(_ record: UsageRecord, terms: AccountTerms) throws -> UsageRefusal.Code? {
        let book = try Shipped.book()
        do throws(UsageRefusal) {
            let frame = try UsageWindow(now: Self.now, book: book).frame(of: record)
            guard let compiled = try? CompiledTerms(terms, book: book, frame: frame) else {
                throw UsageRefusal(.accountParked, "")
            }
            _ = try compiled.guide(record)
            return nil
        } catch {
            #expect(!error.message.isEmpty)
            return error.code
        }
    }

    static let timeCases: [(Timestamp, Timestamp, UsageRefusal.Code?)] = [
        (december(15, 11), december(15, 12), nil),
        (december(15, 11), december(15, 11), nil),
        (december(15, 12), december(15, 11), .endBeforeStart),
        (december(16, 11), december(16, 12), nil),
        (december(16, 11), december(16, 12, 0, 1), .endInFuture),
        (december(1), Timestamp(microseconds: .max), .endInFuture),
        (december(-29), december(-29), nil),
        (december(-29, -1), december(-29, 0, 0, -1), .tooOld),
        (Timestamp(microseconds: .min), december(15), .invalidVolume),
        (december(-20), december(11), nil),
        (december(-20), december(11, 0, 0, 1), .invalidVolume),
    ]

    @Test("refuses impossible times and what is older than the previous cycle", arguments: timeCases)
    func times(from: Timestamp, end: Timestamp, code: UsageRefusal.Code?) throws {
        var terms = try Account.bundled()
        terms.cycle = BillingCycle(containing: end.microseconds == .max ? from : end, calendar: Shipped.calendar)
        #expect(try self.refusal(self.record(from: from, to: end), terms: terms) == code)
    }

    static let volumeCases: [(UsageRecord.Usage, UsageRefusal.Code?)] = [
        (.data(uplinkBytes: 1 << 40, downlinkBytes: 1 << 40), nil),
        (.data(uplinkBytes: -1, downlinkBytes: 5), .invalidVolume),
        (.data(uplinkBytes: 0, downlinkBytes: -1), .invalidVolume),
        (.data(uplinkBytes: 1 << 40 + 1, downlinkBytes: 0), .invalidVolume),
        (.data(uplinkBytes: .max, downlinkBytes: .max), .invalidVolume),
        (.wlan(.campus, bytes: -1), .invalidVolume),
        (.wlan(.campus, bytes: .max), .invalidVolume),
    ]

    @Test("refuses negative and absurd volumes", arguments: volumeCases)
    func volumes(usage: UsageRecord.Usage, code: UsageRefusal.Code?) throws {
        let record = self.record(Account.first2g, from: december(14), to: december(14, 1), usage)
        #expect(try self.refusal(record, terms: try Account.bundled()) == code)
    }

    static let memberCases: [(String, UsageRecord.Usage, Int, UsageRefusal.Code?)] = [
        ("02900000000", .sms(otherParty: "1"), 3, .unknownNumber),
        (Account.first2g, .sms(otherParty: "1"), 3, nil),
        (Account.first2g, .sms(otherParty: "1"), 12, .memberInactive),
        (Account.first2g, .sms(otherParty: "1"), 14, nil),
        (Account.fixed, .sms(otherParty: "1"), 3, .kindNotCarried),
        (Account.fixed, .data(uplinkBytes: 1, downlinkBytes: 1), 3, .kindNotCarried),
        (Account.fixed, .voice(.originating, otherParty: "1", .domestic), 3, .kindNotCarried),
        ("14712345678", .voice(.originating, otherParty: "1", .home), 3, .kindNotCarried),
        ("14712345678", .data(uplinkBytes: 1, downlinkBytes: 1), 3, nil),
    ]

    @Test("finds the member that is active at the end, and refuses what its product has not", arguments: memberCases)
    func members(number: String, usage: UsageRecord.Usage, day: Int, code: UsageRefusal.Code?) throws {
        let terms = try Account.bundled { terms in
            terms.members[1].active = [
                .since(december(1), until: december(12)), .since(december(13)),
            ]
            terms.members.append(MemberTerms("14712345678", "dataCard"))
        }
        let record = self.record(number, from: december(day), to: december(day), usage)
        #expect(try self.refusal(record, terms: terms) == code)
    }

    @Test("finds a member among many")
    func many() throws {
        let terms = try Account.bundled { terms in
            for number in 0..<200 { terms.members.append(MemberTerms("139\(10_000_000 + number)", "mobile2g")) }
        }
        var desk = try Desk(terms)
        #expect(try desk.call("13910000199") == ["planMinute 1 250"])
        #expect(try desk.call(Account.fixed, to: Account.first2g) == ["privateMinutes 1 0"])
        #expect(throws: UsageRefusal.self) { try desk.call("13910000200") }
    }

    /// What is contradictory in an account, and the words that say so.
    struct Contradiction: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout AccountTerms) -> Void

        init(_ reason: String, _ change: @escaping @Sendable (inout AccountTerms) -> Void) {
            self.testDescription = reason
            self.change = change
        }
    }

    static let contradictions = [
        Contradiction("there is no bundle 'X'", { $0.bundles[0].bundle = "X" }),
        Contradiction("bundle B1 names 13199999999, no member", { $0.bundles[0].mainNumber = "13199999999" }),
        Contradiction("member 02988881234 is there twice", { $0.members.append($0.members[0]) }),
        Contradiction(
            "bundles B1 and B2 are in force at one time",
            { terms in
                var second = terms.bundles[0]
                second.id = "B2"
                second.span = .since(december(9))
                terms.bundles.append(second)
            }
        ),
        Contradiction("there is no product 'pager'", { $0.members[0].product = "pager" }),
        Contradiction(
            "is bound to 1, no member", { $0.members[0].bindings = [.init(serviceNumber: "1", span: .always)] }),
        Contradiction(
            "there is no network 'N'", { $0.networks = [.init(network: "N", serviceNumbers: [], span: .always)] }),
        Contradiction(
            "there is no plan 'F' with minutes",
            { $0.families = [.init(id: "1", plan: "F", mainNumber: "1", secondaries: [], span: .always)] }
        ),
        Contradiction("two plans have one id", { $0.members[3].plans += $0.members[3].plans }),
        Contradiction("the terms are of 2026-11, not of 2026-12", { $0.cycle = $0.cycle.previous }),
    ]

    @Test("An account whose terms contradict each other cannot be rated, and says why", arguments: contradictions)
    func faults(contradiction: Contradiction) throws {
        let terms = try Account.bundled("WB-BASIC-B-88", contradiction.change)
        let (book, frame) = (try Shipped.book(), try Shipped.december())
        let fault = #expect(throws: TermsFault.self) { try CompiledTerms(terms, book: book, frame: frame) }
        #expect(fault?.description.contains(contradiction.testDescription) == true, "\(fault?.description ?? "")")
    }

    @Test("A bundle may take the place of another in the same instant")
    func replaced() throws {
        let terms = try Account.bundled { terms in
            var second = terms.bundles[0]
            second.id = "B2"
            second.span = .since(december(9))
            terms.bundles[0].span.until = december(9)
            terms.bundles.append(second)
        }
        var desk = try Desk(terms)
        #expect(try desk.call(Account.fixed, minutes: 300, endedAt: december(8)) == ["sharedMinutes 300 0"])
        #expect(try desk.call(Account.fixed, minutes: 300, endedAt: december(9)) == ["sharedMinutes 300 0"])
    }
}
