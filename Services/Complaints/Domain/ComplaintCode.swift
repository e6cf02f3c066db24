/// Why a complaint or a command is refused: published and stable.
package enum ComplaintCode: String, Sendable, CaseIterable {
    // Complaints
    case emptyField = "EMPTY_FIELD"
    case unknownChannel = "UNKNOWN_CHANNEL"
    case unknownTier = "UNKNOWN_TIER"
    case unknownCategory = "UNKNOWN_CATEGORY"
    case unknownArea = "UNKNOWN_AREA"
    case impossibleTime = "IMPOSSIBLE_TIME"
    case controlCharacter = "CONTROL_CHARACTER"
    case duplicateExternalId = "DUPLICATE_EXTERNAL_ID"
    // Commands
    case unknownComplaint = "UNKNOWN_COMPLAINT"
    case unknownCommand = "UNKNOWN_COMMAND"
    case missingField = "MISSING_FIELD"
    case wrongState = "WRONG_STATE"
    case unknownQueue = "UNKNOWN_QUEUE"
    case unknownPartner = "UNKNOWN_PARTNER"
    case notAsked = "NOT_ASKED"
    case unknownLevel = "UNKNOWN_LEVEL"
    case unknownParty = "UNKNOWN_PARTY"
    case nothingChanges = "NOTHING_CHANGES"
    case notAFault = "NOT_A_FAULT"
    case invalidScore = "INVALID_SCORE"
    case surveyOver = "SURVEY_OVER"
    // Refunds
    case unknownRule = "UNKNOWN_RULE"
    case unknownRole = "UNKNOWN_ROLE"
    case unknownAccount = "UNKNOWN_ACCOUNT"
    case invalidAmount = "INVALID_AMOUNT"
    case usageRefunded = "USAGE_REFUNDED"
    case usageNotNamed = "USAGE_NOT_NAMED"
    case notRepaired = "NOT_REPAIRED"
    case deadlineKept = "DEADLINE_KEPT"
    case waivedBefore = "WAIVED_BEFORE"
    case unknownRefund = "UNKNOWN_REFUND"
    case samePerson = "SAME_PERSON"
    case aboveLimit = "ABOVE_LIMIT"
}

/// One broken rule: code, field as a JSON Pointer, and what is accepted.
package struct ComplaintRefusal: Error, Sendable, Hashable {
    package var code: ComplaintCode
    package var path: String
    package var message: String

    package init(_ code: ComplaintCode, _ path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// `path: message`.
    package var text: String { "\(self.path): \(self.message)" }
}
