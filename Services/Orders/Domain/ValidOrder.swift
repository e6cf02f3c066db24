package import Contracts

/// An order that breaks no rule, with what the catalogue and the known facts say of it.
package struct ValidOrder: Hashable, Sendable {
    package enum Offer: Hashable, Sendable {
        case bundle(Bundle)
        case single(SingleOffer)
        /// Lines as they are, which are stopped or started.
        case lines(Action)
    }

    package struct Member: Hashable, Sendable {
        /// What the member is to the offer.
        package enum Role: String, Sendable, CaseIterable {
            /// One of the offer's own.
            case included
            /// Added, and draws on the shared minutes (CAT-69).
            case sharedTerminal
            /// Added to the private network, and pays independently (CAT-70).
            case networkTerminal
            /// A member no longer.
            case leaving
        }

        package var ref: String
        package var product: Product
        package var serviceNumber: String
        package var isExisting: Bool
        package var isMain: Bool
        package var role: Role
        /// The tariff that an existing line has, or that a new one is to have.
        package var plan: String?
        /// Value-added services that the line has already; a new line has none.
        package var services: Set<String>
        /// What the offer gives it, in the order of opening.
        package var givenServices: [String]
        package var formerSpeedMbps: Int?
        package var orderedSpeedMbps: Int?
        /// The tariff that the line has once the order is in effect; `nil` where it stays unknown.
        package var nextPlan: String?
        /// A plan that the offer puts beside the tariff.
        package var extraPlan: String?
        package var options: Set<String>
        /// Whether an option asks for the speed, so that it is set even where it is the same.
        package var hasSpeedOption: Bool
        package var joinsPrivateNetwork: Bool
        /// Whether it is a member already, and whether it still is afterwards.
        package var part: DecompositionRule.Part = .joining
        /// Of a member of the bundle as it was: what that gave it.
        package var formerServices: [String] = []
        package var formerOptions: Set<String> = []
        /// Of a card that is replaced.
        package var newCardNumber: String?
        package var cause: String?
        /// As they were typed: they are sealed before anything is stored or told.
        package var password: String?
        package var formerPassword: String?
        /// Of one that is connected again: the tariff that it had.
        package var formerPlan: String?
        /// What the order says of it, with what counts where it says nothing.
        package var characteristics: [String: String] = [:]
        /// Whether the line ends with what it leaves: a line has no other tariff than that.
        package var closesLine = false
    }

    package var externalId: String
    package var channel: Channel
    package var action: Action
    /// Whose it is; of lines that change hands, the new owner.
    package var customerId: String
    /// Of lines that change hands: whose they are until then.
    package var formerCustomerId: String?
    /// As given; absent, an account is opened with the order.
    package var accountId: String?
    package var offer: Offer
    package var term: Term
    package var payment: Payment
    package var members: [Member]
    /// The bundle that it changes, releases, stops or starts.
    package var former: CurrentBundle?
    /// Prepaid months that a release gives up.
    package var unusedMonths = 0
}

extension ValidOrder {
    /// What it puts into effect, in one word: `bundle`, `single`, `release`, `singleRelease`, or what is asked of lines,
    /// such as `suspend`.
    package var kind: String {
        let isRelease = self.former != nil && self.members.allSatisfy { $0.part == .leaving }
        return switch self.offer {
        case .bundle: isRelease ? Action.release.rawValue : "bundle"
        case .single: isRelease ? "singleRelease" : "single"
        case .lines(let action): action.rawValue
        }
    }

    /// When it takes effect: changing or ending what a single offer gave has a policy of its own (G-07, G-58).
    package var effect: EffectPolicy {
        if case .single(let offer) = self.offer, self.former != nil { return offer.changeEffect }
        return self.offer.effect
    }
}

extension ValidOrder.Offer {
    package var code: String {
        switch self {
        case .bundle(let bundle): bundle.code
        case .single(let offer): offer.code
        case .lines(let action): action.rawValue
        }
    }

    /// The catalogue's set of rules by which it is taken apart.
    package var decomposition: String {
        switch self {
        case .bundle(let bundle): bundle.decomposition
        case .single(let offer): offer.decomposition
        case .lines(let action): action.rawValue
        }
    }

    /// When a first subscription takes effect.
    package var effect: EffectPolicy {
        switch self {
        case .bundle(let bundle): bundle.effect
        case .single(let offer): offer.effect
        // Neither owner pays for the other's part of a month.
        case .lines(.transferOwnership): .firstOfNextMonth
        case .lines: .immediate
        }
    }

    package var isBundle: Bool {
        if case .bundle = self { true } else { false }
    }
}
