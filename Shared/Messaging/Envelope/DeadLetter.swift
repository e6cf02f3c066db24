/// Codes of records that are no message: they go to the dead letters without any handler having seen them.
package enum UndecodableCode: String, Sendable, CaseIterable {
    /// The value is over 1 MiB.
    case tooLarge = "TOO_LARGE"
    /// The record has no value.
    case empty = "EMPTY"
    case invalidUTF8 = "INVALID_UTF8"
    case invalidJSON = "INVALID_JSON"
    /// A text holds the character U+0000, which no database column can.
    case invalidText = "INVALID_TEXT"
    case missingField = "MISSING_FIELD"
    case mistypedField = "MISTYPED_FIELD"
    /// The field has the right JSON type, and a value that cannot be read: a time without an offset, say.
    case invalidValue = "INVALID_VALUE"
    /// A CloudEvents type that does not belong to the topic.
    case unknownType = "UNKNOWN_TYPE"
}

/// Codes that the messaging core gives by itself to records which a handler could not handle.
package enum HandlingCode {
    /// The handler failed on this record and on no other, on every attempt.
    package static let handlerFailed = "HANDLER_FAILED"
    /// Business time was to go back.
    package static let clockSetBack = "CLOCK_SET_BACK"
}

/// Names of the headers that a dead letter has beside the record's own.
enum DeadLetterHeader {
    static let topic = "dl_topic"
    static let partition = "dl_partition"
    static let offset = "dl_offset"
    static let code = "dl_code"
    static let message = "dl_message"
    static let time = "dl_time"
}
