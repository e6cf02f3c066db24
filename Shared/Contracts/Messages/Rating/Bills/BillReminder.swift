/// A bill is not paid, and its time is over soon (G-53).
package struct BillReminder: MessageBody, Hashable {
    package static let type = "bill.reminder"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var billId: BillID
    /// The bill's.
    package var cycle: BillingCycle
    /// Of all bills whose time is over by then.
    package var outstandingMilliyuan: Milliyuan
    package var dueAt: Timestamp
    /// When the members will be suspended, if it is not paid before.
    package var suspensionAt: Timestamp
    package var remindedAt: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String,
        billId: BillID,
        cycle: BillingCycle,
        outstandingMilliyuan: Milliyuan,
        dueAt: Timestamp,
        suspensionAt: Timestamp,
        remindedAt: Timestamp
    ) {
        self.accountId = accountId
        self.billId = billId
        self.cycle = cycle
        self.outstandingMilliyuan = outstandingMilliyuan
        self.dueAt = dueAt
        self.suspensionAt = suspensionAt
        self.remindedAt = remindedAt
    }
}
