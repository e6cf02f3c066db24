import ArgumentParser
import Contracts
import Foundation

extension RatingCommands {
    struct Reconcile: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Compares shared usage with a partner's list, mostly of a week: what each has and the other has not.",
            discussion: """
                The list is a CSV file with a line `usageId,chargeMilliyuan` for each record, in any order, with or without a \
                heading. The answer is one too: `finding,usageId,oursMilliyuan,theirsMilliyuan`, the finding being onlyOurs, \
                onlyTheirs or different. Exits with 1 where there is any.
                """
        )

        @ArgumentParser.Option(help: "The partner, by the name that the catalogue has.") var partner: String
        @ArgumentParser.Option(help: "The cycle, such as 2026-12.") var cycle: String
        @ArgumentParser.Option(help: "Of records that ended then or later, such as 2026-12-07T00:00:00+08:00.")
        var from: String?
        @ArgumentParser.Option(help: "Of records that ended before.") var until: String?
        @ArgumentParser.Option(help: "The partner's list.", completion: .file()) var list: String
        @OptionGroup var options: CommonOptions

        private struct Shared: Decodable {
            struct Item: Decodable {
                var usageId: UsageID
                var chargeMilliyuan: Int64
            }

            var items: [Item]
            var next: String?
        }

        private struct Result: Encodable {
            var ours: Int
            var theirs: Int
            var findings: [PartnerReconciliation.Finding]
        }

        func run() async throws {
            guard BillingCycle(self.cycle) != nil else {
                throw CtlError(description: "--cycle is \(self.cycle); it takes a month, such as 2026-12")
            }
            guard let data = FileManager.default.contents(atPath: self.list) else {
                throw CtlError(description: "\(self.list): there is no such file")
            }
            let theirs = try PartnerReconciliation.list(String(decoding: data, as: UTF8.self))
            let ours = try await self.ours()
            let findings = PartnerReconciliation.findings(ours: ours, theirs: theirs)
            if self.options.json {
                try Terminal.show(json: Result(ours: ours.count, theirs: theirs.count, findings: findings))
            } else {
                Terminal.show("finding,usageId,oursMilliyuan,theirsMilliyuan")
                for finding in findings { Terminal.show(finding.line) }
                Terminal.note("\(ours.count) records here, \(theirs.count) there, \(findings.count) not alike")
            }
            if !findings.isEmpty { throw ExitCode(1) }
        }

        private func ours() async throws -> [UsageID: Int64] {
            var query = ["limit=200", "partner=\(ReadAPI.escaped(self.partner))"]
            if let from { query.append("from=\(ReadAPI.escaped(from))") }
            if let until { query.append("until=\(ReadAPI.escaped(until))") }
            var charges: [UsageID: Int64] = [:]
            var after: String?
            repeat {
                let parts = query + (after.map { ["after=\(ReadAPI.escaped($0))"] } ?? [])
                let page: Shared = try await ReadAPI.rating.read(
                    at: "/settlements/\(self.cycle)/usage?" + parts.joined(separator: "&"))
                for item in page.items { charges[item.usageId] = item.chargeMilliyuan }
                after = page.next
            } while after != nil
            return charges
        }
    }
}

/// What two lists of charged records have otherwise.
enum PartnerReconciliation {
    struct Finding: Encodable, Hashable {
        enum Kind: String, Encodable {
            case onlyOurs, onlyTheirs, different
        }

        var finding: Kind
        var usageId: UsageID
        var oursMilliyuan: Int64?
        var theirsMilliyuan: Int64?

        var line: String {
            func text(_ amount: Int64?) -> String { amount.map { "\($0)" } ?? "" }
            return "\(self.finding.rawValue),\(self.usageId),\(text(self.oursMilliyuan)),\(text(self.theirsMilliyuan))"
        }
    }

    /// - Throws: naming the line that cannot be read, or that has an id once more.
    static func list(_ text: String) throws -> [UsageID: Int64] {
        var charges: [UsageID: Int64] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            if fields == [""] || (index == 0 && fields.first == "usageId") { continue }
            guard fields.count == 2, let id = UsageID(fields[0]), let charge = Int64(fields[1]) else {
                throw CtlError(description: "line \(index + 1) is no `usageId,chargeMilliyuan`: \(line)")
            }
            guard charges.updateValue(charge, forKey: id) == nil else {
                throw CtlError(description: "line \(index + 1) has \(id) once more")
            }
        }
        return charges
    }

    /// In the order of the ids.
    static func findings(ours: [UsageID: Int64], theirs: [UsageID: Int64]) -> [Finding] {
        Set(ours.keys).union(theirs.keys).sorted().compactMap { id in
            switch (ours[id], theirs[id]) {
            case (let ours?, nil): Finding(finding: .onlyOurs, usageId: id, oursMilliyuan: ours)
            case (nil, let theirs?): Finding(finding: .onlyTheirs, usageId: id, theirsMilliyuan: theirs)
            case (let ours?, let theirs?) where ours != theirs:
                Finding(finding: .different, usageId: id, oursMilliyuan: ours, theirsMilliyuan: theirs)
            default: nil
            }
        }
    }
}
