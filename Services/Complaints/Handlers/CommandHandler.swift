import ComplaintsDomain
import Contracts
import Messaging
import Postgres

/// Does to complaints what people decide, each command once; what cannot be done is answered by `complaint.commandRejected`.
struct CommandHandler: MessageHandler {
    let catalogues: CatalogueLibrary
    let calendar: BusinessCalendar

    func handle(_ batch: [Message<ComplaintCommand>], in context: HandlingContext) async throws -> Handled {
        var tickets = TicketBatch(self.calendar, in: context)
        let messages = batch.filter { message in
            guard message.body.texts.allSatisfy(isStorable) else {
                let text = "a text has the character U+0000, which none may have"
                tickets.refuse(message, .controlCharacter, text)
                return false
            }
            return true
        }
        let transaction = context.transaction
        let commands = messages.map(\.body)
        var new = Set(try await transaction.execute(InsertCommands(commands: commands, receivedAt: context.now)))
        let usage = Set(commands.flatMap { $0.usageIds ?? [] }).sorted()
        // Nobody else refunds them meanwhile.
        if !usage.isEmpty { _ = try await transaction.execute(LockWords(words: usage.map { "usage:\($0)" })) }
        let ids = Set(commands.map { ProblemID(rawValue: $0.complaintId.rawValue) }).sorted()
        let (refunded, problems) = try await transaction.execute(
            together: FindRefundedUsage(ids: usage), FindProblems(ids: ids))
        let members = try await self.members(of: problems.map(\.id), in: transaction)
        try await tickets.lock(commands.map(\.complaintId) + members.values.flatMap(\.self), self.catalogues)
        var work = CommandWork(
            catalogues: self.catalogues, calendar: self.calendar, refunded: Set(refunded), members: members)
        for message in messages {
            guard new.remove(message.body.commandId) != nil else {
                tickets.count("complaints.commands.repeated")
                continue
            }
            work.apply(message, &tickets, at: context.now)
        }
        let handled = try await tickets.save(causes: work.causes)
        try await work.save(in: context)
        return handled
    }

    private func members(
        of problems: [ProblemID], in transaction: Transaction
    ) async throws -> [ProblemID: [ComplaintID]] {
        guard !problems.isEmpty else { return [:] }
        let rows = try await transaction.execute(FindComplaintsOfProblems(problems: problems))
        return Dictionary(grouping: rows, by: \.problem).mapValues { $0.map(\.complaint).sorted() }
    }
}

/// Commands of a batch, one after the other.
private struct CommandWork {
    let catalogues: CatalogueLibrary
    let calendar: BusinessCalendar
    var refunded: Set<UsageID>
    let members: [ProblemID: [ComplaintID]]
    var causes: [ComplaintID: EventContext] = [:]
    private var refusals: [(commandId: CommandID, text: String)] = []
    private var refunds: [(id: RefundID, complaintId: ComplaintID)] = []
    private var usage: [UsageID: RefundID] = [:]
    private var released: [RefundID] = []
    private var resolved: [ProblemID] = []

    init(
        catalogues: CatalogueLibrary, calendar: BusinessCalendar, refunded: Set<UsageID>,
        members: [ProblemID: [ComplaintID]]
    ) {
        self.catalogues = catalogues
        self.calendar = calendar
        self.refunded = refunded
        self.members = members
    }

    mutating func apply(_ message: Message<ComplaintCommand>, _ tickets: inout TicketBatch, at now: Timestamp) {
        let command = message.body
        do throws(ComplaintRefusal) {
            if command.by.isEmpty { throw .init(.missingField, "/by", "is empty") }
            if let members = self.members[ProblemID(rawValue: command.complaintId.rawValue)] {
                try self.apply(message, toAll: members, &tickets, at: now)
            } else {
                try self.apply(command, &tickets, at: now)
                self.causes[command.complaintId] = message.cause
            }
            tickets.count("complaints.commands", [("command", command.command)])
        } catch {
            self.refusals.append((command.commandId, "\(error.code.rawValue): \(error.text)"))
            tickets.count("complaints.commands.rejected", [("code", error.code.rawValue)])
            tickets.tell(
                ComplaintCommandRejected(
                    commandId: command.commandId, complaintId: command.complaintId, command: command.command,
                    code: error.code.rawValue, message: error.text, rejectedAt: now),
                causedBy: message.cause, of: command.complaintId.description)
        }
    }

