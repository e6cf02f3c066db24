package import Contracts

/// Something that has happened, as far as customers are told of it.
package struct ToldEvent: Sendable {
    package var event: NotificationEvent
    /// Tells it from all others, and is the same when it comes again.
    package var id: String
    /// All that `NotificationEvent.facts` has for the event.
    package var facts: JSONObject
    /// The number that it is about; `nil` where it gets no texts.
    package var serviceNumber: String?
    /// The number that stands for the account; `nil` where there is none that gets texts.
    package var mainNumber: String?

    package init(
        _ event: NotificationEvent, id: String, facts: JSONObject, serviceNumber: String? = nil,
        mainNumber: String? = nil
    ) {
        self.event = event
        self.id = id
        self.facts = facts
        self.serviceNumber = serviceNumber
        self.mainNumber = mainNumber
    }
}

extension NotificationRules {
    /// What is told of an event, by the table of triggers.
    ///
    /// - Returns: a message for each row that holds, with the rows that hold and find nobody to be told.
    package func drafts(
        of told: ToldEvent, _ nextID: () -> NotificationID
    ) -> (drafts: [NotificationDraft], unaddressed: [NotificationTrigger]) {
        var drafts: [NotificationDraft] = []
        var unaddressed: [NotificationTrigger] = []
        for trigger in self.triggers where trigger.holds(told) {
            guard let recipient = trigger.recipient(of: told) else {
                unaddressed.append(trigger)
                continue
            }
            drafts.append(
                NotificationDraft(
                    id: nextID(),
                    dedupeKey: "\(trigger.template)/\(told.id)",
                    recipient: recipient,
                    channel: trigger.channel,
                    template: trigger.template,
                    parameters: told.facts,
                    priority: trigger.priority,
                    hours: trigger.hours,
                    isNextDay: trigger.isNextDay,
                    validSeconds: trigger.validSeconds,
                    replaceKey: trigger.replaces.isEmpty ? nil : told.key(trigger.event, trigger.replaces, recipient)
                ))
        }
        return (drafts, unaddressed)
    }

    /// What messages are about that are overtaken by an event: those that wait are not sent.
    package func overtaken(by told: ToldEvent) -> [String] {
        guard let number = told.serviceNumber ?? told.mainNumber else { return [] }
        return self.withdrawals.filter { $0.event == told.event && told.isOne($0.when) }.flatMap { withdrawal in
            withdrawal.of.map { told.key($0, [NotificationWithdrawal.subject], number) }
        }
    }
}

extension ToldEvent {
    /// - Returns: whether each of these facts is one of its words.
    fileprivate func isOne(_ words: [String: Set<String>]) -> Bool {
        words.allSatisfy { self.isOne($0.key, of: $0.value) }
    }

    fileprivate func isOne(_ name: String, of words: Set<String>) -> Bool {
        if case .string(let word)? = self.facts[name] { words.contains(word) } else { false }
    }

    /// What a message of an event is about, by these facts.
    fileprivate func key(_ event: NotificationEvent, _ facts: [String], _ recipient: String) -> String {
        let values = facts.map { "\(self.facts[$0].map { "\($0)" } ?? "")" }
        return ([event.rawValue, recipient] + values).joined(separator: "/")
    }
}

extension NotificationTrigger {
    fileprivate func holds(_ told: ToldEvent) -> Bool {
        guard self.event == told.event else { return false }
        return told.isOne(self.when) && !self.unless.contains { told.isOne($0.key, of: $0.value) }
    }

    fileprivate func recipient(of told: ToldEvent) -> String? {
        switch self.recipient {
        case .serviceNumber: told.serviceNumber ?? told.mainNumber
        case .mainNumber: told.mainNumber
        }
    }
}
