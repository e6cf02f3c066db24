import ArgumentParser
import Contracts
import Foundation
import Postgres

struct ComplaintCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complaint",
        abstract: "Submits complaints, shows them, decides about them, and checks their histories.",
        subcommands: [Submit.self, Show.self, List.self, Act.self, Statistics.self, Verify.self]
    )
}

extension ComplaintCommands {
    struct Submit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Publishes a complaint from a JSON file, or from - .")

        @Argument(help: "A file with one complaint, as complaints.submitted takes it.") var file: String

        func run() async throws {
            let data =
                self.file == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: self.file)
            guard let data else { throw CtlError(description: "the file \(self.file) cannot be read") }
            let complaint: ComplaintSubmitted
            do {
                complaint = try JSONDecoder().decode(ComplaintSubmitted.self, from: data)
            } catch {
                throw CtlError(description: "\(self.file) is no complaint: \(error)")
            }
            try await Broker().publish([complaint])
            Terminal.show(
                "submitted \(complaint.externalId): sheaf-ctl complaint list --customer \(complaint.customer.id)")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a complaint: its deadlines, its refunds, and all that has happened to it.")

        @Argument(help: "The complaint's id.") var complaint: String
        @OptionGroup var options: CommonOptions

        func run() async throws {
            guard let id = ComplaintID(self.complaint) else {
                Terminal.note("'\(self.complaint)' is no complaint's id: sheaf-ctl complaint list")
                throw ExitCode(2)
            }
            let data = try await ReadAPI.complaints.data("/complaints/\(id)")
            if self.options.json { return Terminal.show(data) }
            let shown = try JSONDecoder().decode(ComplaintDocument.self, from: data)
            Terminal.show("\(shown.complaintId)  \(shown.state)  \(shown.tier) \(shown.category) \(shown.area)")
            Terminal.show("\(shown.channel) \(shown.externalId) of \(shown.customerId): \(shown.text)")
            Terminal.show("with \(shown.owner ?? shown.queue), \(shown.level); \(shown.firstOwner) answers for it")
            for deadline in shown.deadlines {
                let due = deadline.endedAt.map { "ended \($0)" } ?? deadline.dueAt.map { "due \($0)" } ?? "stands still"
                let counted = "\(deadline.countedSeconds / 3600) of \(deadline.limitSeconds / 3600) h"
                Terminal.show([[deadline.clock, due, counted, deadline.isMissed ? "missed" : ""]])
            }
            for refund in shown.refunds {
                Terminal.show(
                    "refund \(refund.refundId): \(refund.rule), \(refund.amountMilliyuan) milliyuan, \(refund.state)")
            }
            Terminal.show(shown.history.map { [$0.at, $0.by, $0.kind, $0.state] })
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists complaints, the oldest first.")

        @ArgumentParser.Option(help: "Only those in this state.") var state: String?
        @ArgumentParser.Option(help: "Only those that somebody works on.") var owner: String?
        @ArgumentParser.Option(help: "Only those in a queue.") var queue: String?
        @ArgumentParser.Option(help: "Only those of a customer.") var customer: String?
        @ArgumentParser.Option(help: "Only those of which a deadline ends before: an RFC 3339 time.") var dueBefore:
            String?
        @ArgumentParser.Option(help: "At most so many.") var limit = 50
        @OptionGroup var options: CommonOptions

        private struct Page: Decodable {
            var items: [ComplaintDocument.Summary]
        }

        func run() async throws {
            let filters = [
                ("state", self.state), ("owner", self.owner), ("queue", self.queue), ("customerId", self.customer),
                ("dueBefore", self.dueBefore),
            ]
            let query = filters.compactMap { name, value in value.map { "&\(name)=\(ReadAPI.escaped($0))" } }.joined()
            let data = try await ReadAPI.complaints.data("/complaints?limit=\(self.limit)\(query)")
            if self.options.json { return Terminal.show(data) }
            let page = try JSONDecoder().decode(Page.self, from: data)
            if page.items.isEmpty { Terminal.show("there is none") }
            Terminal.show(
                page.items.map {
                    [
                        $0.complaintId, $0.state, $0.tier, $0.category, $0.queue, $0.dueAt.map { "due \($0)" } ?? "",
                        $0.missed.isEmpty ? "" : "missed \($0.missed.joined(separator: ", "))",
                    ]
                })
        }
    }

