/// Where an order comes from (ORD-01).
package enum Channel: String, Sendable, CaseIterable {
    case counter, hotline, web, mobile, sms, accountManager, system
}

/// What an order asks for.
package enum Action: String, Sendable, CaseIterable {
    case subscribe
    /// That another order ends before its effect.
    case cancel
    /// That a bundle in effect becomes another one: members, options, tier.
    case change
    /// That a bundle in effect ends.
    case release
    /// That lines are stopped.
    case suspend
    /// That stopped lines are started again.
    case resume
    /// That lines get new cards.
    case replaceSim
    /// That lines belong to another customer.
    case transferOwnership
    /// That lines which were stopped, or have ended, are there again.
    case reconnect
    /// That lines get new service passwords.
    case resetPassword
}

/// Why a card is replaced (ORD-56).
package enum SimReplacementCause: String, Sendable, CaseIterable {
    case lost, damaged, handsetFault
    /// Then it is not replaced: it is unlocked.
    case locked
}

package enum Segment: String, Sendable, CaseIterable {
    case enterprise, individual
}

/// The customer's class of service: `gold` is 全球通, `standard` is 动感地带, 神州行 and others.
package enum Tier: String, Sendable, CaseIterable {
    case vip, gold, standard
}

package enum Term: String, Sendable, CaseIterable {
    case monthly, annual
}

/// Who pays: one account for all members, or each its own.
package enum Payment: String, Sendable, CaseIterable {
    case unified, individual
}

/// A document that proves who the customer is.
package enum IdentityType: String, Sendable, CaseIterable {
    // Of organisations (ORD-19, ORD-26).
    case businessLicense, organizationCode, militaryUnit, entrustmentLetter, legalPersonCertificate
    case socialOrganizationCertificate
    // Of persons, the service agreement's list (ORD-18).
    case identityCard, idCard, temporaryIdentityCard, householdRegister, militaryIdentity, policeIdentity
    case hongKongMacaoPermit, taiwanPermit, passport
    // Proof for existing customers only (ORD-17, G-19).
    case drivingLicence, temporaryResidencePermit

    package enum Kind: Sendable {
        case organisation, person, existingPerson
    }

    package var kind: Kind {
        switch self {
        case .businessLicense, .organizationCode, .militaryUnit, .entrustmentLetter, .legalPersonCertificate,
            .socialOrganizationCertificate:
            .organisation
        case .identityCard, .idCard, .temporaryIdentityCard, .householdRegister, .militaryIdentity, .policeIdentity,
            .hongKongMacaoPermit, .taiwanPermit, .passport:
            .person
        case .drivingLicence, .temporaryResidencePermit:
            .existingPerson
        }
    }
}
