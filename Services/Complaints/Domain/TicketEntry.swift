package import Contracts
import Foundation

/// One line of a ticket's history: never changed, never removed.
package struct TicketEntry: Sendable, Hashable {
    package var at: Timestamp
    /// A person, a channel, a partner, or `system` for what falls due.
    package var by: String
    package var event: TicketEvent

    package init(_ event: TicketEvent, by: String, at: Timestamp) {
        self.at = at
        self.by = by
        self.event = event
    }

    /// Who does what falls due.
    package static let system = "system"
}

extension TicketEvent {
    /// As it is stored.
    package var kind: String {
        switch self {
        case .submitted: "submitted"
        case .rejected: "rejected"
        case .linked: "linked"
        case .evidence: "evidence"
        case .assigned: "assigned"
        case .dispatched: "dispatched"
        case .reminded: "reminded"
        case .partnerReplied: "partnerReplied"
        case .replied: "replied"
        case .escalated: "escalated"
        case .waits: "waits"
        case .goesOn: "goesOn"
        case .reclassified: "reclassified"
        case .repaired: "repaired"
        case .resolved: "resolved"
        case .closed: "closed"
        case .reopened: "reopened"
        case .cancelled: "cancelled"
        case .refundRequested: "refundRequested"
        case .refundApproved: "refundApproved"
        case .refundDeclined: "refundDeclined"
        case .refundBooked: "refundBooked"
        case .refundRejected: "refundRejected"
        case .warned: "warned"
        case .missed: "missed"
        case .noted: "noted"
        case .joined: "joined"
        }
    }

    private var content: any Encodable {
        switch self {
        case .submitted(let content): content
        case .rejected(let content): content
        case .linked(let content): content
        case .evidence(let content): content
        case .assigned(let content): content
        case .dispatched(let content): content
        case .reminded(let content): content
        case .partnerReplied(let content): content
        case .replied(let content), .goesOn(let content), .cancelled(let content), .noted(let content): content
        case .escalated(let content): content
        case .waits(let content): content
        case .reclassified(let content): content
        case .repaired(let content): content
        case .resolved(let content): content
        case .closed(let content): content
        case .reopened(let content): content
        case .refundRequested(let content): content
        case .refundApproved(let content), .refundDeclined(let content): content
        case .refundBooked(let content): content
        case .refundRejected(let content): content
        case .warned(let content), .missed(let content): content
        case .joined(let content): content
        }
    }

    /// What happened, as JSON whose members are in the order of their names: the same event is the same text.
    ///
    /// - Parameter calendar: in whose offset times are written.
    package func text(_ calendar: BusinessCalendar) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.userInfo[.businessCalendar] = calendar
        return String(decoding: try encoder.encode(self.content), as: UTF8.self)
    }

    /// - Throws: `DecodingError`; `UnknownKind` where a later version has written it.
    package init(kind: String, text: String) throws {
        func read<Content: Decodable>(_ type: Content.Type = Content.self) throws -> Content {
            try JSONDecoder().decode(Content.self, from: Data(text.utf8))
        }
        switch kind {
        case "submitted": self = .submitted(try read())
        case "rejected": self = .rejected(try read())
        case "linked": self = .linked(try read())
        case "evidence": self = .evidence(try read())
        case "assigned": self = .assigned(try read())
        case "dispatched": self = .dispatched(try read())
        case "reminded": self = .reminded(try read())
        case "partnerReplied": self = .partnerReplied(try read())
        case "replied": self = .replied(try read())
        case "escalated": self = .escalated(try read())
        case "waits": self = .waits(try read())
        case "goesOn": self = .goesOn(try read())
        case "reclassified": self = .reclassified(try read())
        case "repaired": self = .repaired(try read())
        case "resolved": self = .resolved(try read())
        case "closed": self = .closed(try read())
        case "reopened": self = .reopened(try read())
        case "cancelled": self = .cancelled(try read())
        case "refundRequested": self = .refundRequested(try read())
        case "refundApproved": self = .refundApproved(try read())
        case "refundDeclined": self = .refundDeclined(try read())
        case "refundBooked": self = .refundBooked(try read())
        case "refundRejected": self = .refundRejected(try read())
        case "warned": self = .warned(try read())
        case "missed": self = .missed(try read())
        case "noted": self = .noted(try read())
        case "joined": self = .joined(try read())
        default: throw UnknownKind(kind: kind)
        }
    }

    package struct UnknownKind: Error {
        package var kind: String
    }
}
