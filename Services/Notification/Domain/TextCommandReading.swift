package import Contracts

/// What a text that a customer has sent comes to (ORD-02, ORD-03, ORD-07).
package enum TextMeaning: Sendable, Hashable {
    /// - Parameter answer: the template that is sent at once; `nil`: what becomes of the order is told.
    case order(action: String, offer: String, answer: String?)
    case answer(template: String)
    case optOut(answer: String?)
    case optIn(answer: String?)
    case survey(answer: String?)
    /// Nothing that is known, or a command for something that there is not.
    case unknown
}

extension NotificationRules {
    package func meaning(of text: String, to receiver: String) -> TextMeaning {
        let rules = Dictionary(self.commands.map { ($0.command.code, $0) }) { first, _ in first }
        guard let reading = TextCommand.read(text, to: receiver, by: self.commands.map(\.command)),
            let rule = rules[reading.code]
        else { return .unknown }
        switch rule.effect {
        case .order(let action, .one(let offer)): return .order(action: action, offer: offer, answer: rule.answer)
        case .order(let action, .byArgument(let offers)):
            guard let offer = reading.argument.flatMap({ offers[$0] }) else { return .unknown }
            return .order(action: action, offer: offer, answer: rule.answer)
        case .answer(let template): return .answer(template: template)
        case .optOut: return .optOut(answer: rule.answer)
        case .optIn: return .optIn(answer: rule.answer)
        case .survey: return .survey(answer: rule.answer)
        }
    }
}