    private mutating func apply(
        _ command: ComplaintCommand, _ tickets: inout TicketBatch, at now: Timestamp
    ) throws(ComplaintRefusal) {
        guard let before = tickets[command.complaintId], let rules = tickets.rules(of: command.complaintId) else {
            throw .init(.unknownComplaint, "/complaintId", "there is no complaint \(command.complaintId)")
        }
        let surroundings = CommandSurroundings(
            rules: rules, calendar: self.calendar, now: now, refundedUsage: self.refunded,
            monthlyFee: self.monthlyFee(of: before))
        try tickets.change(command.complaintId) { (ticket, _) throws(ComplaintRefusal) in
            try ticket.apply(command, in: surroundings)
        }
        guard let after = tickets[command.complaintId] else { return }
        self.note(after.refunds.dropFirst(before.refunds.count), of: after.id)
        for (former, refund) in zip(before.refunds, after.refunds) where former.state != refund.state {
            guard !refund.state.isStanding else { continue }
            self.released.append(refund.request.refundId)
            self.refunded.subtract(refund.request.usageIds)
            for id in refund.request.usageIds { self.usage[id] = nil }
        }
    }

    private mutating func note(_ refunds: some Sequence<Ticket.Refund>, of complaint: ComplaintID) {
        for refund in refunds {
            self.refunds.append((refund.request.refundId, complaint))
            for id in refund.request.usageIds {
                self.refunded.insert(id)
                self.usage[id] = refund.request.refundId
            }
        }
    }

    /// What a line costs a month, as the catalogue says.
    private func monthlyFee(of ticket: Ticket) -> Milliyuan? {
        let offer = ticket.entries.lazy.compactMap { entry in
            if case .evidence(let evidence) = entry.event { evidence.offer } else { nil }
        }.first
        guard let offer else { return nil }
        let catalogue = self.catalogues.current
        return catalogue.bundles[offer]?.monthlyFeeMilliyuan ?? catalogue.plans[offer]?.monthlyFeeMilliyuan
    }

    /// Resolves a problem with all of its complaints, or answers all of them.
    private mutating func apply(
        _ message: Message<ComplaintCommand>, toAll members: [ComplaintID], _ tickets: inout TicketBatch,
        at now: Timestamp
    ) throws(ComplaintRefusal) {
        let command = message.body
        let problem = ProblemID(rawValue: command.complaintId.rawValue)
        guard ["resolve", "reply", "note"].contains(command.command) else {
            let text = "'\(command.command.prefix(40))' of a problem; accepted: note, reply, resolve"
            throw .init(.unknownCommand, "/command", text)
        }
        guard let text = command.text, !text.isEmpty else {
            throw .init(.missingField, "/text", "'\(command.command)' needs the field")
        }
        for id in members {
            guard let rules = tickets.rules(of: id) else { continue }
            let surroundings = CommandSurroundings(rules: rules, calendar: self.calendar, now: now)
            tickets.change(id) { ticket, _ in
                if command.command == "resolve" {
                    ticket.resolve(as: problem, text, by: command.by, in: surroundings)
                } else {
                    ticket.hear(text, isReply: command.command == "reply", by: command.by, in: surroundings)
                }
            }
            self.causes[id] = message.cause
        }
        if command.command == "resolve" { self.resolved.append(problem) }
    }

    func save(in context: HandlingContext) async throws {
        let transaction = context.transaction
        if !self.refusals.isEmpty { _ = try await transaction.execute(NoteRefusals(refusals: self.refusals)) }
        if !self.released.isEmpty {
            _ = try await transaction.execute(ReleaseRefundedUsage(refunds: self.released))
        }
        if !self.refunds.isEmpty {
            let usage = self.usage.map { (usageId: $0.key, refundId: $0.value) }
            _ = try await transaction.execute(
                together: InsertRefunds(refunds: self.refunds), InsertRefundedUsage(usage: usage))
        }
        if !self.resolved.isEmpty {
            _ = try await transaction.execute(ResolveProblems(ids: self.resolved, at: context.now))
        }
    }
}

extension ComplaintCommand {
    fileprivate var texts: [String] {
        [self.command, self.by]
            + [
                self.text, self.queue, self.owner, self.partner, self.level, self.waitsOn, self.tier, self.category,
                self.subCategory, self.area, self.rule, self.accountId, self.role,
            ].compactMap(\.self)
    }
}
