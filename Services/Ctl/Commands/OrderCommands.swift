import ArgumentParser
import Contracts
import Foundation

struct OrderCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order",
        abstract: "Submits orders, shows what they wait for, and decides about those that wait for a person.",
        subcommands: [
            Submit.self, Show.self, Watch.self, Timeline.self, CancelPlan.self, Cancel.self, Retry.self, Skip.self,
            Replace.self,
        ]
    )
}

extension OrderCommands {
    struct Submit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Publishes an order from a JSON file, or from - .")

        @Argument(help: "A file with one order, as orders.submitted takes it.") var file: String

        func run() async throws {
            let data =
                self.file == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: self.file)
            guard let data else { throw CtlError(description: "the file \(self.file) cannot be read") }
            let order: OrderSubmitted
            do {
                order = try JSONDecoder().decode(OrderSubmitted.self, from: data)
            } catch {
                throw CtlError(description: "\(self.file) is no order: \(error)")
            }
            try await Broker().publish([order])
            Terminal.show("submitted \(order.externalId): sheaf-ctl order show \(order.externalId)")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows an order, and what it waits for.")

        @Argument(help: "The order's id, or the channel's own.") var order: String
        @OptionGroup var options: CommonOptions

        func run() async throws {
            let id = try await OrderLookup.id(self.order)
            let data = try await ReadAPI.orders.data("/orders/\(id)")
            if self.options.json { return Terminal.show(data) }
            OrderText.show(try JSONDecoder().decode(OrderDocument.self, from: data))
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows an order whenever its state changes.")

        @Argument(help: "The order's id, or the channel's own.") var order: String
        @ArgumentParser.Option(help: "Seconds after which to stop.") var seconds = 300

        func run() async throws {
            let id = try await OrderLookup.id(self.order)
            let deadline = ContinuousClock.now + .seconds(self.seconds)
            var shown = ""
            while ContinuousClock.now < deadline {
                let order: OrderDocument = try await ReadAPI.orders.read(at: "/orders/\(id)")
                let line = OrderText.progress(order)
                if line != shown {
                    Terminal.show(line)
                    shown = line
                }
                if order.isFinal { return }
                try await Task.sleep(for: .milliseconds(300))
            }
        }
    }

    struct Timeline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows everything that happened to an order.")

        @Argument(help: "The order's id, or the channel's own.") var order: String
        @OptionGroup var options: CommonOptions

        func run() async throws {
            struct Body: Decodable {
                struct Item: Decodable {
                    var at: String
                    var kind: String
                    var detail: String
                }

                var items: [Item]
            }
            let id = try await OrderLookup.id(self.order)
            let data = try await ReadAPI.orders.data("/orders/\(id)/timeline")
            if self.options.json { return Terminal.show(data) }
            let body = try JSONDecoder().decode(Body.self, from: data)
            Terminal.show(body.items.map { [$0.at, $0.kind, $0.detail] })
        }
    }

    struct CancelPlan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel-plan", abstract: "Shows what cancelling an order would do now, and cost.")

        @Argument(help: "The order's id, or the channel's own.") var order: String
        @OptionGroup var options: CommonOptions

        func run() async throws {
            let id = try await OrderLookup.id(self.order)
            let data = try await ReadAPI.orders.data("/orders/\(id)/cancel-plan")
            if self.options.json { return Terminal.show(data) }
            let plan = try JSONDecoder().decode(CancelPlanDocument.self, from: data)
            for refusal in plan.refusals { Terminal.show("refused: \(refusal.code): \(refusal.message)") }
            Terminal.show(
                plan.steps.map {
                    [$0.fate, $0.type, $0.memberRef, $0.serviceNumber, $0.undoneBy.map { "undone by \($0)" } ?? ""]
                })
            for order in plan.alsoEnds { Terminal.show("also ends: order \(order), which amends it") }
            Terminal.show("fee: \(plan.feeMilliyuan) milliyuan")
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ends an order before its effect.")

        @Argument(help: "The order's id, or the channel's own.") var order: String
        @OptionGroup var decision: DecisionOptions

        func run() async throws { try await self.decision.send("cancel", to: self.order) }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Issues what has failed of an order once more.")

        @Argument(help: "The order's id, or the channel's own.") var order: String
        @ArgumentParser.Option(help: "Only this work order.") var workOrder: String?
        @OptionGroup var decision: DecisionOptions

        func run() async throws { try await self.decision.send("retry", to: self.order, workOrder: self.workOrder) }
    }

    struct Skip: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Leaves a failed work order out: the order goes on.")

        @Argument(help: "The order's id, or the channel's own.") var order: String
        @ArgumentParser.Option(help: "The work order.") var workOrder: String
        @OptionGroup var decision: DecisionOptions

        func run() async throws { try await self.decision.send("skip", to: self.order, workOrder: self.workOrder) }
    }

    struct Replace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issues a failed work order once more, with other parameters.")

        @Argument(help: "The order's id, or the channel's own.") var order: String
        @ArgumentParser.Option(help: "The work order.") var workOrder: String
        @ArgumentParser.Option(
            help: "JSON that takes the place of the parameters of the same names; null takes one away.")
        var parameters: String
        @OptionGroup var decision: DecisionOptions

        func run() async throws {
            guard let parameters = try? JSONDecoder().decode(JSONObject.self, from: Data(self.parameters.utf8)) else {
                throw ValidationError("--parameters takes a JSON object, such as {\"plan\":\"FX-48\"}")
            }
            try await self.decision.send(
                "replaceParameters", to: self.order, workOrder: self.workOrder, parameters: parameters)
        }
    }
}

/// Who decides, and why: both are kept.
struct DecisionOptions: ParsableArguments {
    @ArgumentParser.Option(help: "Why; it is kept with the order.") var reason: String
    @ArgumentParser.Option(help: "Who decides.") var by = ProcessInfo.processInfo.environment["USER"] ?? "operator"

    func send(
        _ word: String,
        to order: String,
        workOrder: String? = nil,
        parameters: JSONObject? = nil
    ) async throws {
        let id = try await OrderLookup.id(order)
        let workOrderId = try workOrder.map { text in
            guard let id = WorkOrderID(text) else { throw ValidationError("--work-order: '\(text)' is no id") }
            return id
        }
        guard let orderId = OrderID(id) else { throw CtlError(description: "'\(id)' is no order's id") }
        let command = OrderCommand(
            commandId: CommandID(rawValue: UUID()), orderId: orderId, workOrderId: workOrderId, command: word,
            parameters: parameters, reason: self.reason, by: self.by,
            at: Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
        try await Broker().publish([command])
        Terminal.show("asked for \(word): sheaf-ctl order timeline \(order)")
        Terminal.show("a command that cannot be done is in orders.deadletters: sheaf-ctl deadletter list orders")
    }
}
