import Contracts
import Messaging
import NotificationDomain
import Postgres

/// Tells customers what has happened, by the catalogue's table of triggers.
struct EventTelling: Sendable {
    let intake: NotificationIntake

    func tell(
        _ events: [(told: ToldEvent, cause: EventContext)], _ handled: inout Handled, in context: HandlingContext
    ) async throws {
        guard let rules = self.intake.catalogues.current.notifications else { return }
        var wanted: [NotificationIntake.Wanted] = []
        let overtaken = Set(events.flatMap { rules.overtaken(by: $0.told) }).sorted()
        if !overtaken.isEmpty {
            let ended = try await context.transaction.execute(WithdrawWaiting(keys: overtaken, at: context.now))
            for ended in ended { handled.tellSuppressed(ended, at: context.now) }
        }
        for event in events {
            let (drafts, unaddressed) = rules.drafts(of: event.told) {
                NotificationID(rawValue: context.identifiers.next())
            }
            wanted += drafts.map { .init($0, causedBy: event.cause) }
            for trigger in unaddressed {
                handled.count("notification.unaddressed", [("template", trigger.template)])
            }
        }
        try await self.intake.take(wanted, &handled, in: context)
    }

    /// What has a trigger: of all else nobody need be looked for.
    var toldEvents: Set<NotificationEvent> {
        Set(self.intake.catalogues.current.notifications?.triggers.map(\.event) ?? [])
    }

    func date(_ instant: Timestamp) -> JSONValue { .string(self.intake.calendar.format(instant)) }
}

/// Whose lines are whose, of the accounts and numbers of a batch.
struct ContactDirectory {
    private let byAccount: [String: [Contact]]
    private let byNumber: [String: Contact]
    private let catalogue: Catalogue

    init(_ contacts: [Contact], _ catalogue: Catalogue) {
        self.byAccount = Dictionary(grouping: contacts, by: \.accountId)
        self.byNumber = Dictionary(contacts.map { ($0.serviceNumber, $0) }) { $0.attachedAt > $1.attachedAt ? $0 : $1 }
        self.catalogue = catalogue
    }

    func mainNumber(of account: String) -> String? { self.catalogue.mainNumber(of: self.byAccount[account] ?? []) }

    func contact(of number: String) -> Contact? { self.byNumber[number] }

    /// The number itself, where it gets texts.
    func texted(_ number: String) -> String? {
        self.byNumber[number].flatMap { self.catalogue.getsTexts($0.product) ? number : nil }
    }
}
