import Contracts
import Messaging
import RatingDomain

/// Writes `usage.rated`, of which there is one for each record.
struct RatedEvents: Sendable {
    let encoder: EventEncoder
    let calendar: BusinessCalendar

    func bundle(at now: Timestamp) -> RatedBundle {
        RatedBundle(
            events: self.encoder.bundle(of: UsageRated.self, at: now), writer: UsageRatedWriter(calendar: self.calendar)
        )
    }
}

struct RatedBundle: Sendable {
    private(set) var events: EventBundle
    private var writer: UsageRatedWriter

    init(events: EventBundle, writer: UsageRatedWriter) {
        self.events = events
        self.writer = writer
    }

    /// Adds the first result of a record.
    mutating func append(_ rated: RatedUsage, of accountId: String, causedBy cause: EventContext) {
        let body = UsageRated(rated, of: accountId, sequence: 1)
        self.events.append(about: rated.usageId, key: accountId, causedBy: cause) { bytes in
            self.writer.write(body, to: &bytes)
        }
    }
}
