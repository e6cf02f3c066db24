import Contracts
import Messaging
import NotificationDomain

/// Takes in what others ask to be sent (`notifications.requested`).
struct RequestHandler: MessageHandler {
    let intake: NotificationIntake

    func handle(_ batch: [Message<NotificationRequested>], in context: HandlingContext) async throws -> Handled {
        var handled = Handled()
        var wanted: [NotificationIntake.Wanted] = []
        for message in batch {
            guard isStorable(message.body.parameters), message.body.texts.allSatisfy({ !$0.utf8.contains(0) }) else {
                handled.refuse(
                    message, code: "CONTROL_CHARACTER", text: "a text has the character U+0000, which none may have")
                continue
            }
            wanted.append(.init(NotificationDraft(message.body), causedBy: message.context))
        }
        try await self.intake.take(wanted, &handled, in: context)
        return handled
    }
}

extension NotificationRequested {
    fileprivate var texts: [String] {
        [self.recipient, self.template] + [self.language, self.dedupeKey, self.campaign].compactMap(\.self)
    }
}

extension NotificationDraft {
    init(_ request: NotificationRequested) {
        self.init(
            id: request.notificationId,
            dedupeKey: "requested/" + (request.dedupeKey ?? request.notificationId.description),
            recipient: request.recipient,
            channel: request.channel,
            template: request.template,
            language: request.language.flatMap { MessageLanguage(rawValue: $0) },
            parameters: request.parameters,
            priority: request.priority,
            notBefore: request.notBefore,
            expiresAt: request.expiresAt,
            campaign: request.campaign
        )
    }
}
