package import Contracts
package import Foundation

/// One call, session or message, as mediation reports it.
package struct UsageRecord: Hashable, Sendable {
    package enum Direction: String, Sendable, CaseIterable {
        case originating, forwarded, terminating
    }

    package enum Roaming: String, Sendable, CaseIterable {
        case home, domestic, international
    }

    package enum Hotspot: String, Sendable, CaseIterable {
        case campus, other
    }

    package enum Usage: Hashable, Sendable {
        case voice(Direction, otherParty: String, Roaming)
        /// `gateway`: through which it went, where the record says so.
        case data(uplinkBytes: Int64, downlinkBytes: Int64, gateway: String? = nil)
        /// `bytes`: zero where the record does not say.
        case wlan(Hotspot, bytes: Int64 = 0)
        case sms(otherParty: String, Direction = .originating)
        case mms(otherParty: String, Direction = .originating)
    }

    package var usageId: UUID
    package var serviceNumber: String
    package var startedAt: Timestamp
    package var endedAt: Timestamp
    package var usage: Usage

    package init(usageId: UUID, serviceNumber: String, startedAt: Timestamp, endedAt: Timestamp, usage: Usage) {
        self.usageId = usageId
        self.serviceNumber = serviceNumber
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.usage = usage
    }

    package var kind: UsageKind {
        switch self.usage {
        case .voice: .voice
        case .data: .data
        case .wlan: .wlan
        case .sms: .sms
        case .mms: .mms
        }
    }

    /// The order of rating: that of the ends, ties by id (RAT-09).
    package func precedes(_ other: UsageRecord) -> Bool {
        self.endedAt == other.endedAt ? self.usageId < other.usageId : self.endedAt < other.endedAt
    }

    /// Started minutes of its duration (RAT-08), which is a number of whole seconds: nobody pays for less than one. None
    /// of a call of no time. Its end is not before its start.
    var minutes: Int64 {
        let seconds = (self.endedAt.microseconds - self.startedAt.microseconds) / 1_000_000
        return seconds / 60 + (seconds % 60 > 0 ? 1 : 0)
    }

    var roaming: Roaming {
        if case .voice(_, _, let roaming) = self.usage { roaming } else { .home }
    }
}
