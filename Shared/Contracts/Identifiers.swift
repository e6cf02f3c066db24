package import Foundation

/// The id of one kind of thing: a UUID that does not mix with the ids of other kinds.
///
/// In messages it is the lower-case text form.
package protocol Identifier: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible
where RawValue == UUID {
    init(rawValue: UUID)
}

extension Identifier {
    package init(_ uuid: UUID) { self.init(rawValue: uuid) }

    /// `nil` when the text is no UUID.
    package init?(_ text: String) {
        guard let uuid = UUID(text: text) else { return nil }
        self.init(rawValue: uuid)
    }

    package var description: String { self.rawValue.text }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let uuid = UUID(text: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text.prefix(40))' is no UUID")
        }
        self.init(rawValue: uuid)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}

/// One product order, as Orders knows it; the sender's own id is its `externalId`.
package struct OrderID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}

/// One product's part of an order.
package struct WorkOrderID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}

/// A bundle in a customer's possession, from the order that opened it.
package struct BundleID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}

/// One step of a work order on one system.
package struct TaskID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}

/// One command to a network element: the same on every repetition, so that the element can recognise it.
package struct CommandID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}

/// One usage record, as mediation numbers it: the same on every repetition.
package struct UsageID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}

/// The money of an account that is kept apart: its public ledger or a dedicated one.
package struct LedgerID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}

/// The bill of one account for one cycle.
package struct BillID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}

/// Gives new ids, in the order in which they are asked for where the source is the real one:
/// `UUIDv7Source`; tests count.
package protocol IdentifierSource: Sendable {
    func next() -> UUID
}

extension IdentifierSource {
    package func next<ID: Identifier>(_ kind: ID.Type = ID.self) -> ID { ID(rawValue: self.next()) }
}

/// One message to one recipient.
package struct NotificationID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}

/// One complaint, as Complaints knows it; the channel's own id is its `externalId`.
package struct ComplaintID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}

/// What many complaints have in common.
package struct ProblemID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}

/// A refund that a complaint leads to: the id of the command that asked for it.
package struct RefundID: Identifier {
    package var rawValue: UUID
    package init(rawValue: UUID) { self.rawValue = rawValue }
}
