package enum MessageLanguage: String, Sendable, CaseIterable {
    case chinese = "zh"
    case english = "en"
}

/// What a parameter of a message is, and so how it is written.
package enum ParameterKind: String, Sendable, CaseIterable {
    case text
    case number
    /// An amount in milliyuan, written in yuan and fen.
    case money
    /// Bytes, written in MB.
    case data
    case minutes
    /// An instant, written as its day in the business time zone.
    case date
    /// The same to the minute.
    case dateTime
    /// The same as its month; a month `2026-12` too.
    case month

    /// What it takes, for people.
    package var accepted: String {
        switch self {
        case .text: "a text that is not empty"
        case .number, .minutes: "a whole number"
        case .money: "a whole number of milliyuan"
        case .data: "a whole number of bytes, not negative"
        case .date, .dateTime: "an instant such as 2026-12-01T00:00:00+08:00"
        case .month: "a month such as 2026-12, or an instant"
        }
    }
}
