import Contracts
import Postgres
import RatingDomain

// What the terms of accounts follow from.

private struct FindAttachments: Statement {
    static let sql = """
        SELECT account_no, service_number, product, attached_at, detached_at, services
          FROM line_owner
         WHERE account_no = ANY ($1)
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> (account: Int64, attachment: AccountHistory.Attachment) {
        let account: Int64 = try columns.next()
        let (number, product): (String, String) = (try columns.next(), try columns.next())
        let span = Span(from: try columns.next(), until: try columns.next())
        let services: [String] = try columns.next()
        return (account, .init(serviceNumber: number, product: product, span: span, services: services))
    }
}

/// The members of every agreement that a line of the accounts has ever been in, with the agreements themselves.
private struct FindAgreementMembers: Statement {
    static let sql = """
        SELECT a.agreement_id, o.account_id, a.offer, a.effective_at, a.ended_at, m.service_number, m.product, m.is_main,
               m.role, m.new_plan, m.extra_plan, m.services, m.options
          FROM agreement AS a
          JOIN account AS o
            ON o.account_no = a.account_no
          JOIN agreement_member AS m
            ON m.agreement_id = a.agreement_id
         WHERE a.agreement_id IN (
               SELECT n.agreement_id
                 FROM line_owner AS l
                 JOIN agreement_member AS n
                   ON n.service_number = l.service_number
                WHERE l.account_no = ANY ($1))
         ORDER BY a.agreement_id, m.position
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    /// An agreement with one of its members.
    static func read(_ columns: inout Columns) throws -> AccountHistory.Agreement {
        let id = try columns.next(BundleID.self).description
        let (accountId, offer): (String, String) = (try columns.next(), try columns.next())
        let span = Span(from: try columns.next(), until: try columns.next())
        let member = AccountHistory.Member(
            serviceNumber: try columns.next(),
            product: try columns.next(),
            isMain: try columns.next(),
            role: try columns.next(),
            newPlan: try columns.next(),
            extraPlan: try columns.next(),
            services: try columns.next(),
            options: try columns.next()
        )
        return .init(id: id, accountId: accountId, offer: offer, span: span, members: [member])
    }
}

private struct FindStops: Statement {
    static let sql = """
        SELECT s.service_number, s.at, s.is_stopped, s.is_wish
          FROM line_stop AS s
         WHERE s.service_number IN (SELECT l.service_number FROM line_owner AS l WHERE l.account_no = ANY ($1))
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> AccountHistory.Stop {
        AccountHistory.Stop(
            serviceNumber: try columns.next(), at: try columns.next(), isStopped: try columns.next(),
            isWish: try columns.next())
    }
}

extension Transaction {
    /// The histories of accounts, by their numbers.
    func histories(of accounts: [StoredAccount]) async throws -> [Int64: AccountHistory] {
        guard !accounts.isEmpty else { return [:] }
        let numbers = accounts.map(\.number)
        let (attachments, memberships, stops) = try await self.execute(
            together: FindAttachments(accounts: numbers), FindAgreementMembers(accounts: numbers),
            FindStops(accounts: numbers))
        var agreements: [String: AccountHistory.Agreement] = [:]
        for row in memberships {
            agreements[row.id, default: row.emptied].members += row.members
        }
        var byNumber: [String: [String]] = [:]
        for agreement in agreements.values {
            for member in agreement.members { byNumber[member.serviceNumber, default: []].append(agreement.id) }
        }
        let stopsByNumber = Dictionary(grouping: stops, by: \.serviceNumber)
        let attachmentsByAccount = Dictionary(grouping: attachments, by: \.account)
        return Dictionary(
            accounts.map { account in
                let own = (attachmentsByAccount[account.number] ?? []).map(\.attachment)
                let lines = Set(own.map(\.serviceNumber))
                let ids = Set(lines.flatMap { byNumber[$0] ?? [] })
                let history = AccountHistory(
                    accountId: account.accountId,
                    attachments: own,
                    agreements: ids.sorted().compactMap { agreements[$0] },
                    stops: lines.sorted().flatMap { stopsByNumber[$0] ?? [] }
                )
                return (account.number, history)
            }
        ) { first, _ in first }
    }
}

extension AccountHistory.Agreement {
    fileprivate var emptied: Self {
        var agreement = self
        agreement.members = []
        return agreement
    }
}
