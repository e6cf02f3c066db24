import Contracts
import RatingDomain

extension UsageRecord {
    /// - Parameter recorded: with all fields that its kind needs, as its decoder makes sure.
    init(_ recorded: UsageRecorded) {
        let otherParty = recorded.otherParty ?? ""
        let direction = recorded.direction.map { Direction($0) } ?? .originating
        let usage: Usage =
            switch recorded.kind {
            case .voice: .voice(direction, otherParty: otherParty, recorded.roaming.map { Roaming($0) } ?? .home)
            case .data: .data(uplinkBytes: recorded.uplinkBytes ?? 0, downlinkBytes: recorded.downlinkBytes ?? 0)
            case .wlan: .wlan(recorded.hotspot == .campus ? .campus : .other, bytes: Self.sum(recorded))
            case .sms: .sms(otherParty: otherParty, direction)
            case .mms: .mms(otherParty: otherParty, direction)
            }
        self.init(
            usageId: recorded.usageId.rawValue,
            serviceNumber: recorded.serviceNumber,
            startedAt: recorded.startedAt,
            endedAt: recorded.endedAt,
            usage: usage
        )
    }

    /// A sum that cannot be is refused for what it is, not for how it was added.
    private static func sum(_ recorded: UsageRecorded) -> Int64 {
        let (uplink, downlink) = (recorded.uplinkBytes ?? 0, recorded.downlinkBytes ?? 0)
        guard uplink >= 0, downlink >= 0 else { return min(uplink, downlink) }
        let (sum, overflows) = uplink.addingReportingOverflow(downlink)
        return overflows ? .max : sum
    }
}

extension UsageRecord.Direction {
    fileprivate init(_ direction: CallDirection) {
        switch direction {
        case .originating: self = .originating
        case .forwarded: self = .forwarded
        case .terminating: self = .terminating
        }
    }
}

extension UsageRecord.Roaming {
    fileprivate init(_ roaming: Roaming) {
        switch roaming {
        case .home: self = .home
        case .domestic: self = .domestic
        case .international: self = .international
        }
    }
}

extension UsageRecorded {
    /// The record as it might have been sent.
    init(_ record: UsageRecord) {
        self.init(
            usageId: UsageID(rawValue: record.usageId), kind: record.kind, serviceNumber: record.serviceNumber,
            startedAt: record.startedAt, endedAt: record.endedAt)
        switch record.usage {
        case .voice(let direction, let otherParty, let roaming):
            self.direction = CallDirection(rawValue: direction.rawValue)
            self.otherParty = otherParty.isEmpty ? nil : otherParty
            self.roaming = Roaming(rawValue: roaming.rawValue)
        case .data(let uplinkBytes, let downlinkBytes, _):
            self.uplinkBytes = uplinkBytes
            self.downlinkBytes = downlinkBytes
        case .wlan(let hotspot, let bytes):
            self.hotspot = Hotspot(rawValue: hotspot.rawValue)
            self.downlinkBytes = bytes == 0 ? nil : bytes
        case .sms(let otherParty, let direction), .mms(let otherParty, let direction):
            self.otherParty = otherParty
            self.direction = CallDirection(rawValue: direction.rawValue)
        }
    }
}
