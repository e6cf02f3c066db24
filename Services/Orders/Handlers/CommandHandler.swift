import Contracts
import Messaging
import OrdersDomain
import Postgres

/// Does to orders what operators decide, each command once; what cannot be done is a dead letter that says why.
struct CommandHandler: MessageHandler {
    let catalogues: CatalogueLibrary

    func handle(_ batch: [Message<OrderCommand>], in context: HandlingContext) async throws -> Handled {
        let surroundings = Order.Surroundings(self.catalogues.current, context)
        var changes = OrderChanges(surroundings, self.catalogues)
        var decisions: [(message: Message<OrderCommand>, decision: OrderDecision)] = []
        for message in batch {
            do {
                decisions.append((message, try OrderDecision(message.body)))
            } catch {
                changes.handled.refuse(message, code: error.code, text: error.text)
            }
        }
        let commands = try InsertCommands(decisions.map(\.message.body), receivedAt: context.now)
        var new = Set(try await context.transaction.execute(commands))
        var orders = try await LockedOrders(
            decisions.map(\.message.body.orderId), isWhole: true, by: self.catalogues, in: context.transaction)
        let busy = Dictionary(
            try await context.transaction.execute(FindBusyLines(orders: decisions.cancelled)).filter(\.isBusy).map {
                ($0.orderId, $0.serviceNumber)
            }
        ) { first, _ in first }
        let amendments = try await LockedOrders(
            decisions.cancelled.compactMap { orders[$0]?.amendedBy },
            isWhole: false, by: self.catalogues, in: context.transaction)
        var refusals: [(commandId: CommandID, text: String)] = []
        for (message, decision) in decisions {
            let command = message.body
            guard new.remove(command.commandId) != nil else {
                changes.handled.count("orders.commands.repeated")
                continue
            }
            do {
                guard var order = orders[command.orderId] else {
                    throw OrderRefusal(code: .notFound, message: "/orderId: there is no order \(command.orderId)")
                }
                if case .cancel = decision {
                    let amendment = order.amendedBy.flatMap { amendments[$0] }
                    if let refusal = amendment.flatMap({ OrderRefusal(cancellingWhatIsAmendedBy: $0) }) {
                        throw refusal
                    }
                    if let number = busy[order.id] { throw OrderRefusal.busy(number) }
                }
                let outcomes = try order.apply(decision, in: orders.surroundings(of: order, surroundings)).get()
                orders[order.id] = order
                changes.append(.command(command, at: context.now))
                changes.note(outcomes, of: order, causedBy: message.context)
                changes.handled.count("orders.commands", [("command", command.command)])
            } catch let refusal as OrderRefusal {
                changes.handled.refuse(message, code: refusal.code, text: refusal.message)
                refusals.append((command.commandId, "\(refusal.code): \(refusal.message)"))
            }
        }
        let replaced = decisions.compactMap { one in
            if case .replaceParameters(let id, _) = one.decision { id } else { nil }
        }
        try await orders.save(replaced: Set(replaced), in: context.transaction)
        if !refusals.isEmpty { _ = try await context.transaction.execute(NoteRefusals(refusals: refusals)) }
        return try await changes.save(in: context.transaction)
    }
}

extension OrderDecision {
    /// Reads a command, and says what is wrong with it.
    init(_ command: OrderCommand) throws(Refusal) {
        func workOrderId() throws(Refusal) -> WorkOrderID {
            if let id = command.workOrderId { return id }
            throw Refusal(code: "MISSING_FIELD", text: "/workOrderId: '\(command.command)' needs the field")
        }
        guard !command.reason.isEmpty else { throw Refusal(code: "INVALID_VALUE", text: "/reason: is empty") }
        guard !command.by.isEmpty else { throw Refusal(code: "INVALID_VALUE", text: "/by: is empty") }
        switch command.command {
        case "retry": self = .retry(command.workOrderId)
        case "skip": self = .skip(try workOrderId())
        case "cancel": self = .cancel(reason: storable(command.reason))
        case "replaceParameters":
            guard let parameters = command.parameters, !parameters.isEmpty else {
                throw Refusal(code: "MISSING_FIELD", text: "/parameters: 'replaceParameters' needs at least one")
            }
            guard isStorable(parameters) else {
                throw Refusal(code: "INVALID_VALUE", text: "/parameters: a text holds the character U+0000")
            }
            self = .replaceParameters(try workOrderId(), parameters)
        default:
            let text = "/command: '\(command.command.prefix(40))'; accepted: retry, replaceParameters, skip, cancel"
            throw Refusal(code: "INVALID_VALUE", text: text)
        }
    }
}

extension TimelineEntry {
    fileprivate static func command(_ command: OrderCommand, at now: Timestamp) -> TimelineEntry {
        TimelineEntry(
            orderId: command.orderId,
            at: now,
            kind: .orderCommand,
            workOrderId: command.workOrderId,
            detail: storable("\(command.command) by \(command.by): \(command.reason)")
        )
    }
}

extension [(message: Message<OrderCommand>, decision: OrderDecision)] {
    fileprivate var cancelled: [OrderID] {
        self.compactMap { one in
            if case .cancel = one.decision { one.message.body.orderId } else { nil }
        }
    }
}
