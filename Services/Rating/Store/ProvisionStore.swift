import Contracts
import Postgres
import RatingDomain
import Synchronization

private struct StoredProvision: Sendable {
    var number: Int64
    var provision: Provision
}

private struct FindProvisions: Statement {
    static let sql = """
        SELECT provision_no, rule, source, subject, subject_path, price_milliyuan, step, allowance
          FROM provision
        """

    static func read(_ columns: inout Columns) throws -> StoredProvision {
        let number: Int64 = try columns.next()
        let rule: RatingRule = try columns.next()
        let source: String = try columns.next()
        let subject = BillSubject(code: try columns.next(), path: try columns.next())
        let (price, step): (Milliyuan, Int64) = (try columns.next(), try columns.next())
        let allowance: String = try columns.next()
        let provision = Provision(
            rule, source: source, subject: subject, unitPrice: price, step: step,
            allowance: allowance.isEmpty ? nil : allowance)
        return StoredProvision(number: number, provision: provision)
    }
}

private struct InsertProvision: Statement {
    static let sql = """
        INSERT INTO provision (rule, source, subject, subject_path, price_milliyuan, step, allowance)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT DO NOTHING
        """

    var provision: Provision

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.provision.rule)
        parameters.append(self.provision.source)
        parameters.append(self.provision.subject.code)
        parameters.append(self.provision.subject.path)
        parameters.append(self.provision.unitPrice)
        parameters.append(self.provision.step)
        parameters.append(self.provision.allowance ?? "")
    }
}

/// The numbers under which results name prices and allowances.
struct ProvisionNumbers: Sendable {
    fileprivate var numbers: [Provision: Int64] = [:]
    fileprivate var provisions: [Int64: Provision] = [:]

    /// A result names a price that the database does not have.
    struct Unknown: Error, CustomStringConvertible {
        var what: String
        var description: String { "unknown provision \(self.what)" }
    }

    func number(of provision: Provision) throws -> Int64 {
        guard let number = self.numbers[provision] else { throw Unknown(what: provision.source) }
        return number
    }

    func provision(_ number: Int64) throws -> Provision {
        guard let provision = self.provisions[number] else { throw Unknown(what: "\(number)") }
        return provision
    }
}

extension ProvisionNumbers {
    func contain(_ provisions: Set<Provision>) -> Bool { provisions.allSatisfy { self.numbers[$0] != nil } }

    /// Gives numbers to those that have none.
    mutating func add(_ provisions: Set<Provision>, in transaction: Transaction) async throws {
        let missing = provisions.filter { self.numbers[$0] == nil }
        guard !missing.isEmpty else { return }
        for provision in missing.sorted(by: { ($0.source, $0.rule.rawValue) < ($1.source, $1.rule.rawValue) }) {
            _ = try await transaction.execute(InsertProvision(provision: provision))
        }
        self = try await Self.read(in: transaction)
    }

    fileprivate static func read(in transaction: Transaction) async throws -> ProvisionNumbers {
        var numbers = ProvisionNumbers()
        for row in try await transaction.execute(FindProvisions()) {
            numbers.numbers[row.provision] = row.number
            numbers.provisions[row.number] = row.provision
        }
        return numbers
    }
}

/// Keeps the numbers that were seen in the database: they are never changed there.
final class ProvisionBook: Sendable {
    private let known = Mutex(ProvisionNumbers())

    /// The numbers that are stored: at least of these where they have any, or all.
    ///
    /// To be asked before the transaction adds some, for what it adds may yet be undone.
    func stored(
        _ provisions: Set<Provision>? = nil, in transaction: Transaction
    ) async throws -> ProvisionNumbers {
        let known = self.known.withLock { $0 }
        if let provisions, provisions.allSatisfy({ known.numbers[$0] != nil }) { return known }
        let stored = try await ProvisionNumbers.read(in: transaction)
        self.known.withLock { $0 = stored }
        return stored
    }
}
