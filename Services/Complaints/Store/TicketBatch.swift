import ComplaintsDomain
import Contracts
import Foundation
import Messaging
import Postgres

/// Tickets that a transaction works on: locked, changed, and saved together with what is told of it.
struct TicketBatch {
    private struct Held {
        var ticket: Ticket
        var chain: TicketHistoryChain
        var rules: ComplaintRules
    }

    private var held: [ComplaintID: Held] = [:]
    private let context: HandlingContext
    private let calendar: BusinessCalendar
    private(set) var handled = Handled()

    init(_ calendar: BusinessCalendar, in context: HandlingContext) {
        self.context = context
        self.calendar = calendar
    }

    /// Takes hold of tickets with their histories; of ids that no ticket has nothing comes.
    mutating func lock(_ ids: some Sequence<ComplaintID>, _ catalogues: CatalogueLibrary) async throws {
        let ids = Set(ids).filter { self.held[$0] == nil }.sorted()
        guard !ids.isEmpty else { return }
        let transaction = self.context.transaction
        // The histories are read once the locks are there.
        let locked = try await transaction.execute(LockTickets(ids: ids))
        let rows = try await transaction.execute(FindEntries(ids: locked.map(\.id)))
        let versions = try await catalogues.catalogues(of: locked.map(\.catalogueVersion), in: transaction)
        let histories = Dictionary(grouping: rows, by: \.complaintId)
        for (id, version) in locked {
            guard let entries = histories[id], let last = entries.last,
                let rules = versions[version].complaints ?? catalogues.current.complaints,
                let ticket = Ticket(id: id, entries: try entries.map { try $0.entry() })
            else { throw DamagedHistory(complaintId: id) }
            self.held[id] = Held(
                ticket: ticket, chain: TicketHistoryChain(of: id, head: last.hash, count: entries.count), rules: rules)
        }
    }

    struct DamagedHistory: Error {
        var complaintId: ComplaintID
    }

    mutating func add(_ ticket: Ticket, _ rules: ComplaintRules) {
        self.held[ticket.id] = Held(ticket: ticket, chain: TicketHistoryChain(of: ticket.id), rules: rules)
    }

    subscript(_ id: ComplaintID) -> Ticket? { self.held[id]?.ticket }

    func rules(of id: ComplaintID) -> ComplaintRules? { self.held[id]?.rules }

    var ids: [ComplaintID] { self.held.keys.sorted() }

    /// - Parameter change: has no effect where it throws.
    mutating func change<Failure: Error>(
        _ id: ComplaintID, _ change: (inout Ticket, ComplaintRules) throws(Failure) -> Void
    ) throws(Failure) {
        guard var held = self.held[id] else { return }
        try change(&held.ticket, held.rules)
        self.held[id]?.ticket = held.ticket
    }

    /// Saves what is new in each history, and tells it.
    ///
    /// - Parameter causes: of the tickets that something else than time has changed.
    mutating func save(causes: [ComplaintID: EventContext] = [:]) async throws -> Handled {
        var entries: [StoredEntry] = []
        var rows: [SaveTickets.Line] = []
        var told: [(at: Timestamp, complaint: ComplaintID, body: TicketTelling.Told)] = []
        for id in self.ids {
            guard var held = self.held[id], held.ticket.entries.count > held.chain.count else { continue }
            var telling = TicketTelling(held.ticket, saved: held.chain.count, held.rules, self.calendar)
            while let (entry, ticket) = telling.next() {
                let position = held.chain.count
                let line = TicketHistoryChain.Entry(
                    at: entry.at, by: storable(entry.by), kind: entry.event.kind, state: ticket.state.rawValue,
                    content: try entry.event.text(self.calendar))
                let hash = held.chain.append(line)
                entries.append(
                    StoredEntry(
                        complaintId: id, position: position, at: line.at, by: line.by, kind: line.kind,
                        state: line.state, content: line.content, hash: hash))
                for body in telling.told(entry, held.chain.headText) { told.append((entry.at, id, body)) }
            }
            self.held[id] = held
            rows.append(
                SaveTickets.Line(
                    ticket: held.ticket, dueAt: held.ticket.dueAt(by: held.rules),
                    nextAt: held.ticket.nextAt(by: held.rules), count: held.chain.count, head: held.chain.head))
        }
        guard !rows.isEmpty else { return self.handled }
        _ = try await self.context.transaction.execute(
            together: SaveTickets(rows: rows), InsertEntries(entries: entries))
        // In due order, across tickets too: what falls due on the way of a leap is told as it happens.
        for (_, complaint, body) in told.enumerated().sorted(by: {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }).map(\.element) {
            body.send(&self.handled, causedBy: causes[complaint], complaint)
        }
        for entry in entries { self.handled.count("complaints.entries", [("kind", entry.kind)]) }
        return self.handled
    }

    mutating func tell<Body: MessageBody>(_ body: Body, causedBy cause: EventContext?, of id: String) {
        self.handled.send(body, causedBy: cause, correlationID: id)
    }

    mutating func refuse<Body>(_ message: Message<Body>, _ code: ComplaintCode, _ text: String) {
        self.handled.refuse(message, code: code.rawValue, text: text)
    }

    mutating func count(_ label: String, _ dimensions: [(String, String)] = []) {
        self.handled.count(label, dimensions)
    }
}
