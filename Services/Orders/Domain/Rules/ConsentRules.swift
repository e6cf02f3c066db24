import Contracts

/// Who must have agreed, and with which password a line begins.
enum ConsentRules {
    static func check(_ draft: OrderDraft, _ findings: inout Findings) {
        let order = draft.order
        if order.telemarketing == true, order.consentReference?.isEmpty ?? true {
            let text = "is absent: an order by telephone names the recording of the customer's consent"
            findings.add(.consentRequired, at: "/consentReference", text)
        }
        if case .single(let offer) = draft.offer, offer.needsConsent {
            let main = draft.mainMember
            for (index, member) in order.members.enumerated() where index != main && member.consent != true {
                let text = "the user of \(quoted(member.serviceNumber)) has not agreed: true is accepted"
                findings.add(.consentRequired, at: "/members/\(index)/consent", text)
            }
        }
        for (index, member) in order.members.enumerated() {
            guard let password = member.password else { continue }
            let numbers = [
                member.serviceNumber, member.identity?.number, order.customer.identity?.number,
            ].compactMap { $0 }
            if let weakness = Password.weakness(password, numbers: numbers) {
                findings.add(.passwordWeak, at: "/members/\(index)/password", weakness)
            }
        }
    }
}
