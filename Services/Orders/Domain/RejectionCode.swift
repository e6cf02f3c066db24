/// Why an order can be rejected: stable names, published. This is their table.
///
/// | code | rule |
/// | --- | --- |
/// | `MALFORMED` | a value that no order may have: an unknown word, an empty or oversized text, control characters, a name or number twice, `individual` payment of a bundle (its fixed, 2G and broadband members are paid by the unified account, G-14) |
/// | `UNKNOWN_OFFER` | no bundle, single offer or tariff plan of this code |
/// | `UNKNOWN_OPTION` | no option of this code, not one of this offer, chosen twice, or excluded by another one |
/// | `MEMBER_COUNT` | too few or too many members of a kind |
/// | `MEMBER_PRODUCT` | a product that is none, or that the offer or the option does not take |
/// | `PLAN_TOO_LOW` | the member's own plan is below the lowest that the bundle takes (CAT-68) |
/// | `FEE_FLOOR` | the bundle's fee and its 3G plan's are together below plan A's (CAT-67) |
/// | `IDENTITY_REQUIRED` | no document, for a bundle, a new line or card, a change of owner, a line that is connected again, a password that was forgotten (ORD-21, ORD-26, ORD-57, ORD-61, ORD-64, ORD-36, G-26) |
/// | `IDENTITY_TYPE` | a document of a kind that is not accepted here (ORD-18, ORD-19, ORD-26, ORD-27, G-19) |
/// | `NUMBER_FORMAT` | a service number or identity number that does not look like one |
/// | `NUMBER_IN_ANOTHER_BUNDLE` | the number belongs to a bundle, in effect or about to be |
/// | `NUMBER_BUSY` | an order in flight holds the number |
/// | `FROZEN_UNTIL_EFFECTIVE` | the number's bundle, or what was last ordered about a single offer, is not yet in effect (ORD-79): a bundle can be amended or cancelled until its order is complete, and never released |
/// | `EXCLUSIVE_PLAN` | the line or the customer has a plan that excludes this one (ORD-40) |
/// | `NOT_FOUND` | said to exist, but known with another product, of another customer, or closed; nothing in effect that could change or end |
/// | `NOT_ALLOWED_IN_STATE` | said to be new but served already, suspended, or nothing left to do |
/// | `CHANGE_LIMIT` | the bundle was changed three times in this month (ORD-87) |
/// | `TERM_NOT_OVER` | the prepaid term is not over, and the penalty not accepted (ORD-92) |
/// | `CONFIRMATION_REQUIRED` | the bundle would fall back or end, and the customer has not confirmed it (ORD-91, ORD-95, G-28) |
/// | `PASSWORD_WEAK` | not six digits, or easily guessed (ORD-33, ORD-34) |
/// | `CONSENT_REQUIRED` | sold by telephone without a recording, or another user who has not agreed (ORD-12, ORD-42) |
/// | `PRECONDITION_NOT_MET` | the line cannot be made as it is: one that is not local (ORD-101), a GPRS-VPN far from the network (PRO-33) |
/// | `TENURE_TOO_SHORT` | the line is served for less than a month (ORD-62) |
/// | `AGREEMENT_IN_FORCE` | a handset, a bank or other lines bind the line (ORD-62) |
/// | `ARREARS` | the account has not paid what is overdue (ORD-64, ORD-66) |
/// | `UNLOCK_INSTEAD` | the card is merely locked: it is unlocked, not replaced (ORD-56) |
/// | `DUPLICATE_EXTERNAL_ID` | the channel used this `externalId` for an order with other content |
package enum RejectionCode: String, Sendable, CaseIterable {
    case malformed = "MALFORMED"
    case unknownOffer = "UNKNOWN_OFFER"
    case unknownOption = "UNKNOWN_OPTION"
    case memberCount = "MEMBER_COUNT"
    case memberProduct = "MEMBER_PRODUCT"
    case planTooLow = "PLAN_TOO_LOW"
    case feeFloor = "FEE_FLOOR"
    case identityRequired = "IDENTITY_REQUIRED"
    case identityType = "IDENTITY_TYPE"
    case numberFormat = "NUMBER_FORMAT"
    case numberInAnotherBundle = "NUMBER_IN_ANOTHER_BUNDLE"
    case numberBusy = "NUMBER_BUSY"
    case frozenUntilEffective = "FROZEN_UNTIL_EFFECTIVE"
    case exclusivePlan = "EXCLUSIVE_PLAN"
    case notFound = "NOT_FOUND"
    case notAllowedInState = "NOT_ALLOWED_IN_STATE"
    case changeLimit = "CHANGE_LIMIT"
    case termNotOver = "TERM_NOT_OVER"
    case confirmationRequired = "CONFIRMATION_REQUIRED"
    case passwordWeak = "PASSWORD_WEAK"
    case consentRequired = "CONSENT_REQUIRED"
    case preconditionNotMet = "PRECONDITION_NOT_MET"
    case tenureTooShort = "TENURE_TOO_SHORT"
    case agreementInForce = "AGREEMENT_IN_FORCE"
    case arrears = "ARREARS"
    case unlockInstead = "UNLOCK_INSTEAD"
    case duplicateExternalID = "DUPLICATE_EXTERNAL_ID"
}
