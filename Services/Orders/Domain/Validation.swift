package import Contracts

/// Looks an order over by every rule at once.
///
/// What the operator itself knows of a line (its tariff, services and speed) wins over what the channel
/// says; of a number never seen the channel's word is taken.
///
/// - Returns: the order with what the catalogue and the facts say of it.
/// - Throws: every broken rule, never only the first; `RejectionCode` lists them.
package func validate(
    _ order: OrderSubmitted,
    by catalogue: Catalogue,
    given facts: Facts
) throws(Rejections) -> ValidOrder {
    var findings = Findings()
    FormRules.checkSize(of: order, &findings)
    // Thousands of members would be answered by thousands of reasons: more than a record can carry.
    guard findings.reasons.isEmpty else { throw Rejections(findings.reasons) }
    let words = FormRules.check(order, &findings)
    switch Action(rawValue: order.action) {
    case .suspend, .resume: return try StateRules.validate(order, words, by: catalogue, given: facts, findings)
    case .replaceSim: return try SimRules.validate(order, words, by: catalogue, given: facts, findings)
    case .transferOwnership: return try TransferRules.validate(order, words, by: catalogue, given: facts, findings)
    case .reconnect: return try ReconnectRules.validate(order, words, by: catalogue, given: facts, findings)
    case .resetPassword: return try PasswordRules.validate(order, words, by: catalogue, given: facts, findings)
    case .release where catalogue.singleOffers[order.offer] != nil:
        return try SingleOfferRules.release(order, words, by: catalogue, given: facts, findings)
    case .change where catalogue.singleOffers[order.offer] != nil:
        return try SingleOfferRules.change(order, words, by: catalogue, given: facts, findings)
    case .release: return try ReleaseRules.validate(order, words, by: catalogue, given: facts, findings)
    case .change: return try ChangeRules.validate(order, words, by: catalogue, given: facts, findings)
    case .subscribe, .cancel, nil: return try validateOffer(order, words, by: catalogue, given: facts, findings)
    }
}

/// Looks over an order for an offer: a new one, or what a bundle is to become.
///
/// - Parameter current: the bundle, or what a single offer gave, as it is, where that is changed.
func validateOffer(
    _ order: OrderSubmitted,
    _ words: FormRules.Words?,
    by catalogue: Catalogue,
    given facts: Facts,
    changing current: CurrentBundle? = nil,
    _ findings: Findings
) throws(Rejections) -> ValidOrder {
    var findings = findings
    let offer = OfferRules.find(order.offer, in: catalogue, &findings)
    let options = OptionRules.choose(order, of: offer, by: catalogue, &findings)
    let draft = OrderDraft(
        order: order, catalogue: catalogue, facts: facts, current: current, offer: offer, options: options)
    MemberRules.check(draft, &findings)
    LineRules.check(draft, &findings)
    PlanRules.check(draft, &findings)
    IdentityRules.check(draft, &findings)
    ConsentRules.check(draft, &findings)
    CharacteristicRules.check(draft, &findings)
    guard findings.reasons.isEmpty, let words, let valid = draft.validOrder(words) else {
        throw Rejections(findings.reasons)
    }
    return valid
}

/// An order while it is looked over: its parts beside what they refer to.
struct OrderDraft {
    var order: OrderSubmitted
    var catalogue: Catalogue
    var facts: Facts
    /// The bundle, or what a single offer gave, that the order changes or ends.
    var current: CurrentBundle?
    /// `nil` when the catalogue has none of this code.
    var offer: ValidOrder.Offer?
    var options: [ChosenOption]

    func line(_ member: OrderSubmitted.Member) -> Line? { self.facts.lines[member.serviceNumber] }

    /// The member of the bundle that is changed, as it is.
    func former(_ member: OrderSubmitted.Member) -> CurrentBundle.Member? {
        self.current?.members.first { $0.serviceNumber == member.serviceNumber }
    }

    func role(ofMemberAt index: Int) -> ValidOrder.Member.Role {
        if self.current != nil, self.order.members[index].leaves == true { return .leaving }
        for chosen in self.options where chosen.member == index {
            if case .additionalMember(let sharesMinutes) = chosen.option.kind {
                return sharesMinutes ? .sharedTerminal : .networkTerminal
            }
        }
        return .included
    }

    /// The tariff that an existing line has, or that a new one is to have.
    func plan(of member: OrderSubmitted.Member) -> String? {
        member.existing ? self.line(member)?.plan ?? member.plan : member.plan
    }

    func services(of member: OrderSubmitted.Member) -> Set<String> {
        // What an order in flight gives, its lines do not have yet, and its amendment finds.
        let given = Set(self.former(member)?.givenServices ?? [])
        return member.existing ? given.union(member.vas ?? []).union(self.line(member)?.services ?? []) : given
    }

    /// The position of the main member: the one that says so, else the first that carries calls under
    /// the bundle's own tariff, in the order of the catalogue's requirements, else the first.
    var mainMember: Int {
        let members = self.order.members
        if let stated = members.firstIndex(where: { $0.main == true }) { return stated }
        guard case .bundle(let bundle) = self.offer else { return 0 }
        let included = members.indices.filter { self.role(ofMemberAt: $0) == .included }
        for requirement in bundle.members {
            let candidate = included.first { index in
                let product = members[index].product
                return requirement.products.contains(product) && bundle.minimumPlanFee[product] == nil
                    && self.catalogue.products[product]?.isVoice == true
            }
            if let candidate { return candidate }
        }
        return 0
    }
}

