/// Why a usage record is not rated. It can be sent again when the cause is gone.
package struct UsageRefusal: Error, Hashable, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        case unknownNumber = "UNKNOWN_NUMBER"
        case memberInactive = "MEMBER_INACTIVE"
        case endBeforeStart = "END_BEFORE_START"
        case endInFuture = "END_IN_FUTURE"
        case tooOld = "TOO_OLD"
        case invalidVolume = "INVALID_VOLUME"
        /// The line's product has no such usage.
        case kindNotCarried = "KIND_NOT_CARRIED"
        /// The account's terms contradict each other: see `TermsFault`.
        case accountParked = "ACCOUNT_PARKED"
    }

    package var code: Code
    /// The field that is wrong, its value, and what is accepted.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// A contradiction in an account's terms: the account is parked with it, alone.
package struct TermsFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// All of them, one a line of text.
    package var reasons: [String]

    package init(_ reasons: [String]) { self.reasons = reasons }

    package var description: String { self.reasons.joined(separator: "; ") }
}
