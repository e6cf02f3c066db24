package import Contracts

/// What an order's effect means for the accounts of its lines.
package struct OrderEffect: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// A bundle or a single offer is in effect; where `replaces` names one, that has ended in the same instant.
        case agreement(replaces: String?)
        /// One has ended, and nothing comes in its place.
        case end(of: String?)
        case stop
        case start
        /// Lines belong to the order's account from then on, as they are.
        case transfer
        /// Lines are there again: started, or whoever's they were before they ended, with the tariffs that they have then.
        case reconnection
        /// Something else, such as a new card.
        case nothing
    }

    package struct Member: Hashable, Sendable {
        package var given: AccountHistory.Member
        /// Services that the line has beside those that are given.
        package var otherServices: [String]
        package var isClosed: Bool

        package init(_ given: AccountHistory.Member, otherServices: [String] = [], isClosed: Bool = false) {
            self.given = given
            self.otherServices = otherServices
            self.isClosed = isClosed
        }
    }

    package var kind: Kind
    /// The agreement that it is, or that its tariffs come from.
    package var id: String
    package var accountId: String
    package var offer: String
    /// By which it was ordered, where that is told.
    package var channel: String?
    package var at: Timestamp
    package var members: [Member]

    package init(
        kind: Kind, id: String, accountId: String, offer: String, channel: String? = nil, at: Timestamp,
        members: [Member]
    ) {
        self.kind = kind
        self.id = id
        self.accountId = accountId
        self.offer = offer
        self.channel = channel
        self.at = at
        self.members = members
    }

    /// By which the services themselves order, such as credit control.
    package static let systemChannel = "system"

    package var numbers: [String] { self.members.map(\.given.serviceNumber) }

    /// What is kept of it as an agreement; `nil` where there is nothing. One that ends others lasts no time: it says
    /// which tariffs its lines have from then on.
    package var agreement: AccountHistory.Agreement? {
        let span: Span
        switch self.kind {
        case .agreement: span = Span(from: self.at)
        case .end, .reconnection: span = Span(from: self.at, until: self.at)
        case .stop, .start, .transfer, .nothing: return nil
        }
        return AccountHistory.Agreement(
            id: self.id, accountId: self.accountId, offer: self.offer, span: span, members: self.members.map(\.given))
    }

    /// Lines that are closed with it.
    package var closures: [LineClosure] {
        self.members.filter(\.isClosed).map { LineClosure(serviceNumber: $0.given.serviceNumber, at: self.at) }
    }

    package var stops: [AccountHistory.Stop] {
        switch self.kind {
        case .stop, .start, .reconnection:
            self.numbers.map {
                AccountHistory.Stop(
                    serviceNumber: $0, at: self.at, isStopped: self.kind == .stop,
                    isWish: self.kind == .stop && self.channel != Self.systemChannel)
            }
        case .agreement, .end, .transfer, .nothing: []
        }
    }
}

/// Which account a line belongs to, and since when.
package struct LineOwner: Hashable, Sendable {
    package var serviceNumber: String
    package var accountId: String
    package var product: String
    package var span: Span
    package var services: [String]

    package init(
        serviceNumber: String, accountId: String, product: String, span: Span, services: [String] = []
    ) {
        self.serviceNumber = serviceNumber
        self.accountId = accountId
        self.product = product
        self.span = span
        self.services = services
    }
}

/// A line ends: whoever has it then has it no longer.
package struct LineClosure: Hashable, Sendable {
    package var serviceNumber: String
    package var at: Timestamp

    package init(serviceNumber: String, at: Timestamp) {
        self.serviceNumber = serviceNumber
        self.at = at
    }
}

/// A change of whom a line belongs to.
package enum OwnerChange: Hashable, Sendable {
    case attached(LineOwner)
    /// It belonged to the account already, from an earlier instant than was known.
    case extended(LineOwner, from: Timestamp)
    case detached(LineOwner, at: Timestamp, to: String?)

    package var owner: LineOwner {
        switch self {
        case .attached(let owner), .extended(let owner, _), .detached(let owner, _, _): owner
        }
    }
}

extension OrderEffect {
    /// What it changes in who owns its lines.
    ///
    /// A line that nobody has belongs to the order's account. A bundle brings the lines that share its minutes to its
    /// account, whose they were before; a terminal that is in its network alone pays for itself, and stays where it is
    /// (CAT-70). A line that changes hands goes to the account of its new owner (ORD-63). A closed line belongs to nobody.
    ///
    /// - Parameters:
    ///   - owners: of its lines, as far as they are known.
    ///   - closures: of its lines, also those that are known before what they end.
    ///   - isBundle: whether the offer is one.
    package func ownerChanges(
        given owners: [LineOwner], _ closures: [LineClosure], isBundle: Bool
    ) -> [OwnerChange] {
        guard self.agreement != nil || self.kind == .transfer else { return [] }
        return self.members.flatMap { self.changes(of: $0, owners, closures, isBundle: isBundle) }
    }

    private func changes(
        of member: Member, _ owners: [LineOwner], _ closures: [LineClosure], isBundle: Bool
    ) -> [OwnerChange] {
        let number = member.given.serviceNumber
        let current = owners.filter { $0.serviceNumber == number && ($0.span.until.map { $0 > self.at } ?? true) }
            .min { $0.span.from < $1.span.from }
        if member.isClosed {
            guard let current, current.span.from < self.at else { return [] }
            return [.detached(current, at: self.at, to: nil)]
        }
        // What is left has an owner already; one who is not known here, because the order that brought the line is
        // read later, will be then.
        guard member.given.role != .leaving else { return [] }
        let closedAt = closures.filter { $0.serviceNumber == number && $0.at > self.at }.map(\.at).min()
        let owner = LineOwner(
            serviceNumber: number, accountId: self.accountId, product: member.given.product,
            span: Span(from: self.at, until: closedAt), services: member.otherServices)
        guard let current else { return [.attached(owner)] }
        if current.span.from > self.at {
            let isClosedBetween = closedAt.map { $0 <= current.span.from } ?? false
            if current.accountId == self.accountId, !isClosedBetween { return [.extended(current, from: self.at)] }
            var former = owner
            former.span.until = min(current.span.from, closedAt ?? current.span.from)
            return [.attached(former)]
        }
        let isDrawnIn = self.kind == .transfer || isBundle && member.given.role != .networkTerminal
        guard current.accountId != self.accountId, isDrawnIn, current.span.from < self.at else { return [] }
        return [.detached(current, at: self.at, to: self.accountId), .attached(owner)]
    }
}
