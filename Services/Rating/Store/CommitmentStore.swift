import Contracts
import Postgres
import RatingDomain

/// A number that spends a minimum in each of some cycles.
struct StoredCommitment: Sendable {
    var id: CommandID
    var account: Int64
    var serviceNumber: String
    var code: String
    var from: BillingCycle
    var through: BillingCycle
    var minimum: Milliyuan
    /// Bill subjects that do not count.
    var excluded: [[String]]
}

struct InsertCommitment: Statement {
    static let sql = """
        INSERT INTO commitment (
               commitment_id, account_no, service_number, code, from_cycle, through_cycle, minimum_milliyuan, excluded)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """

    let commitment: StoredCommitment
    private let excluded: JSONB

    init(_ commitment: StoredCommitment) throws {
        self.commitment = commitment
        self.excluded = try JSONB(encoding: commitment.excluded)
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.commitment.id)
        parameters.append(self.commitment.account)
        parameters.append(self.commitment.serviceNumber)
        parameters.append(self.commitment.code)
        parameters.append(self.commitment.from)
        parameters.append(self.commitment.through)
        parameters.append(self.commitment.minimum)
        parameters.append(self.excluded)
    }
}

/// All of accounts.
struct FindCommitments: Statement {
    static let sql = """
        SELECT commitment_id, account_no, service_number, code, from_cycle, through_cycle, minimum_milliyuan, excluded
          FROM commitment
         WHERE account_no = ANY ($1)
         ORDER BY account_no, from_cycle, commitment_id
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> StoredCommitment {
        StoredCommitment(
            id: try columns.next(), account: try columns.next(), serviceNumber: try columns.next(),
            code: try columns.next(), from: try columns.next(), through: try columns.next(),
            minimum: try columns.next(), excluded: try columns.next(JSONB.self).decode([[String]].self))
    }
}
