import ComplaintsDomain
import Contracts
import Crypto
import Foundation
import Messaging
import Postgres

/// Takes in complaints: each becomes a ticket, is linked to the one that is open, or is rejected with every rule that it
/// breaks; once.
struct SubmittedHandler: MessageHandler {
    let catalogues: CatalogueLibrary
    let calendar: BusinessCalendar

    func handle(_ batch: [Message<ComplaintSubmitted>], in context: HandlingContext) async throws -> Handled {
        var tickets = TicketBatch(self.calendar, in: context)
        let messages = batch.filter { message in
            if let refusal = message.body.refusal {
                tickets.refuse(message, refusal.code, refusal.text)
                return false
            }
            return true
        }
        guard !messages.isEmpty else { return tickets.handled }
        var intake = try await Intake(messages.map(\.body), self.catalogues, in: context)
        try await tickets.lock(intake.open.values, self.catalogues)
        for message in messages { try intake.take(message, &tickets, in: context) }
        try await intake.save(&tickets, self.catalogues, in: context)
        return try await tickets.save(causes: intake.causes)
    }
}

/// Complaints of a batch on their way to tickets.
struct Intake {
    let catalogue: Catalogue
    private let rules: ComplaintRules
    /// What is open, by what it is about.
    private(set) var open: [ComplaintSubject: ComplaintID] = [:]
    private var known: [SubmissionID: FindSubmissions.Row] = [:]
    private let evidence: EvidenceShelf
    private var new: [FindSubmissions.Row] = []
    private var conflicts: [(row: FindSubmissions.Row, message: ComplaintRejected, cause: EventContext)] = []
    private var joining: [ComplaintID] = []
    private(set) var causes: [ComplaintID: EventContext] = [:]

    init(_ complaints: [ComplaintSubmitted], _ catalogues: CatalogueLibrary, in context: HandlingContext) async throws {
        guard let rules = catalogues.current.complaints else { throw NoComplaintRules() }
        self.catalogue = catalogues.current
        self.rules = rules
        let customers = Set(complaints.map(\.customer.id)).sorted()
        let groups = Self.groups(of: complaints, rules)
        // Whoever takes a complaint of the same customer, or of the same group, waits: customers before groups.
        let transaction = context.transaction
        _ = try await transaction.execute(
            together: LockWords(words: customers.map { "customer:\($0)" }),
            LockWords(words: groups.map { "group:\($0.category)/\($0.area)" }))
        let (known, open) = try await transaction.execute(
            together: FindSubmissions(ids: Array(Set(complaints.map { SubmissionID($0) }))),
            FindOpenTickets(customers: customers))
        for row in known { self.known[row.id] = row }
        for (id, subject) in open where self.open[subject] == nil { self.open[subject] = id }
        let wanted = Set(complaints.map { ComplaintSubject($0) })
        self.open = self.open.filter { wanted.contains($0.key) }
        self.evidence = try await EvidenceShelf.find(for: complaints, in: transaction)
    }

    private struct NoComplaintRules: Error {}

    private static func groups(of complaints: [ComplaintSubmitted], _ rules: ComplaintRules) -> [ComplaintGroup] {
        guard let problems = rules.problems else { return [] }
        let groups = complaints.filter { problems.categories.contains($0.category) }.map { ComplaintGroup($0.facts) }
        return Set(groups).sorted()
    }

    mutating func take(
        _ message: Message<ComplaintSubmitted>, _ tickets: inout TicketBatch, in context: HandlingContext
    ) throws {
        let complaint = message.body
        let id = SubmissionID(complaint)
        let digest = try complaint.digest()
        if let known = self.known[id] {
            guard known.digest != digest else { return tickets.count("complaints.repeated") }
            return self.refuseConflict(message, id, digest, in: context)
        }
        let refusals = self.rules.refusals(of: complaint, at: context.now)
        let subject = ComplaintSubject(complaint)
        let complaintId: ComplaintID
        if !refusals.isEmpty {
            complaintId = context.identifiers.next()
            for code in Set(refusals.map(\.code)) { tickets.count("complaints.rejected", [("code", code.rawValue)]) }
            let ticket = Ticket(
                complaintId, rejecting: complaint, for: refusals, catalogueVersion: self.catalogue.version,
                at: context.now)
            if let ticket { tickets.add(ticket, self.rules) }
        } else if let open = self.open[subject], tickets[open]?.isOpen == true {
            complaintId = open
            tickets.count("complaints.linked")
            tickets.change(open) { ticket, rules in
                ticket.advance(to: context.now, by: rules)
                ticket.link(complaint, at: context.now)
            }
        } else {
            complaintId = context.identifiers.next()
            let ticket = Ticket(
                complaintId, taking: complaint, accountId: self.evidence.account(of: complaint),
                evidence: self.evidence.evidence(for: complaint), by: self.catalogue, at: context.now)
            guard let ticket else { throw NoComplaintRules() }
            tickets.add(ticket, self.rules)
            tickets.count("complaints.acknowledged", [("category", complaint.category)])
            self.open[subject] = complaintId
            if self.rules.problems?.categories.contains(complaint.category) == true { self.joining.append(complaintId) }
        }
        self.causes[complaintId] = message.cause
        let row = FindSubmissions.Row(id: id, digest: digest, complaintId: complaintId)
        self.known[id] = row
        self.new.append(row)
    }

