import ArgumentParser
import Contracts
import Foundation
import Messaging
import Postgres

extension ComplaintCommands {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks the histories of complaints: whether anything was changed, added or removed.",
            discussion: """
                Each entry's hash is of the entry and of the hash before it. Who keeps the historyHash of complaint.closed \
                can prove a history also against somebody who has written all of it anew. Works in the service's schema \
                (DATABASE_URL).
                """)

        @Argument(help: "A complaint's id; absent, all are checked.") var complaint: String?
        @OptionGroup var options: CommonOptions

        private struct Result: Encodable {
            var complaints: Int
            var entries: Int
            var faults: [String]
        }

        func run() async throws {
            let only = try self.complaint.map { text in
                guard let id = UUID(uuidString: text) else {
                    throw CtlError(description: "'\(text)' is no complaint's id: sheaf-ctl complaint list")
                }
                return id
            }
            let result = try await ServiceDatabase.use("complaints") { try await Self.check(only, in: $0) }
            if only != nil, result.complaints == 0 {
                Terminal.note("there is no such complaint")
                throw ExitCode(2)
            }
            if self.options.json {
                try Terminal.show(json: result)
            } else {
                for fault in result.faults { Terminal.show(fault) }
                let whole = "\(result.entries) entries of \(result.complaints) complaints: "
                Terminal.show(
                    whole + (result.faults.isEmpty ? "unbroken" : "\(result.faults.count) histories are broken"))
            }
            if !result.faults.isEmpty { throw ExitCode(1) }
        }

        private static func check(_ only: UUID?, in pool: PostgresPool) async throws -> Result {
            var result = Result(complaints: 0, entries: 0, faults: [])
            var after = only ?? UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
            while true {
                let tickets = try await pool.execute(
                    FindHeads(after: after, isOnly: only != nil, limit: 500))
                guard let last = tickets.last else { return result }
                let entries = Dictionary(
                    grouping: try await pool.execute(FindChains(ids: tickets.map(\.id))), by: \.id)
                for ticket in tickets {
                    let lines = entries[ticket.id] ?? []
                    result.complaints += 1
                    result.entries += lines.count
                    if let fault = self.fault(of: ticket, lines) { result.faults.append("\(ticket.id.text): \(fault)") }
                }
                if only != nil { return result }
                after = last.id
            }
        }

        private static func fault(of ticket: FindHeads.Row, _ lines: [FindChains.Row]) -> String? {
            var chain = TicketHistoryChain(of: ComplaintID(ticket.id))
            for (index, line) in lines.enumerated() {
                guard line.position == index else { return "entry \(index) is missing" }
                guard chain.append(line.entry) == line.hash else { return "entry \(index) is not what it was" }
            }
            guard chain.count == ticket.entries else {
                return "there are \(chain.count) entries of \(ticket.entries)"
            }
            return chain.head == ticket.head ? nil : "its last entry is not what it was"
        }
    }
}

private struct FindHeads: Statement {
    static let sql = """
        SELECT complaint_id, entries::bigint, head_hash
          FROM ticket
         WHERE CASE WHEN $2 THEN complaint_id = $1 ELSE complaint_id > $1 END
         ORDER BY complaint_id
         LIMIT $3
        """

    struct Row: Sendable {
        var id: UUID
        var entries: Int
        var head: [UInt8]
    }

    var after: UUID
    var isOnly: Bool
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.after)
        parameters.append(self.isOnly)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(id: try columns.next(), entries: try columns.next(), head: try columns.next())
    }
}

private struct FindChains: Statement {
    static let sql = """
        SELECT complaint_id, position::bigint, at, by, kind, state, content, hash
          FROM ticket_entry
         WHERE complaint_id = ANY ($1)
         ORDER BY complaint_id, position
        """

    struct Row: Sendable {
        var id: UUID
        var position: Int
        var entry: TicketHistoryChain.Entry
        var hash: [UInt8]
    }

    var ids: [UUID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            id: try columns.next(), position: try columns.next(),
            entry: TicketHistoryChain.Entry(
                at: try columns.next(), by: try columns.next(), kind: try columns.next(), state: try columns.next(),
                content: try columns.next()),
            hash: try columns.next())
    }
}
