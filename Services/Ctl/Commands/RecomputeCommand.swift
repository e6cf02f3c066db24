import ArgumentParser
import Contracts
import Foundation

extension RatingCommands {
    struct Recompute: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Rates the raw usage of accounts' cycles once more, plainly, and tells what is stored otherwise.",
            discussion: """
                An auditor's tool: it goes by the orders' effects, the raw records and the catalogue, and shares no code with \
                the service but the reading of these. Exits with 1 where something differs.
                """
        )

        @ArgumentParser.Option(help: "The cycle, such as 2026-12.") var cycle: String
        @ArgumentParser.Option(name: [.customLong("account")], help: "An account; may be given several times.")
        var accounts: [String]
        @OptionGroup var options: CommonOptions

        struct Difference: Encodable {
            var accountId: String
            /// The usage record; absent of a sum.
            var usageId: String?
            var what: String
            var stored: Int64
            var recomputed: Int64
        }

        private struct Result: Encodable {
            var records: Int
            var differences: [Difference]
        }

        func run() async throws {
            guard let cycle = BillingCycle(self.cycle) else {
                throw ValidationError("--cycle: '\(self.cycle)' is no month, such as 2026-12")
            }
            var result = Result(records: 0, differences: [])
            var catalogues: [String: Catalogue] = [:]
            for account in self.accounts {
                let audit = try await Audit(account, cycle, &catalogues)
                result.records += audit.usage.count
                result.differences += audit.differences()
            }
            if self.options.json {
                try Terminal.show(json: result)
            } else {
                Terminal.show("\(result.records) records of \(self.accounts.count) accounts, \(cycle)")
                for difference in result.differences {
                    let place = [difference.accountId, difference.usageId].compactMap { $0 }.joined(separator: " ")
                    Terminal.show(
                        "\(place): \(difference.what) is \(difference.stored), recomputed \(difference.recomputed)")
                }
                Terminal.show(result.differences.isEmpty ? "nothing differs" : "\(result.differences.count) differ")
            }
            if !result.differences.isEmpty { throw ExitCode(1) }
        }
    }

    /// One account's cycle: what is stored, and what comes out of it.
    private struct Audit {
        let accountId: String
        let usage: [RatedDocument]
        private let stored: CycleDocument
        private let rater: PlainRater?

        init(_ accountId: String, _ cycle: BillingCycle, _ catalogues: inout [String: Catalogue]) async throws {
            self.accountId = accountId
            let path = "/accounts/\(ReadAPI.escaped(accountId))"
            let calendar = try Self.calendar()
            self.stored = try await ReadAPI.rating.read(at: "\(path)/allowances?cycle=\(cycle)")
            self.usage = try await Self.usage(path, cycle)
            guard let version = self.stored.catalogueVersion else {
                self.rater = nil
                return
            }
            let known = catalogues[version]
            let catalogue = if let known { known } else { try await CatalogueOptions.catalogue("@rating/\(version)") }
            catalogues[version] = catalogue
            guard let tariffs = catalogue.tariffs else {
                throw CtlError(description: "catalogue \(version) has no tariffs")
            }
            let terms = PlainTerms(
                history: try await ReadAPI.rating.read(at: "\(path)/history"), catalogue: catalogue,
                start: calendar.start(of: cycle), end: calendar.end(of: cycle))
            self.rater = PlainRater(terms, tariffs, calendar)
        }

        private static func calendar() throws -> BusinessCalendar {
            let name = ProcessInfo.processInfo.environment["BUSINESS_TIME_ZONE"] ?? "Asia/Shanghai"
            guard let zone = TimeZone(identifier: name) else {
                throw CtlError(description: "BUSINESS_TIME_ZONE: '\(name)' is no time zone")
            }
            return BusinessCalendar(timeZone: zone)
        }

        private static func usage(_ path: String, _ cycle: BillingCycle) async throws -> [RatedDocument] {
            var usage: [RatedDocument] = []
            var after: String?
            repeat {
                let rest = after.map { "&after=\(ReadAPI.escaped($0))" } ?? ""
                let page: UsagePage = try await ReadAPI.rating.read(at: "\(path)/usage?cycle=\(cycle)&limit=200\(rest)")
                usage += page.items
                after = page.next
            } while after != nil
            return usage
        }

        /// In the order of the ends; what came after the bill counts from what was used then.
        func differences() -> [Recompute.Difference] {
            guard var rater = self.rater else { return [] }
            var differences: [Recompute.Difference] = []
            func compare(_ what: String, _ stored: Int64, _ recomputed: Int64, usage: String? = nil) {
                guard stored != recomputed else { return }
                differences.append(
                    .init(
                        accountId: self.accountId, usageId: usage, what: what, stored: stored, recomputed: recomputed))
            }
            let ordered = self.usage.sorted { left, right in
                if left.isLate != right.isLate { return right.isLate }
                return (left.record.endedAt, left.record.usageId) < (right.record.endedAt, right.record.usageId)
            }
            var sum: Int64 = 0
            for usage in ordered {
                let result = rater.rate(usage.record)
                let id = usage.record.usageId.description
                compare("units", usage.rated.units, result.units, usage: id)
                compare("chargeMilliyuan", usage.rated.chargeMilliyuan.rawValue, result.charge, usage: id)
                sum += result.charge
            }
            compare("records", self.stored.records, Int64(self.usage.count))
            compare("chargeMilliyuan", self.stored.chargeMilliyuan, sum)
            var stored: [String: Int64] = [:]
            for allowance in self.stored.allowances { stored[allowance.allowance, default: 0] += allowance.used }
            let recomputed = rater.usedByName
            for name in Set(stored.keys).union(recomputed.keys).sorted() {
                compare("used of \(name)", stored[name] ?? 0, recomputed[name] ?? 0)
            }
            return differences
        }
    }
}
