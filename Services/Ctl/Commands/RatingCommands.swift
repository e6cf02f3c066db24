import ArgumentParser
import Contracts
import Foundation
import Postgres

struct RatingCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rating",
        abstract: "Looks through the books, rates usage once more, and sends what was rejected again.",
        subcommands: [AuditJournal.self, Recompute.self, Resubmit.self, Reconcile.self]
    )
}

extension RatingCommands {
    struct AuditJournal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit",
            abstract:
                "Has the journal looked through now: each movement sums up to nothing, each balance is its entries'.",
            discussion: "The service does it every night. Works in the service's schema (DATABASE_URL)."
        )

        @OptionGroup var options: CommonOptions

        private struct Result: Encodable {
            var faults: [String]
        }

        func run() async throws {
            let faults = try await ServiceDatabase.use("rating") { try await $0.execute(FindJournalFaults()) }
            if self.options.json {
                try Terminal.show(json: Result(faults: faults))
            } else {
                for fault in faults { Terminal.show(fault) }
                Terminal.show(faults.isEmpty ? "the journal is right" : "\(faults.count) things are wrong")
            }
            if !faults.isEmpty { throw ExitCode(1) }
        }
    }

    struct Resubmit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes rejected usage records once more, when the cause is gone.",
            discussion:
                "A record that is rejected again stays rejected; one that has been rated meanwhile is recognised."
        )

        @ArgumentParser.Option(help: "Only those of this code, such as UNKNOWN_NUMBER.") var code: String?
        @ArgumentParser.Option(help: "Only those of this line.") var serviceNumber: String?
        @OptionGroup var options: CommonOptions

        private struct Rejections: Decodable {
            struct Item: Decodable { var record: UsageRecorded }

            var items: [Item]
            var next: String?
        }

        private struct Result: Encodable {
            var records: Int
        }

        func run() async throws {
            let broker = try Broker()
            var after: String?
            var count = 0
            repeat {
                var query = ["limit=200"]
                if let code { query.append("code=\(ReadAPI.escaped(code))") }
                if let serviceNumber { query.append("serviceNumber=\(ReadAPI.escaped(serviceNumber))") }
                if let after { query.append("after=\(ReadAPI.escaped(after))") }
                let page: Rejections = try await ReadAPI.rating.read(
                    at: "/usage-rejections?" + query.joined(separator: "&"))
                try await broker.publish(page.items.map(\.record))
                count += page.items.count
                after = page.next
            } while after != nil
            if self.options.json { return try Terminal.show(json: Result(records: count)) }
            Terminal.show("\(count) usage records are published once more")
        }
    }

    private struct FindJournalFaults: Statement {
        static let sql = "SELECT fault FROM journal_fault"

        static func read(_ columns: inout Columns) throws -> String { try columns.next() }
    }
}
