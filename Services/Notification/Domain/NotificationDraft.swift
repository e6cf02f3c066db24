package import Contracts

/// A message that somebody is to be sent, before it has its text.
package struct NotificationDraft: Sendable, Hashable {
    package var id: NotificationID
    package var dedupeKey: String
    package var recipient: String
    package var channel: NotificationChannel
    package var template: String
    package var language: MessageLanguage?
    package var parameters: JSONObject
    package var priority: NotificationPriority
    package var hours: String
    package var isNextDay: Bool
    package var notBefore: Timestamp?
    package var expiresAt: Timestamp?
    /// For how long it is of use from its time on, in seconds.
    package var validSeconds: Int?
    /// What it is about: it takes the place of one about the same that still waits.
    package var replaceKey: String?
    package var campaign: String?

    package init(
        id: NotificationID, dedupeKey: String, recipient: String, channel: NotificationChannel, template: String,
        language: MessageLanguage? = nil, parameters: JSONObject = [:], priority: NotificationPriority = .normal,
        hours: String = NotificationRules.usualHours, isNextDay: Bool = false, notBefore: Timestamp? = nil,
        expiresAt: Timestamp? = nil, validSeconds: Int? = nil, replaceKey: String? = nil, campaign: String? = nil
    ) {
        self.id = id
        self.dedupeKey = dedupeKey
        self.recipient = recipient
        self.channel = channel
        self.template = template
        self.language = language
        self.parameters = parameters
        self.priority = priority
        self.hours = hours
        self.isNextDay = isNextDay
        self.notBefore = notBefore
        self.expiresAt = expiresAt
        self.validSeconds = validSeconds
        self.replaceKey = replaceKey
        self.campaign = campaign
    }
}

/// A message with its text and its time.
package struct PreparedNotification: Sendable, Hashable {
    package var draft: NotificationDraft
    package var language: MessageLanguage
    package var text: String
    package var subject: String?
    /// The number from which it is sent; `nil`: the gateway's own.
    package var sender: String?
    /// Of the text by SMS; 1 by any other channel.
    package var parts: Int
    package var schedule: DeliverySchedule
    package var expiresAt: Timestamp?
}

/// Why a message cannot be sent at all.
package struct NotificationRefusal: Error, Hashable, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        case unknownTemplate = "UNKNOWN_TEMPLATE"
        case unknownLanguage = "UNKNOWN_LANGUAGE"
        case parameterMissing = "PARAMETER_MISSING"
        case parameterKind = "PARAMETER_KIND"
        case recipientForm = "RECIPIENT_FORM"
        case expired = "EXPIRED"
        case channelNotConfigured = "CHANNEL_NOT_CONFIGURED"
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension NotificationRules {
    /// Writes a message and says when it goes out.
    ///
    /// - Parameter now: when it was asked for.
    /// - Throws: `NotificationRefusal` when it cannot be written, or its time is over before it can go out.
    package func prepare(
        _ draft: NotificationDraft, at now: Timestamp, _ calendar: BusinessCalendar
    ) throws(NotificationRefusal) -> PreparedNotification {
        guard let template = self.templates[draft.template] else {
            throw NotificationRefusal(
                .unknownTemplate,
                "template '\(draft.template)' is not in the catalogue, which has "
                    + self.templates.keys.sorted().joined(separator: ", "))
        }
        try draft.checkRecipient()
        let language = draft.language.flatMap { template.texts[$0] == nil ? nil : $0 } ?? self.language
        guard let text = template.texts[language] else {
            throw NotificationRefusal(
                .unknownLanguage, "template '\(template.code)' has no text in \(language.rawValue)")
        }
        let (body, subject): (String, String?)
        do throws(ParameterMistake) {
            body = try text.text(draft.parameters, kinds: template.parameters, language: language, calendar)
            subject = try template.subjects[language]?.text(
                draft.parameters, kinds: template.parameters, language: language, calendar)
        } catch {
            throw NotificationRefusal(error.code == .missing ? .parameterMissing : .parameterKind, error.description)
        }
        let schedule = DeliverySchedule(
            at: now, priority: draft.priority, notBefore: draft.notBefore, isNextDay: draft.isNextDay,
            hours: self.hours[draft.hours] ?? .day, calendar)
        let useful = draft.validSeconds.map { schedule.dueAt.advanced(bySeconds: $0) }
        let expiresAt = [draft.expiresAt, useful].compactMap(\.self).min()
        if let expiresAt, expiresAt <= schedule.dueAt {
            throw NotificationRefusal(
                .expired,
                "expiresAt \(calendar.format(expiresAt)) is over when it could go out, at \(calendar.format(schedule.dueAt))"
            )
        }
        return PreparedNotification(
            draft: draft, language: language, text: body, subject: subject, sender: template.sender,
            parts: draft.channel == .sms ? ShortMessage(body).parts : 1, schedule: schedule, expiresAt: expiresAt)
    }
}

extension NotificationDraft {
    /// A number for texts, an address for e-mails, a name for webhooks.
    fileprivate func checkRecipient() throws(NotificationRefusal) {
        let isRight =
            switch self.channel {
            case .sms, .mms:
                (5...20).contains(self.recipient.utf8.count)
                    && self.recipient.utf8.allSatisfy { (48...57).contains($0) }
            case .email: Self.isAddress(self.recipient)
            case .webhook: !self.recipient.isEmpty
            }
        guard isRight else {
            let accepted =
                switch self.channel {
                case .sms, .mms: "5 to 20 digits"
                case .email: "an address such as name@example.org"
                case .webhook: "the name of a webhook"
                }
            throw NotificationRefusal(
                .recipientForm,
                "recipient '\(self.recipient)' is none of \(self.channel.rawValue), which takes \(accepted)")
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".")
            && text.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 32 && $0 != "<" && $0 != ">" }
    }
}