    private mutating func refuseConflict(
        _ message: Message<ComplaintSubmitted>, _ id: SubmissionID, _ digest: [UInt8], in context: HandlingContext
    ) {
        let complaintId: ComplaintID = context.identifiers.next()
        let text = "'\(id.externalId)' of \(id.channel) is another complaint already; a new one needs an id of its own"
        let rejected = ComplaintRejected(
            complaintId: complaintId, externalId: id.externalId, channel: id.channel,
            reasons: [
                .init(code: ComplaintCode.duplicateExternalId.rawValue, path: "/externalId", message: text)
            ], rejectedAt: context.now)
        let row = FindSubmissions.Row(id: id, digest: digest, complaintId: complaintId)
        self.conflicts.append((row, rejected, message.cause))
    }

    mutating func save(
        _ tickets: inout TicketBatch, _ catalogues: CatalogueLibrary, in context: HandlingContext
    ) async throws {
        let transaction = context.transaction
        if !self.new.isEmpty { _ = try await transaction.execute(InsertSubmissions(rows: self.new)) }
        if !self.conflicts.isEmpty {
            let noted = Set(
                try await transaction.execute(
                    NoteConflicts(rows: self.conflicts.map(\.row), rejectedAt: context.now)))
            for (row, message, cause) in self.conflicts where noted.contains(row.complaintId) {
                tickets.tell(message, causedBy: cause, of: row.complaintId.description)
                tickets.count("complaints.rejected", [("code", ComplaintCode.duplicateExternalId.rawValue)])
            }
        }
        try await self.group(&tickets, catalogues, in: context)
    }

    // MARK: Problems

    /// What is new joins the problem that is open; where there is none, enough of them in a short time are one.
    private func group(
        _ tickets: inout TicketBatch, _ catalogues: CatalogueLibrary, in context: HandlingContext
    ) async throws {
        guard let rule = self.rules.problems, !self.joining.isEmpty else { return }
        let new = Dictionary(grouping: self.joining) { tickets[$0].map { ComplaintGroup($0.facts) } }
        let groups = new.keys.compactMap(\.self).sorted()
        let transaction = context.transaction
        let (problems, ungrouped) = try await transaction.execute(
            together: FindOpenProblems(groups: groups, since: context.now.advanced(bySeconds: -rule.joinSeconds)),
            FindUngrouped(groups: groups, since: context.now.advanced(bySeconds: -rule.seconds)))
        let open = Dictionary(problems.map { ($0.group, $0.id) }) { first, _ in first }
        let waiting = Dictionary(grouping: ungrouped, by: \.group).mapValues { $0.map(\.id) }
        var joined: [(id: ProblemID, group: ComplaintGroup, count: Int)] = []
        for group in groups {
            let complaints = new[group] ?? []
            if let problem = open[group] {
                for id in complaints { tickets.change(id) { ticket, _ in ticket.join(problem, at: context.now) } }
                joined.append((problem, group, complaints.count))
                continue
            }
            let all = (waiting[group] ?? []) + complaints
            guard all.count >= rule.complaints else { continue }
            try await tickets.lock(all, catalogues)
            let problem: ProblemID = context.identifiers.next()
            for id in all {
                tickets.change(id) { ticket, rules in
                    ticket.advance(to: context.now, by: rules)
                    ticket.join(problem, at: context.now)
                }
            }
            joined.append((problem, group, all.count))
            tickets.count("complaints.problems", [("category", group.category)])
            tickets.tell(
                ComplaintProblemOpened(
                    problemId: problem, category: group.category, area: group.area, complaints: all.count,
                    openedAt: context.now), causedBy: nil, of: problem.description)
        }
        if !joined.isEmpty { _ = try await transaction.execute(SaveProblems(joined: joined, at: context.now)) }
    }
}

extension ComplaintGroup {
    init(_ facts: TicketFacts) { self.init(category: facts.category, area: facts.area) }
}

extension ComplaintSubject {
    init(_ complaint: ComplaintSubmitted) {
        self.init(
            customerId: complaint.customer.id, serviceNumber: complaint.serviceNumber ?? "",
            category: complaint.category)
    }
}

extension ComplaintSubmitted {
    /// Why nobody can even keep it under its id.
    fileprivate var refusal: ComplaintRefusal? {
        if self.externalId.isEmpty { return .init(.emptyField, "/externalId", "is empty") }
        if self.channel.isEmpty { return .init(.emptyField, "/channel", "is empty") }
        let texts =
            [self.externalId, self.channel, self.customer.id, self.category, self.text]
            + [
                self.customer.name, self.customer.tier, self.customer.contactNumber, self.serviceNumber,
                self.accountId, self.subCategory, self.area,
            ].compactMap(\.self)
        guard texts.allSatisfy(isStorable) else {
            return .init(.controlCharacter, "", "a text has the character U+0000, which none may have")
        }
        return nil
    }

    /// The same content has the same one.
    fileprivate func digest() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return Array(SHA256.hash(data: try encoder.encode(self)))
    }
}
