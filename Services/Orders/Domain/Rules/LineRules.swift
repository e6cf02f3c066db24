import Contracts

/// What is already known of a number.
enum LineRules {
    static func check(_ draft: OrderDraft, _ findings: inout Findings) {
        for (index, member) in draft.order.members.enumerated() {
            self.checkGivenService(member, at: index, draft, &findings)
            guard let line = draft.line(member) else { continue }
            let path = "/members/\(index)"
            let isOwn = draft.current.map { line.membership?.bundleId == $0.id } ?? false
            let isSuperseded = draft.isSuperseded(line, member.serviceNumber)
            if isSuperseded, !isOwn {
                self.checkSuperseded(member, at: path, draft, &findings)
                continue
            }
            if !isSuperseded, line.heldBy != nil || line.state == .reserved {
                let text = "an order in flight holds \(quoted(member.serviceNumber)): wait until it has ended"
                findings.add(.numberBusy, at: "\(path)/serviceNumber", text)
                continue
            }
            // Whoever leaves may be suspended (ORD-88).
            if isOwn, draft.role(ofMemberAt: index) == .leaving { continue }
            self.checkState(of: line, member, at: path, isOwn: isOwn, &findings)
            if isOwn { continue }
            self.checkMembership(of: line, member, at: path, draft.offer, draft.catalogue, &findings)
        }
    }

    /// Whether the line's state keeps it from being stopped, started or released now.
    static func checkFree(
        _ line: Line, at path: String, number: String, _ draft: OrderDraft, _ findings: inout Findings
    ) {
        guard line.heldBy != nil || line.state == .reserved, !draft.isSuperseded(line, number) else { return }
        let text = "an order in flight holds \(quoted(number)): wait until it has ended"
        findings.add(.numberBusy, at: "\(path)/serviceNumber", text)
    }

    /// What the superseded change did for the line is kept or undone by what it found.
    private static func checkSuperseded(
        _ member: OrderSubmitted.Member,
        at path: String,
        _ draft: OrderDraft,
        _ findings: inout Findings
    ) {
        guard let existing = draft.current?.openNumbers[member.serviceNumber], existing != member.existing else {
            return
        }
        let text = "the change that this one takes the place of said \(existing): the same is accepted"
        findings.add(.notAllowedInState, at: "\(path)/existing", text)
    }

    private static func checkState(
        of line: Line,
        _ member: OrderSubmitted.Member,
        at path: String,
        isOwn: Bool,
        _ findings: inout Findings
    ) {
        let number = quoted(member.serviceNumber)
        switch (line.state, member.existing) {
        case (.closed, true):
            findings.add(.notFound, at: "\(path)/serviceNumber", "\(number) is closed: order it as a new line")
        case (.active, false), (.suspended, false):
            findings.add(.notAllowedInState, at: "\(path)/existing", "\(number) is served already: true is accepted")
        // A member that is stopped alone stays one, and the bundle can be changed around it (ORD-93).
        case (.suspended, true) where isOwn: break
        case (.suspended, true):
            findings.add(.notAllowedInState, at: "\(path)/serviceNumber", "\(number) is suspended: resume it first")
        default: break
        }
        if member.existing, line.state != .closed, line.product != member.product {
            let text = "\(number) is no \(quoted(member.product)): it is known as \(line.product)"
            findings.add(.notFound, at: "\(path)/product", text)
        }
    }

    private static func checkMembership(
        of line: Line,
        _ member: OrderSubmitted.Member,
        at path: String,
        _ offer: ValidOrder.Offer?,
        _ catalogue: Catalogue,
        _ findings: inout Findings
    ) {
        guard let membership = line.membership, let offer else { return }
        let number = quoted(member.serviceNumber)
        if offer.isBundle {
            let text = "\(number) belongs to another bundle: release it there first"
            findings.add(.numberInAnotherBundle, at: "\(path)/serviceNumber", text)
        }
        if !membership.isInEffect && self.changesTariff(offer, by: catalogue) {
            let text = "the bundle of \(number) is not yet in effect: wait until it is"
            findings.add(.frozenUntilEffective, at: "\(path)/serviceNumber", text)
        }
    }

    private static func changesTariff(_ offer: ValidOrder.Offer, by catalogue: Catalogue) -> Bool {
        switch offer {
        case .bundle: true
        case .lines: false
        case .single(let single):
            if case .plan(let plan) = single.content { catalogue.plans[plan]?.kind == .line } else { false }
        }
    }

    /// A value-added service that is sold by itself is opened once, and not beside one that excludes it.
    private static func checkGivenService(
        _ member: OrderSubmitted.Member,
        at index: Int,
        _ draft: OrderDraft,
        _ findings: inout Findings
    ) {
        guard case .single(let offer) = draft.offer, case .service(let service) = offer.content else { return }
        let path = "/members/\(index)/vas"
        let services = draft.services(of: member)
        if services.contains(service) {
            let text = "\(quoted(member.serviceNumber)) has \(service) already"
            findings.add(.notAllowedInState, at: path, "\(text): a line without it is accepted")
        }
        for other in services.sorted() where draft.catalogue.services[other]?.excludes.contains(service) == true {
            let text = "\(quoted(member.serviceNumber)) has \(other), which excludes \(service)"
            findings.add(.notAllowedInState, at: path, "\(text): end that first")
        }
    }
}

extension OrderDraft {
    /// The change that this one takes the place of holds the line, or is about to have it; or the order that it amends
    /// holds it, for which it waits.
    fileprivate func isSuperseded(_ line: Line, _ number: String) -> Bool {
        if let amended = self.current?.amendableOrder, line.heldBy == amended { return true }
        guard let current = self.current, let open = current.openOrder, current.openNumbers[number] != nil else {
            return false
        }
        return line.heldBy.map { $0 == open || $0 == current.endingOrder } ?? true
    }
}
