package import Contracts

/// What orders have done to an account's lines, from the first on: the terms of every cycle follow from it.
///
/// It says of everything from when and until when it is in force, so that it is the same in whatever order the orders'
/// effects become known.
package struct AccountHistory: Hashable, Sendable {
    /// A line, while it belongs to the account.
    package struct Attachment: Hashable, Sendable {
        package var serviceNumber: String
        package var product: String
        package var span: Span
        /// Value-added services that it brought with it.
        package var services: [String]

        package init(serviceNumber: String, product: String, span: Span, services: [String] = []) {
            self.serviceNumber = serviceNumber
            self.product = product
            self.span = span
            self.services = services
        }
    }

    /// A bundle or a single offer, while it is in effect.
    package struct Agreement: Hashable, Sendable {
        package var id: String
        /// Which account pays for what is common to its members.
        package var accountId: String
        package var offer: String
        package var span: Span
        package var members: [Member]

        package init(id: String, accountId: String, offer: String, span: Span, members: [Member]) {
            self.id = id
            self.accountId = accountId
            self.offer = offer
            self.span = span
            self.members = members
        }
    }

    /// What an agreement gives to a line.
    package struct Member: Hashable, Sendable {
        package enum Role: String, Sendable, CaseIterable, Codable {
            case included, sharedTerminal, networkTerminal
            /// It gives nothing more, and says perhaps which tariff the line has instead.
            case leaving
        }

        package var serviceNumber: String
        package var product: String
        package var isMain: Bool
        package var role: Role
        /// The tariff that the line has from the agreement's beginning on, whatever becomes of the agreement.
        package var newPlan: String?
        package var extraPlan: String?
        package var services: [String]
        package var options: [String]

        package init(
            serviceNumber: String,
            product: String,
            isMain: Bool = false,
            role: Role = .included,
            newPlan: String? = nil,
            extraPlan: String? = nil,
            services: [String] = [],
            options: [String] = []
        ) {
            self.serviceNumber = serviceNumber
            self.product = product
            self.isMain = isMain
            self.role = role
            self.newPlan = newPlan
            self.extraPlan = extraPlan
            self.services = services
            self.options = options
        }
    }

    /// A line is stopped, or started again.
    package struct Stop: Hashable, Sendable {
        package var serviceNumber: String
        package var at: Timestamp
        package var isStopped: Bool
        /// At its customer's wish, who pays for keeping the number (RAT-23); else by credit control.
        package var isWish: Bool

        package init(serviceNumber: String, at: Timestamp, isStopped: Bool, isWish: Bool = false) {
            self.serviceNumber = serviceNumber
            self.at = at
            self.isStopped = isStopped
            self.isWish = isWish
        }
    }

    package var accountId: String
    package var attachments: [Attachment]
    /// All in which a line of the account has ever been, whoever pays for them.
    package var agreements: [Agreement]
    package var stops: [Stop]

    package init(
        accountId: String, attachments: [Attachment], agreements: [Agreement] = [], stops: [Stop] = []
    ) {
        self.accountId = accountId
        self.attachments = attachments
        self.agreements = agreements
        self.stops = stops
    }
}
