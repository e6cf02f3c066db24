import Contracts

/// What no order may look like, whatever it orders.
enum FormRules {
    /// More than any order needs, and few enough that all that is wrong fits into one message.
    static let maximumCount = 50

    /// The order's words, known to be such.
    struct Words {
        var channel: Channel
        var action: Action
        var term: Term
        var payment: Payment
    }

    static func checkSize(of order: OrderSubmitted, _ findings: inout Findings) {
        func check(_ count: Int, _ path: String) {
            guard count > self.maximumCount else { return }
            findings.add(.malformed, at: path, "\(count) are too many: at most \(self.maximumCount)")
        }
        check(order.members.count, "/members")
        check(order.options?.count ?? 0, "/options")
        for (index, member) in order.members.prefix(self.maximumCount).enumerated() {
            check(member.vas?.count ?? 0, "/members/\(index)/vas")
            check(member.characteristics?.count ?? 0, "/members/\(index)/characteristics")
        }
    }

    /// - Returns: `nil` when a word is none of those accepted.
    static func check(_ order: OrderSubmitted, _ findings: inout Findings) -> Words? {
        self.text(order.externalId, at: "/externalId", limit: 128, &findings)
        self.text(order.customer.id, at: "/customer/id", limit: 64, &findings)
        order.customer.name.map { self.text($0, at: "/customer/name", limit: 200, mayBeEmpty: true, &findings) }
        if let newOwner = order.newOwner { self.check(newOwner, at: "/newOwner", &findings) }
        order.accountId.map { self.text($0, at: "/accountId", limit: 64, &findings) }
        order.originalExternalId.map { self.text($0, at: "/originalExternalId", limit: 128, &findings) }
        order.reason.map { self.text($0, at: "/reason", limit: 500, mayBeEmpty: true, &findings) }
        order.consentReference.map {
            self.text($0, at: "/consentReference", limit: 128, mayBeEmpty: true, &findings)
        }
        self.checkMembers(order.members, &findings)
        let channel: Channel? = self.word(order.channel, at: "/channel", &findings)
        let action: Action? = self.word(order.action, at: "/action", &findings)
        let _: Segment? = self.word(order.customer.segment, at: "/customer/segment", &findings)
        let _: Tier? = self.word(order.customer.tier ?? Tier.standard.rawValue, at: "/customer/tier", &findings)
        let term: Term? = self.word(order.term ?? Term.monthly.rawValue, at: "/term", &findings)
        let payment: Payment? = self.word(order.payment ?? Payment.unified.rawValue, at: "/payment", &findings)
        guard let channel, let action, let term, let payment else { return nil }
        return Words(channel: channel, action: action, term: term, payment: payment)
    }

    private static func check(_ newOwner: OrderSubmitted.Customer, at path: String, _ findings: inout Findings) {
        self.text(newOwner.id, at: "\(path)/id", limit: 64, &findings)
        newOwner.name.map { self.text($0, at: "\(path)/name", limit: 200, mayBeEmpty: true, &findings) }
        let _: Segment? = self.word(newOwner.segment, at: "\(path)/segment", &findings)
        let _: Tier? = self.word(newOwner.tier ?? Tier.standard.rawValue, at: "\(path)/tier", &findings)
    }

    private static func checkMembers(_ members: [OrderSubmitted.Member], _ findings: inout Findings) {
        var refs: Set<String> = []
        var numbers: Set<String> = []
        for (index, member) in members.enumerated() {
            let path = "/members/\(index)"
            self.text(member.ref, at: "\(path)/ref", limit: 64, &findings)
            if !refs.insert(member.ref).inserted {
                findings.add(.malformed, at: "\(path)/ref", "\(quoted(member.ref)) is another member's name already")
            }
            if !numbers.insert(member.serviceNumber).inserted {
                let number = quoted(member.serviceNumber)
                findings.add(.malformed, at: "\(path)/serviceNumber", "\(number) is another member's number already")
            }
            member.plan.map { self.text($0, at: "\(path)/plan", limit: 64, &findings) }
            for (position, service) in (member.vas ?? []).enumerated() {
                self.text(service, at: "\(path)/vas/\(position)", limit: 64, &findings)
            }
            if let speed = member.speedMbps, !(1...10_000).contains(speed) {
                findings.add(.malformed, at: "\(path)/speedMbps", "\(speed) is no speed: 1 to 10000 Mbit/s")
            }
        }
    }

    private static func text(
        _ value: String,
        at path: String,
        limit: Int,
        mayBeEmpty: Bool = false,
        _ findings: inout Findings
    ) {
        if value.isEmpty && !mayBeEmpty {
            findings.add(.malformed, at: path, "is empty: 1 to \(limit) characters")
        }
        guard value.utf8.count <= limit * 4, value.unicodeScalars.count <= limit else {
            findings.add(.malformed, at: path, "\(quoted(value)) is too long: at most \(limit) characters")
            return
        }
        if value.unicodeScalars.contains(where: isControl) {
            findings.add(.malformed, at: path, "\(quoted(value)) has control characters: none are accepted")
        }
    }

    private static func word<Word: RawRepresentable & CaseIterable>(
        _ value: String,
        at path: String,
        _ findings: inout Findings
    ) -> Word? where Word.RawValue == String {
        if let word = Word(rawValue: value) { return word }
        let accepted = alternatives(Word.allCases.map(\.rawValue))
        findings.add(.malformed, at: path, "\(quoted(value)) is not accepted: \(accepted)")
        return nil
    }
}
