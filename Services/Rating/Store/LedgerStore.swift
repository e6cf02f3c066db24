import Contracts
import Foundation
import Postgres
import RatingDomain

/// A ledger with the account that it belongs to.
struct StoredLedger: Sendable {
    var account: Int64
    var ledger: Ledger
}

struct InsertLedgers: Statement {
    static let sql = """
        INSERT INTO ledger (
               ledger_id, account_no, is_public, opened_at, service_number, subjects, expires_at, agreement, remainder,
               is_locked)
        SELECT *
          FROM unnest(
               $1::uuid[], $2::bigint[], $3::boolean[], $4::timestamptz[], $5::text[], $6::jsonb[], $7::timestamptz[],
               $8::text[], $9::text[], $10::boolean[])
        """

    let ledgers: [StoredLedger]
    let agreements: [String?]
    private let subjects: [JSONB]

    init(_ ledgers: [(ledger: StoredLedger, agreement: String?)]) throws {
        self.ledgers = ledgers.map(\.ledger)
        self.agreements = ledgers.map(\.agreement)
        self.subjects = try ledgers.map { try JSONB(encoding: $0.ledger.ledger.subjects) }
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ledgers.map(\.ledger.id))
        parameters.append(self.ledgers.map(\.account))
        parameters.append(self.ledgers.map(\.ledger.isPublic))
        parameters.append(self.ledgers.map(\.ledger.openedAt))
        parameters.append(self.ledgers.map(\.ledger.serviceNumber))
        parameters.append(self.subjects)
        parameters.append(self.ledgers.map(\.ledger.expiresAt))
        parameters.append(self.agreements)
        parameters.append(self.ledgers.map(\.ledger.remainder))
        parameters.append(self.ledgers.map(\.ledger.isLocked))
    }
}

/// In one order everywhere, until the transaction ends. The accounts are locked before.
struct LockLedgers: Statement {
    static let sql = """
        SELECT \(columns)
          FROM ledger
         WHERE account_no = ANY ($1)
         ORDER BY account_no, ledger_id
           FOR UPDATE
        """

    static let columns = """
        account_no, ledger_id, is_public, opened_at, service_number, subjects, expires_at, remainder, is_locked,
        balance_milliyuan
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> StoredLedger {
        let account: Int64 = try columns.next()
        let id: LedgerID = try columns.next()
        return StoredLedger(
            account: account,
            ledger: Ledger(
                id: id,
                isPublic: try columns.next(),
                openedAt: try columns.next(),
                serviceNumber: try columns.next(),
                subjects: try columns.next(JSONB.self).decode([[String]].self),
                expiresAt: try columns.next(),
                remainder: try columns.next(),
                isLocked: try columns.next(),
                balance: try columns.next()
            )
        )
    }
}

/// The same without a lock.
struct FindLedgers: Statement {
    static let sql = """
        SELECT \(LockLedgers.columns)
          FROM ledger
         WHERE account_no = ANY ($1)
         ORDER BY account_no, is_public DESC, opened_at, ledger_id
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> StoredLedger { try LockLedgers.read(&columns) }
}

struct UpdateLedgers: Statement {
    static let sql = """
        UPDATE ledger AS l
           SET balance_milliyuan = b.balance_milliyuan
          FROM unnest($1::uuid[], $2::bigint[]) AS b (ledger_id, balance_milliyuan)
         WHERE l.ledger_id = b.ledger_id
        """

    var ledgers: [Ledger]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ledgers.map(\.id))
        parameters.append(self.ledgers.map(\.balance))
    }
}
