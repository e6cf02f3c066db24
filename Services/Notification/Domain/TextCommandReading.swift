package import Contracts

/// What a text that a customer has sent comes to (ORD-02, ORD-03, ORD-07).
package enum TextMeaning: Sendable, Hashable {
    /// - Parameter answer: the template that is sent at once; `nil`: what becomes of the order is told.
    case order(action: String, offer: String, answer: String?)
    /// Something to be ordered once the question is answered by a yes (G-29).
    case question(TextCommandRule.Question, action: String, offer: String)
    /// The answer to such a question.
    case confirm(answer: String?)
    /// A date of the number that sends it.
    case note(name: String, CivilDate, answer: String?)
    case answer(template: String)
    case optOut(answer: String?)
    case optIn(answer: String?)
    case survey(score: Int, answer: String?)
    /// Nothing that is known, or a command for something that there is not.
    case unknown
}

extension NotificationRules {
    /// - Parameter today: dates that are noted lie after it.
    package func meaning(of text: String, to receiver: String, today: CivilDate) -> TextMeaning {
        let rules = Dictionary(self.commands.map { ($0.command.code, $0) }) { first, _ in first }
        guard let reading = TextCommand.read(text, to: receiver, by: self.commands.map(\.command)),
            let rule = rules[reading.code]
        else { return .unknown }
        switch rule.effect {
        case .order(let action, .one(let offer)): return rule.order(action, offer)
        case .order(let action, .byArgument(let offers)):
            guard let offer = reading.argument.flatMap({ offers[$0] }) else { return .unknown }
            return rule.order(action, offer)
        case .answer(let template): return .answer(template: template)
        case .optOut: return .optOut(answer: rule.answer)
        case .optIn: return .optIn(answer: rule.answer)
        case .survey:
            // `5`, or the argument of a form that has one.
            guard let score = Int(reading.argument ?? reading.code), ComplaintSurvey.scores.contains(score) else {
                return .unknown
            }
            return .survey(score: score, answer: rule.answer)
        case .confirm: return .confirm(answer: rule.answer)
        case .note(let name, let wrong):
            guard let date = reading.argument.flatMap(Self.date), date > today else { return .answer(template: wrong) }
            return .note(name: name, date, answer: rule.answer)
        }
    }

    /// `20270301` or `2027-03-01`.
    private static func date(_ text: String) -> CivilDate? {
        let digits = text.filter { $0 != "-" }
        guard digits.utf8.count == 8 else { return nil }
        return CivilDate("\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))")
    }
}

extension TextCommandRule {
    fileprivate func order(_ action: String, _ offer: String) -> TextMeaning {
        if let question = self.question { return .question(question, action: action, offer: offer) }
        return .order(action: action, offer: offer, answer: self.answer)
    }
}
