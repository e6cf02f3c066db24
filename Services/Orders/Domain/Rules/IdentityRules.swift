import Contracts

/// Who must show which document.
///
/// A bundle's main customer shows an organisation's (ORD-26); a new line needs a document, its member's own or
/// the customer's (ORD-21, ORD-27), of the stricter list (G-19). Documents themselves are checked by the channel.
enum IdentityRules {
    static func check(_ draft: OrderDraft, _ findings: inout Findings) {
        let coveredByCustomer = draft.order.members.contains { !$0.existing && $0.identity == nil }
        let isBundle = draft.offer?.isBundle ?? false
        if let identity = draft.order.customer.identity {
            var accepted: Set<IdentityType.Kind> = [.organisation, .person]
            if isBundle {
                accepted = [.organisation]
            } else if !coveredByCustomer {
                accepted.insert(.existingPerson)
            }
            self.check(identity, accepted, at: "/customer/identity", &findings)
        } else if isBundle || coveredByCustomer {
            let who = isBundle ? "a bundle's main customer" : "a new line"
            findings.add(.identityRequired, at: "/customer/identity", "is absent: \(who) needs a document")
        }
        for (index, member) in draft.order.members.enumerated() {
            guard let identity = member.identity else { continue }
            let accepted: Set<IdentityType.Kind> =
                member.existing ? [.organisation, .person, .existingPerson] : [.organisation, .person]
            self.check(identity, accepted, at: "/members/\(index)/identity", &findings)
        }
    }

    static func check(
        _ identity: OrderSubmitted.Identity,
        _ accepted: Set<IdentityType.Kind>,
        at path: String,
        _ findings: inout Findings
    ) {
        let kind = IdentityType(rawValue: identity.type)?.kind
        if kind.map({ !accepted.contains($0) }) ?? true {
            let types = IdentityType.allCases.filter { accepted.contains($0.kind) }.map(\.rawValue)
            let text = "\(quoted(identity.type)) is not accepted here: \(alternatives(types))"
            findings.add(.identityType, at: "\(path)/type", text)
        }
        let number = identity.number.utf8
        if !(6...30).contains(number.count) || !number.allSatisfy(self.isLetterOrDigit) {
            let text = "a number of \(number.count) bytes is no document's: six to thirty letters or digits"
            findings.add(.numberFormat, at: "\(path)/number", text)
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
