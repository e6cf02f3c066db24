/// What an account manager arranges for an account, beside what is ordered. Done once for each `commandId`.
package struct AccountCommand: MessageBody, Hashable {
    package static let type = "account.command"
    package static let topic = Topic.accountsCommands

    package var commandId: CommandID
    /// Who pays, or commits itself.
    package var accountId: String
    /// `payFor`, `stopPayingFor` (CAT-39) or `commit` (CAT-32).
    package var command: String
    /// For which number: of `payFor` one of another account, of `commit` one of its own.
    package var serviceNumber: String
    /// The first cycle for which it holds; absent, the one that is open.
    package var from: BillingCycle?
    /// Of `payFor`: the most in a cycle; absent, everything.
    package var limitMilliyuan: Milliyuan?
    /// Of `payFor` with a limit: who has what is not used, `company` or `employee` (RAT-34).
    package var unspent: String?
    /// Of `commit`: the code of a commitment of the catalogue.
    package var commitment: String?
    package var reason: String?
    /// Who asks for it.
    package var by: String
    package var at: Timestamp

    package var key: String { self.accountId }
    package var subject: String { self.commandId.description }

    package init(
        commandId: CommandID,
        accountId: String,
        command: String,
        serviceNumber: String,
        from: BillingCycle? = nil,
        limitMilliyuan: Milliyuan? = nil,
        unspent: String? = nil,
        commitment: String? = nil,
        reason: String? = nil,
        by: String,
        at: Timestamp
    ) {
        self.commandId = commandId
        self.accountId = accountId
        self.command = command
        self.serviceNumber = serviceNumber
        self.from = from
        self.limitMilliyuan = limitMilliyuan
        self.unspent = unspent
        self.commitment = commitment
        self.reason = reason
        self.by = by
        self.at = at
    }
}
