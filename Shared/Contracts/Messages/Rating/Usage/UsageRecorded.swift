/// What a service number used, once: a call, a data session, a message, a hotspot session.
///
/// Done once for each `usageId`. What is senseless rather than malformed, such as an end before the start or a negative
/// volume, can be read: it is for rating to reject.
package struct UsageRecorded: MessageBody, Hashable {
    package static let type = "usage.recorded"
    package static let topic = Topic.usageRecorded

    package var usageId: UsageID
    package var kind: UsageKind
    package var serviceNumber: String
    package var startedAt: Timestamp
    package var endedAt: Timestamp
    /// Of voice, where it is always there.
    package var direction: CallDirection?
    /// The other number: always there for messages and for calls, save for those that come in from a hidden one.
    package var otherParty: String?
    /// Of voice, where it is always there.
    package var roaming: Roaming?
    /// Of data, where it is always there, and of WLAN, where it is only for the cap of its volume.
    package var uplinkBytes: Int64?
    package var downlinkBytes: Int64?
    /// Of WLAN, where it is always there.
    package var hotspot: Hotspot?

    package var key: String { self.serviceNumber }
    package var subject: String { self.usageId.description }

    package init(
        usageId: UsageID,
        kind: UsageKind,
        serviceNumber: String,
        startedAt: Timestamp,
        endedAt: Timestamp,
        direction: CallDirection? = nil,
        otherParty: String? = nil,
        roaming: Roaming? = nil,
        uplinkBytes: Int64? = nil,
        downlinkBytes: Int64? = nil,
        hotspot: Hotspot? = nil
    ) {
        self.usageId = usageId
        self.kind = kind
        self.serviceNumber = serviceNumber
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.direction = direction
        self.otherParty = otherParty
        self.roaming = roaming
        self.uplinkBytes = uplinkBytes
        self.downlinkBytes = downlinkBytes
        self.hotspot = hotspot
    }

    enum CodingKeys: String, CodingKey {
        case usageId, kind, serviceNumber, startedAt, endedAt, direction, otherParty, roaming, uplinkBytes,
            downlinkBytes, hotspot
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            usageId: try container.decode(UsageID.self, forKey: .usageId),
            kind: try container.decode(UsageKind.self, forKey: .kind),
            serviceNumber: try container.decode(String.self, forKey: .serviceNumber),
            startedAt: try container.decode(Timestamp.self, forKey: .startedAt),
            endedAt: try container.decode(Timestamp.self, forKey: .endedAt),
            direction: try container.decodeIfPresent(CallDirection.self, forKey: .direction),
            otherParty: try container.decodeIfPresent(String.self, forKey: .otherParty),
            roaming: try container.decodeIfPresent(Roaming.self, forKey: .roaming),
            uplinkBytes: try container.decodeIfPresent(Int64.self, forKey: .uplinkBytes),
            downlinkBytes: try container.decodeIfPresent(Int64.self, forKey: .downlinkBytes),
            hotspot: try container.decodeIfPresent(Hotspot.self, forKey: .hotspot)
        )
        if let missing = self.missingField {
            throw DecodingError.keyNotFound(
                missing,
                .init(codingPath: decoder.codingPath, debugDescription: "required of \(self.kind.rawValue)")
            )
        }
    }

    /// A field that a record of this kind needs and does not have.
    var missingField: CodingKeys? {
        switch self.kind {
        case .voice where self.direction == nil: .direction
        case .voice where self.roaming == nil: .roaming
        case .voice where self.otherParty == nil && self.direction != .terminating: .otherParty
        case .sms where self.otherParty == nil, .mms where self.otherParty == nil: .otherParty
        case .data where self.uplinkBytes == nil: .uplinkBytes
        case .data where self.downlinkBytes == nil: .downlinkBytes
        case .wlan where self.hotspot == nil: .hotspot
        default: nil
        }
    }
}
