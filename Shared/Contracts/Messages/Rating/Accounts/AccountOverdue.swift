/// A bill is not paid at the end of the month in which it was issued.
package struct AccountOverdue: MessageBody, Hashable {
    package static let type = "account.overdue"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var billId: BillID
    /// The bill's.
    package var cycle: BillingCycle
    /// Of all bills that are overdue.
    package var outstandingMilliyuan: Milliyuan
    package var dueAt: Timestamp
    /// When the members will be suspended, if it is not paid before.
    package var suspensionAt: Timestamp
    package var overdueAt: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String,
        billId: BillID,
        cycle: BillingCycle,
        outstandingMilliyuan: Milliyuan,
        dueAt: Timestamp,
        suspensionAt: Timestamp,
        overdueAt: Timestamp
    ) {
        self.accountId = accountId
        self.billId = billId
        self.cycle = cycle
        self.outstandingMilliyuan = outstandingMilliyuan
        self.dueAt = dueAt
        self.suspensionAt = suspensionAt
        self.overdueAt = overdueAt
    }
}
