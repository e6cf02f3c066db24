import Contracts

/// One broken rule of an order.
package struct Rejection: Hashable, Sendable {
    package var code: RejectionCode
    /// The field that breaks it: a JSON Pointer (RFC 6901).
    package var path: String
    /// What is wrong, and what is accepted. Never quotes an identity number or a password.
    package var message: String

    package init(_ code: RejectionCode, at path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }
}

/// Every rule that an order breaks: never empty, never only the first.
package struct Rejections: Error, Hashable, Sendable {
    package var reasons: [Rejection]

    package init(_ reasons: [Rejection]) {
        self.reasons = reasons
    }

    /// The pair of channel and `externalId` is taken by an order with other content.
    package static func duplicate(externalId: String, channel: String) -> Rejections {
        Rejections([
            Rejection(
                .duplicateExternalID,
                at: "/externalId",
                "\(quoted(externalId)) of channel \(quoted(channel)) is an order with other content: take a new id"
            )
        ])
    }
}

/// What is found while an order is looked over.
struct Findings {
    private(set) var reasons: [Rejection] = []

    mutating func add(_ code: RejectionCode, at path: String, _ message: String) {
        self.reasons.append(Rejection(code, at: path, message))
    }
}

/// A value from outside, fit for a message: short, without control characters.
func quoted(_ value: String) -> String {
    let limit = 40
    var text = "'"
    for scalar in value.unicodeScalars.prefix(limit) {
        text.unicodeScalars.append(isControl(scalar) ? "\u{FFFD}" : scalar)
    }
    return text + (value.unicodeScalars.dropFirst(limit).isEmpty ? "'" : "…'")
}

func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }

/// `a, b or c`, for messages.
func alternatives(_ values: some Sequence<String>) -> String {
    let values = values.sorted()
    guard let last = values.last else { return "none" }
    return values.count == 1 ? last : values.dropLast().joined(separator: ", ") + " or " + last
}
