extension FalloutRule {
    private enum Word: String, CaseIterable {
        case retry, park, skip, cancel
    }

    /// The word for every type, or every code.
    private static let any = "any"

    static func read(_ block: Block, workingDaySeconds: Int) -> FalloutRule? {
        let type = block.required("type") { $0.text() }
        let codes = block.required("codes") { field in field.list { $0.text() } }
        let attempts = block.optional("attempts") { $0.range(atMost: 1000) }
        let word = block.required("then") { $0.choice(Word.self) }
        let after = block.optional("after") { $0.targetTime(workingDaySeconds: workingDaySeconds) }
        if codes?.isEmpty == true {
            block.journal.mistake("`codes` takes at least one code, or any", at: block.place(of: "codes"))
        }
        if (word == .retry) != (after != nil) {
            block.mistake("`after` goes with `then: retry`, and with nothing else")
        }
        if word == .retry, attempts == nil {
            block.mistake("`attempts` is missing: what is tried for ever never comes to a person")
        }
        guard let type, let codes, let word else { return nil }
        let reaction: Reaction =
            switch word {
            case .retry: .retry(after: after ?? TargetTime(seconds: 1, counting: .calendar))
            case .park: .park
            case .skip: .skip
            case .cancel: .cancel
            }
        return FalloutRule(
            type: type == self.any ? nil : type,
            codes: codes == [self.any] ? nil : Set(codes),
            attempts: attempts ?? 1...Int.max,
            reaction: reaction
        )
    }
}
