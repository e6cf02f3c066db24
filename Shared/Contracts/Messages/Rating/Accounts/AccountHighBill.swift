/// The charges of the open cycle are abnormally high (NTF-21, G-20). Told once a cycle.
package struct AccountHighBill: MessageBody, Hashable {
    package static let type = "account.highBill"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var cycle: BillingCycle
    /// Of the cycle so far.
    package var chargeMilliyuan: Milliyuan
    /// Of the last three bills.
    package var meanMilliyuan: Milliyuan
    /// What the charges have gone beyond.
    package var limitMilliyuan: Milliyuan
    package var at: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String,
        cycle: BillingCycle,
        chargeMilliyuan: Milliyuan,
        meanMilliyuan: Milliyuan,
        limitMilliyuan: Milliyuan,
        at: Timestamp
    ) {
        self.accountId = accountId
        self.cycle = cycle
        self.chargeMilliyuan = chargeMilliyuan
        self.meanMilliyuan = meanMilliyuan
        self.limitMilliyuan = limitMilliyuan
        self.at = at
    }
}