    struct Act: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Does something about a complaint: what complaint.command can.",
            discussion: """
                sheaf-ctl complaint act ID reply --text "we look into it" --by li
                sheaf-ctl complaint act ID refund --rule double --amount-milliyuan 1000 --usage USAGE --text "…" --by li
                sheaf-ctl complaint act ID approve --refund REFUND --role supervisor --by wang
                """)

        @Argument(help: "The complaint's id; of resolve, reply and note also a problem's.") var complaint: String
        @Argument(help: "assign, dispatch, reply, escalate, resolve, close, reopen, refund, approve …") var command:
            String
        @ArgumentParser.Option(help: "Who decides.") var by: String
        @ArgumentParser.Option var text: String?
        @ArgumentParser.Option var queue: String?
        @ArgumentParser.Option var owner: String?
        @ArgumentParser.Option var partner: String?
        @ArgumentParser.Option var level: String?
        @ArgumentParser.Option(help: "customer, vendor or department.") var waitsOn: String?
        @ArgumentParser.Option var tier: String?
        @ArgumentParser.Option var category: String?
        @ArgumentParser.Option var subCategory: String?
        @ArgumentParser.Option var area: String?
        @ArgumentParser.Option(help: "An RFC 3339 time.") var repairedAt: String?
        @ArgumentParser.Option(help: "5 is satisfied, 1 is not.") var score: Int?
        @ArgumentParser.Option(help: "single, double, rentWaiver or goodwill.") var rule: String?
        @ArgumentParser.Option var amountMilliyuan: Int64?
        @ArgumentParser.Option(help: "A usage record; may be given several times.") var usage: [String] = []
        @ArgumentParser.Option var account: String?
        @ArgumentParser.Option(help: "The refund's id.") var refund: String?
        @ArgumentParser.Option var role: String?

        func run() async throws {
            guard let id = ComplaintID(self.complaint) else {
                throw CtlError(description: "'\(self.complaint)' is no complaint's id: sheaf-ctl complaint list")
            }
            let usageIds = try self.usage.map { text in
                guard let id = UsageID(text) else { throw CtlError(description: "--usage '\(text)' is no id") }
                return id
            }
            let repairedAt = try self.repairedAt.map { text in
                guard let at = Timestamp(rfc3339: text) else {
                    throw CtlError(description: "--repaired-at '\(text)' is no RFC 3339 time with an offset")
                }
                return at
            }
            let refund = try self.refund.map { text in
                guard let id = RefundID(text) else { throw CtlError(description: "--refund '\(text)' is no id") }
                return id
            }
            let command = ComplaintCommand(
                commandId: CommandID(rawValue: UUID()), complaintId: id, command: self.command, text: self.text,
                queue: self.queue, owner: self.owner, partner: self.partner, level: self.level,
                waitsOn: self.waitsOn, tier: self.tier, category: self.category, subCategory: self.subCategory,
                area: self.area, repairedAt: repairedAt, score: self.score, rule: self.rule,
                amountMilliyuan: self.amountMilliyuan.map { Milliyuan($0) },
                usageIds: usageIds.isEmpty ? nil : usageIds, accountId: self.account, refundId: refund,
                role: self.role, by: self.by,
                at: Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
            try await Broker().publish([command])
            Terminal.show("published; what becomes of it: sheaf-ctl complaint show \(id)")
        }
    }

    struct Statistics: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows how the complaints of a time were handled.")

        @ArgumentParser.Option(help: "An RFC 3339 time.") var from: String
        @ArgumentParser.Option(help: "An RFC 3339 time.") var to: String
        @ArgumentParser.Option(help: "none, category, tier, area or queue.") var by = "none"
        @ArgumentParser.Option(help: "all, day, week or month.") var period = "all"
        @OptionGroup var options: CommonOptions

        private struct Body: Decodable {
            struct Item: Decodable {
                var period: String?
                var value: String?
                var complaints: Int
                var inTimeRate: Double
                var p90SecondsToReply: Int?
                var p90SecondsToClose: Int?
                var reopenRate: Double
                var meanScore: Double?
            }

            var items: [Item]
        }

        func run() async throws {
            let query = [("from", self.from), ("to", self.to), ("by", self.by), ("period", self.period)]
                .map { "\($0)=\(ReadAPI.escaped($1))" }.joined(separator: "&")
            let data = try await ReadAPI.complaints.data("/complaints/statistics?\(query)")
            if self.options.json { return Terminal.show(data) }
            let body = try JSONDecoder().decode(Body.self, from: data)
            func hours(_ seconds: Int?) -> String { seconds.map { "\($0 / 3600) h" } ?? "-" }
            func percent(_ rate: Double) -> String { "\(Int((rate * 100).rounded())) %" }
            let head = ["period", "of", "complaints", "in time", "reply p90", "close p90", "reopened", "score"]
            Terminal.show(
                [head]
                    + body.items.map { item in
                        [
                            item.period ?? "all", item.value ?? "all", "\(item.complaints)", percent(item.inTimeRate),
                            hours(item.p90SecondsToReply), hours(item.p90SecondsToClose), percent(item.reopenRate),
                            item.meanScore.map { "\(($0 * 10).rounded() / 10)" } ?? "-",
                        ]
                    })
        }
    }
}
