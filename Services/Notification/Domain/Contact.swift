package import Contracts

/// A line of an account.
package struct Contact: Sendable, Hashable {
    package var serviceNumber: String
    package var accountId: String
    /// Whose account it is, where that is known.
    package var customerId: String?
    package var product: String
    package var isMain: Bool
    package var attachedAt: Timestamp

    package init(
        serviceNumber: String, accountId: String, customerId: String? = nil, product: String, isMain: Bool,
        attachedAt: Timestamp
    ) {
        self.serviceNumber = serviceNumber
        self.accountId = accountId
        self.customerId = customerId
        self.product = product
        self.isMain = isMain
        self.attachedAt = attachedAt
    }
}

extension Catalogue {
    /// The number that stands for an account: its main one where it gets texts, else the one that it has had longest.
    package func mainNumber(of contacts: [Contact]) -> String? {
        contacts.filter { self.getsTexts($0.product) }
            .min {
                ($0.isMain ? 0 : 1, $0.attachedAt, $0.serviceNumber) < (
                    $1.isMain ? 0 : 1, $1.attachedAt, $1.serviceNumber
                )
            }?
            .serviceNumber
    }

    /// Of lines that belong to no account yet.
    package func mainNumber(of lines: [(serviceNumber: String, product: String)]) -> String? {
        lines.first { self.getsTexts($0.product) }?.serviceNumber
    }

    package func getsTexts(_ product: String) -> Bool { self.products[product]?.getsTexts ?? false }

    /// What customers call an offer; its code where it has no name.
    package func offerName(_ code: String) -> String {
        self.bundles[code]?.name ?? self.singleOffers[code]?.name ?? self.options[code]?.name ?? code
    }
}
