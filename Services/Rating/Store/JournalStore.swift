import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

/// What a movement of money puts where. Those of one movement sum up to nothing.
struct JournalEntry: Sendable {
    enum Book: Hashable, Sendable {
        /// What customers have paid in and not used.
        case ledger(LedgerID)
        /// What the account owes, below zero.
        case receivable
        /// What a subject has brought, above zero.
        case revenue([String])
        /// What channels have taken, below zero.
        case payments
        /// What promotions have given, below zero.
        case credits

        var name: String {
            switch self {
            case .ledger: "ledger"
            case .receivable: "receivable"
            case .revenue: "revenue"
            case .payments: "payments"
            case .credits: "credits"
            }
        }

        var ledger: LedgerID? {
            if case .ledger(let id) = self { id } else { nil }
        }

        var subject: [String]? {
            if case .revenue(let subject) = self { subject } else { nil }
        }
    }

    var movement: MovementID
    var position: Int
    var account: Int64
    var book: Book
    var amount: Milliyuan
    var cause: LedgerMovementCause
    var reference: String
    var bookedAt: Timestamp
}

/// Entries that belong together.
struct Movement: Sendable {
    let id: MovementID
    let account: Int64
    let cause: LedgerMovementCause
    /// The id of the payment or bill.
    let reference: String
    let bookedAt: Timestamp
    private(set) var entries: [JournalEntry] = []

    init(
        id: MovementID, account: Int64, cause: LedgerMovementCause, reference: String, bookedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.cause = cause
        self.reference = reference
        self.bookedAt = bookedAt
    }

    /// Puts an amount into one book, out of another; into that of another account where one is given.
    mutating func move(
        _ amount: Milliyuan, from source: JournalEntry.Book, to target: JournalEntry.Book, of account: Int64? = nil
    ) {
        guard amount != .zero else { return }
        self.add(target, amount, account ?? self.account)
        self.add(source, .zero - amount, self.account)
    }

    private mutating func add(_ book: JournalEntry.Book, _ amount: Milliyuan, _ account: Int64) {
        self.entries.append(
            JournalEntry(
                movement: self.id, position: self.entries.count, account: account, book: book, amount: amount,
                cause: self.cause, reference: self.reference, bookedAt: self.bookedAt))
    }
}

/// One movement of money.
struct MovementID: Identifier {
    var rawValue: UUID
    init(rawValue: UUID) { self.rawValue = rawValue }
}

struct OpenJournalMonths: Statement {
    static let sql = "SELECT FROM unnest($1::timestamptz[]) AS t (booked_at), open_journal_month(t.booked_at)"

    var times: [Timestamp]

    func bind(_ parameters: inout Parameters) { parameters.append(self.times) }
}

struct AppendToJournal: Statement {
    static let sql = """
        INSERT INTO journal_entry (
               booked_at, movement_id, position, account_no, book, ledger_id, subject, amount_milliyuan, cause, reference)
        SELECT b.booked_at, b.movement_id, b.position, b.account_no, b.book, b.ledger_id,
               CASE b.book WHEN 'revenue' THEN string_to_array(b.subject, E'\\x1f') END, b.amount_milliyuan, b.cause,
               b.reference
          FROM unnest(
               $1::timestamptz[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[], $6::uuid[], $7::text[],
               $8::bigint[], $9::text[], $10::text[])
               AS b (booked_at, movement_id, position, account_no, book, ledger_id, subject, amount_milliyuan, cause,
                     reference)
        """

    var entries: [JournalEntry]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.entries.map(\.bookedAt))
        parameters.append(self.entries.map(\.movement))
        parameters.append(self.entries.map(\.position))
        parameters.append(self.entries.map(\.account))
        parameters.append(self.entries.map(\.book.name))
        parameters.append(self.entries.map(\.book.ledger))
        // The catalogue's words, which have no control characters.
        parameters.append(self.entries.map { ($0.book.subject ?? []).joined(separator: "\u{1F}") })
        parameters.append(self.entries.map(\.amount))
        parameters.append(self.entries.map(\.cause.rawValue))
        parameters.append(self.entries.map(\.reference))
    }
}

extension Transaction {
    /// Appends movements to the journal.
    func book(_ movements: [Movement]) async throws {
        let entries = movements.flatMap(\.entries)
        guard !entries.isEmpty else { return }
        _ = try await self.execute(
            together: OpenJournalMonths(times: Set(entries.map(\.bookedAt)).sorted()),
            AppendToJournal(entries: entries))
    }
}
