import Contracts
import Postgres
import RatingDomain

/// What stands on a bill beside fees and usage of the cycle.
struct BillExtras: Sendable {
    /// Fees of orders, and what the account pays for the numbers of others.
    var charges: [BillLine] = []
    var minimumSpends: [MinimumSpend] = []
    /// Of others, for the account's numbers.
    var groupPayments: [GroupPayment] = []
    /// By number.
    var payers: [String: Int64] = [:]

    var isEmpty: Bool { self.charges.isEmpty && self.minimumSpends.isEmpty }

    static func find(
        _ accounts: [BilledAccount], _ book: TariffBook, in transaction: Transaction
    ) async throws -> [Int64: BillExtras] {
        let (fees, shares, commitments, payments) = try await transaction.execute(
            together: FindWaitingFees(accounts: accounts), FindWaitingShares(accounts: accounts),
            FindCommitments(accounts: accounts.map(\.account)), FindGroupPayments(accounts: accounts))
        let cycles = Dictionary(accounts.map { ($0.account, $0.cycle) }) { first, _ in first }
        let group = book.subject(.groupPayment).path
        var extras: [Int64: BillExtras] = [:]
        for row in fees { extras[row.account, default: .init()].charges.append(row.line) }
        for row in shares {
            let line = BillLine(subject: group, serviceNumber: row.serviceNumber, amount: row.paid)
            extras[row.payer, default: .init()].charges.append(line)
        }
        for commitment in commitments {
            guard let cycle = cycles[commitment.account], (commitment.from...commitment.through).contains(cycle) else {
                continue
            }
            extras[commitment.account, default: .init()].minimumSpends.append(
                MinimumSpend(
                    serviceNumber: commitment.serviceNumber, minimum: commitment.minimum,
                    excluded: commitment.excluded, subject: book.subject(.minimumSpend).path))
        }
        for (account, payment) in payments {
            extras[account, default: .init()].groupPayments.append(
                GroupPayment(
                    serviceNumber: payment.serviceNumber, limit: payment.limit, unspent: payment.unspent,
                    subject: group))
            extras[account]?.payers[payment.serviceNumber] = payment.payer
        }
        return extras
    }
}
