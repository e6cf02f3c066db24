import ArgumentParser
import Contracts
import Foundation

struct WorkOrderCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workorder",
        abstract: "Shows work orders with their tasks, and reports field work.",
        subcommands: [Show.self, Report.self]
    )
}

extension WorkOrderCommands {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a work order with its tasks and attempts.")

        @Argument(help: "The work order's id.") var workOrder: String
        @OptionGroup var options: CommonOptions

        private struct Document: Decodable {
            struct Task: Decodable {
                struct Attempt: Decodable {
                    var attempt: Int
                    var outcome: String
                    var code: String?
                    var message: String?
                }

                var name: String
                var undoes: String?
                var state: String
                var attempts: [Attempt]
            }

            var type: String
            var product: String
            var serviceNumber: String
            var state: String
            var dueAt: String
            var tasks: [Task]
        }

        func run() async throws {
            guard let id = WorkOrderID(self.workOrder) else {
                throw ValidationError("'\(self.workOrder)' is no work order's id")
            }
            let data = try await ReadAPI.provisioning.data("/work-orders/\(id)")
            if self.options.json { return Terminal.show(data) }
            let document = try JSONDecoder().decode(Document.self, from: data)
            Terminal.show(
                "\(document.type) of \(document.product) \(document.serviceNumber): \(document.state), due \(document.dueAt)"
            )
            for task in document.tasks {
                Terminal.show("  \(task.name)\(task.undoes == nil ? "" : " (takes back)"): \(task.state)")
                Terminal.show(
                    task.attempts.map { attempt in
                        [
                            "  attempt \(attempt.attempt)", attempt.outcome,
                            [attempt.code, attempt.message].compactMap { $0 }.joined(separator: ": "),
                        ]
                    })
            }
        }
    }

    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what came of field work: completed, failed or appointment.")

        enum Status: String, ExpressibleByArgument, CaseIterable {
            case completed, failed, appointment
        }

        @Argument(help: "The work order's id.") var workOrder: String
        @Argument(help: "What came of it.") var status: Status
        @ArgumentParser.Option(help: "Why it failed.") var reason: String?
        @ArgumentParser.Option(help: "When the visit is to be, as 2026-12-01T10:00:00+08:00.") var at: String?
        @ArgumentParser.Option(help: "Who reports.") var by = ProcessInfo.processInfo.environment["USER"] ?? "operator"

        func run() async throws {
            guard let id = WorkOrderID(self.workOrder) else {
                throw ValidationError("'\(self.workOrder)' is no work order's id")
            }
            let appointment = try self.at.map { text in
                guard let instant = Timestamp(rfc3339: text) else {
                    throw ValidationError("--at: '\(text)' is no time with an offset")
                }
                return instant
            }
            if self.status == .appointment, appointment == nil {
                throw ValidationError("an appointment needs --at")
            }
            let report = WorkOrderReported(
                workOrderId: id, status: self.status.rawValue, reason: self.reason, appointmentAt: appointment,
                by: self.by, at: Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
            try await Broker().publish([report])
            Terminal.show("reported: sheaf-ctl workorder show \(self.workOrder)")
        }
    }
}

/// The fallout queue.
struct FalloutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fallout", abstract: "Lists the orders that wait for a person, the longest waiting first.")

    @ArgumentParser.Option(help: "At most so many.") var limit = 50
    @OptionGroup var options: CommonOptions

    private struct Page: Decodable {
        struct Item: Decodable {
            struct Reason: Decodable {
                var code: String
                var message: String
                var workOrderId: String?
            }

            var orderId: String
            var externalId: String
            var offer: String
            var heldSince: String
            var reasons: [Reason]
        }

        var items: [Item]
    }

    func run() async throws {
        let data = try await ReadAPI.orders.data("/fallout?limit=\(self.limit)")
        if self.options.json { return Terminal.show(data) }
        let page = try JSONDecoder().decode(Page.self, from: data)
        if page.items.isEmpty { Terminal.show("no order waits for a person") }
        for item in page.items {
            Terminal.show("\(item.externalId)  \(item.orderId)  \(item.offer)  since \(item.heldSince)")
            for reason in item.reasons { Terminal.show("    \(reason.code): \(reason.message)") }
        }
        if !page.items.isEmpty { Terminal.show("look closer: sheaf-ctl order show ID") }
    }
}