extension OrderDraft {
    /// - Returns: `nil` when a part refers to nothing, which a finding has told by then.
    func validOrder(_ words: FormRules.Words) -> ValidOrder? {
        guard let offer = self.offer else { return nil }
        let main = self.mainMember
        var members: [ValidOrder.Member] = []
        for (index, member) in self.order.members.enumerated() {
            guard let product = self.catalogue.products[member.product] else { return nil }
            members.append(self.validMember(member, at: index, product, of: offer, isMain: index == main))
        }
        return ValidOrder(
            externalId: self.order.externalId,
            channel: words.channel,
            action: words.action,
            customerId: self.order.newOwner?.id ?? self.order.customer.id,
            formerCustomerId: self.order.newOwner == nil ? nil : self.order.customer.id,
            accountId: self.order.accountId ?? self.linesAccount,
            offer: offer,
            term: words.term,
            payment: words.payment,
            members: members,
            former: self.current
        )
    }

    /// The account of the lines of which something is asked; a new owner has one of his own.
    private var linesAccount: String? {
        guard case .lines(let action)? = self.offer, action != .transferOwnership else { return nil }
        return self.order.members.first.flatMap { self.line($0)?.accountId }
    }

    private func validMember(
        _ member: OrderSubmitted.Member,
        at index: Int,
        _ product: Product,
        of offer: ValidOrder.Offer,
        isMain: Bool
    ) -> ValidOrder.Member {
        let chosen = self.options.filter { $0.member == index }.map(\.option)
        let optionSpeed = chosen.compactMap(\.speedMbps).first
        var valid = ValidOrder.Member(
            ref: member.ref,
            product: product,
            serviceNumber: member.serviceNumber,
            isExisting: member.existing,
            isMain: isMain,
            role: self.role(ofMemberAt: index),
            plan: self.plan(of: member),
            services: self.services(of: member),
            givenServices: [],
            formerSpeedMbps: member.existing ? self.line(member)?.speedMbps ?? member.speedMbps : nil,
            orderedSpeedMbps: optionSpeed,
            nextPlan: self.plan(of: member),
            options: Set(chosen.map(\.code)),
            hasSpeedOption: optionSpeed != nil,
            joinsPrivateNetwork: false,
            newCardNumber: member.newCardNumber,
            cause: member.cause,
            password: member.password,
            formerPassword: member.formerPassword,
            characteristics: CharacteristicRules.words(of: member, product)
        )
        if let former = self.former(member) {
            valid.part = valid.role == .leaving ? .leaving : .staying
            // One that the amended order installs is there by then.
            valid.isExisting = true
            valid.formerServices = former.givenServices
            valid.formerOptions = former.options
            valid.formerSpeedMbps = former.speedMbps ?? valid.formerSpeedMbps
        }
        switch offer {
        case _ where valid.role == .leaving && self.current?.isSingle == true: self.end(&valid)
        case _ where valid.role == .leaving: self.release(&valid, to: member.plan)
        case .bundle(let bundle): self.give(bundle, to: &valid)
        case .single(let single): self.give(single, to: &valid)
        case .lines: break
        }
        return valid
    }

    /// A line that leaves the bundle has what it had without it.
    func release(_ member: inout ValidOrder.Member, to plan: String?) {
        let former = self.current.flatMap { self.catalogue.bundles[$0.offer] }
        // One whose plan the bundle left alone keeps it.
        let keepsPlan = former?.minimumPlanFee[member.product.code] != nil
        member.plan = keepsPlan ? member.plan : plan
        member.nextPlan = member.plan
        member.options = []
        member.orderedSpeedMbps = nil
        member.hasSpeedOption = false
        member.joinsPrivateNetwork = (former?.hasPrivateNetwork ?? false) && member.product.isVoice
    }

    /// A line without the single offer: it keeps its tariff, or ends with it where the offer was that.
    private func end(_ member: inout ValidOrder.Member) {
        guard let offer = self.current.flatMap({ self.catalogue.singleOffers[$0.offer] }),
            case .plan(let code) = offer.content, let plan = self.catalogue.plans[code]
        else { return }
        member.closesLine = plan.kind == .line && plan.products.contains(member.product.code)
        if member.closesLine { member.nextPlan = nil }
    }

    private func give(_ bundle: Bundle, to member: inout ValidOrder.Member) {
        member.joinsPrivateNetwork = bundle.hasPrivateNetwork && member.product.isVoice
        // Lines that carry calls have no speed.
        if member.orderedSpeedMbps == nil && !member.product.isVoice { member.orderedSpeedMbps = bundle.speedMbps }
        guard member.role != .networkTerminal else { return }
        member.givenServices = bundle.services[member.product.code] ?? []
        // Where the bundle asks for a plan of a certain fee, the member keeps it.
        if bundle.minimumPlanFee[member.product.code] == nil { member.nextPlan = bundle.code }
    }

    private func give(_ offer: SingleOffer, to member: inout ValidOrder.Member) {
        switch offer.content {
        case .service(let service): member.givenServices = [service]
        case .plan(let code):
            guard let plan = self.catalogue.plans[code], plan.products.contains(member.product.code) else { return }
            if plan.kind == .line { member.nextPlan = code } else { member.extraPlan = code }
        }
    }
}

extension Option {
    var speedMbps: Int? {
        if case .speed(let mbps) = self.kind { mbps } else { nil }
    }
}
