package import Contracts

/// One fee of a cycle.
package struct FeeLine: Hashable, Sendable {
    /// The rule, its place in the catalogue and the bill subject.
    package var provision: Provision
    /// The bundle, plan, option or service.
    package var item: String
    /// For which line.
    package var serviceNumber: String
    /// On whose bill it stands.
    package var payer: String
    /// Below zero for a discount.
    package var amountMilliyuan: Milliyuan
}

/// The fees of a cycle: of everything that is in force on the 1st, or opens in it.
package struct MonthlyFees {
    private let terms: AccountTerms
    private let book: TariffBook
    private let frame: CycleFrame
    private let maker: ProvisionMaker

    package static func lines(_ terms: AccountTerms, book: TariffBook, frame: CycleFrame) -> [FeeLine] {
        let fees = Self(
            terms: terms, book: book, frame: frame,
            maker: ProvisionMaker(catalogue: book.catalogue, tariffs: book.tariffs))
        return fees.terms.bundles.flatMap(fees.lines) + fees.terms.members.flatMap(fees.lines)
            + fees.terms.families.flatMap(fees.lines)
    }

    /// When something becomes due in the cycle: on the 1st, or when it opens; `nil`: not at all.
    private func due(_ span: Span) -> Timestamp? {
        guard span.meets(self.frame) else { return nil }
        return max(span.from, self.frame.start)
    }

    private func provision(_ rule: RatingRule, _ kind: ChargeKind, _ source: String, _ price: Milliyuan) -> Provision {
        self.maker.make(rule, kind, source, price)
    }

    /// Plan B's fee is shown as plan A's with the discount (RAT-22); with the 3G plans of the bundle it is not below
    /// plan A's (CAT-67).
    private func lines(_ terms: BundleTerms) -> [FeeLine] {
        guard let due = self.due(terms.span), let bundle = self.book.bundles[terms.bundle]?.bundle else { return [] }
        func line(_ rule: RatingRule, _ source: String, _ amount: Milliyuan) -> FeeLine {
            FeeLine(
                provision: self.provision(rule, .bundleFee, source, amount), item: bundle.code,
                serviceNumber: terms.mainNumber, payer: terms.mainNumber, amountMilliyuan: amount)
        }
        let fee = bundle.monthlyFeeMilliyuan
        var lines: [FeeLine] = []
        if let floor = bundle.floorBundle.flatMap({ self.book.bundles[$0]?.bundle.monthlyFeeMilliyuan }) {
            let source = "bundles.\(bundle.floorBundle ?? "").monthlyFeeMilliyuan"
            lines.append(line(.bundleFee, source, floor))
            lines.append(line(.bundleDiscount, "bundles.\(bundle.code).monthlyFeeMilliyuan", fee - floor))
            let missing = floor - fee - self.planFees(of: terms, at: due)
            if missing > .zero { lines.append(line(.feeFloor, "bundles.\(bundle.code).floorBundle", missing)) }
        } else {
            lines.append(line(.bundleFee, "bundles.\(bundle.code).monthlyFeeMilliyuan", fee))
        }
        return lines + terms.options.compactMap { self.line($0, of: terms) }
    }

    /// Of the members that keep their plan, without terminals that are for the network alone.
    private func planFees(of bundle: BundleTerms, at instant: Timestamp) -> Milliyuan {
        let additional = bundle.options.filter { chosen in
            if case .additionalMember? = self.book.catalogue.options[chosen.option]?.kind { true } else { false }
        }.map(\.serviceNumber)
        let numbers = bundle.members.filter { $0.role == .ownPlan && !additional.contains($0.serviceNumber) }
            .map(\.serviceNumber)
        return self.terms.members.filter { numbers.contains($0.serviceNumber) }
            .compactMap { self.linePlan(of: $0, at: instant)?.monthlyFeeMilliyuan }.reduce(.zero, +)
    }

    /// A terminal that keeps its plan pays for itself (CAT-70), any other option is the bundle's.
    private func line(_ chosen: BundleTerms.ChosenOption, of bundle: BundleTerms) -> FeeLine? {
        guard let option = self.book.catalogue.options[chosen.option], option.monthlyFeeMilliyuan != .zero else {
            return nil
        }
        let role = bundle.members.first { $0.serviceNumber == chosen.serviceNumber }?.role
        let source = "options.\(option.code).monthlyFeeMilliyuan"
        return FeeLine(
            provision: self.provision(.optionFee, .optionFee, source, option.monthlyFeeMilliyuan),
            item: option.code,
            serviceNumber: chosen.serviceNumber,
            payer: role == .ownPlan ? chosen.serviceNumber : bundle.mainNumber,
            amountMilliyuan: option.monthlyFeeMilliyuan
        )
    }

    private func lines(_ member: MemberTerms) -> [FeeLine] {
        member.plans.compactMap { self.line($0, of: member) } + [self.standardLine(of: member)].compactMap { $0 }
            + self.serviceLines(of: member) + [self.keepingLine(of: member)].compactMap { $0 }
    }

    /// Once a cycle, also for one in which the line ends (RAT-23).
    private func keepingLine(of member: MemberTerms) -> FeeLine? {
        guard let fee = self.book.tariffs.orderFees.keeping, fee != .zero,
            member.kept.contains(where: { self.due($0) != nil })
        else { return nil }
        return FeeLine(
            provision: self.provision(.keepingFee, .keepingFee, "tariffs.orderFees.keepingMilliyuan", fee),
            item: "keeping",
            serviceNumber: member.serviceNumber,
            payer: member.serviceNumber,
            amountMilliyuan: fee
        )
    }

    private func isInBundle(_ number: String, at instant: Timestamp) -> Bool {
        self.terms.bundles.contains { bundle in
            bundle.span.contains(instant)
                && bundle.members.contains { $0.serviceNumber == number && $0.role == .inBundle }
        }
    }

    private func linePlan(of member: MemberTerms, at instant: Timestamp) -> Plan? {
        member.plans.lazy.filter { $0.span.contains(instant) }.compactMap { self.book.plans[$0.plan]?.plan }
            .first { $0.kind == .line }
    }

    /// The bound number of a data card pays (RAT-03).
    private func payer(of member: MemberTerms, at instant: Timestamp) -> String {
        member.bindings.first { $0.span.contains(instant) }?.serviceNumber ?? member.serviceNumber
    }

    private func line(_ span: MemberTerms.PlanSpan, of member: MemberTerms) -> FeeLine? {
        guard let due = self.due(span.span), let plan = self.book.plans[span.plan]?.plan, plan.kind != .family,
            plan.monthlyFeeMilliyuan != .zero,
            plan.kind != .line || !self.isInBundle(member.serviceNumber, at: due)
        else { return nil }
        let isHalf = HalfMonth.holds(for: plan, opened: span.span.from, in: self.frame, self.book.calendar)
        let full = plan.monthlyFeeMilliyuan
        let fee = isHalf ? full.scaled(by: 1, over: 2) ?? full : full
        let rule: RatingRule = isHalf ? .halfMonthFee : plan.kind == .g3 ? .cardFee : .planFee
        return FeeLine(
            provision: self.provision(rule, plan.kind.fee, "plans.\(plan.code).monthlyFeeMilliyuan", fee),
            item: plan.code,
            serviceNumber: member.serviceNumber,
            payer: self.payer(of: member, at: due),
            amountMilliyuan: fee
        )
    }

    /// A line that is in no bundle and has no plan of the catalogue is on its product's standard plan.
    private func standardLine(of member: MemberTerms) -> FeeLine? {
        let changes =
            member.active.map(\.from) + member.plans.compactMap(\.span.until)
            + self.terms.bundles.compactMap(\.span.until)
        let isStandard = ([self.frame.start] + changes.filter(self.frame.contains)).contains { instant in
            member.active.contains { $0.contains(instant) } && self.linePlan(of: member, at: instant) == nil
                && !self.isInBundle(member.serviceNumber, at: instant)
        }
        guard isStandard, let code = self.book.tariffs.standardPlans[member.product],
            let plan = self.book.plans[code]?.plan, plan.monthlyFeeMilliyuan != .zero
        else { return nil }
        let fee = plan.monthlyFeeMilliyuan
        return FeeLine(
            provision: self.provision(.planFee, .lineFee, "plans.\(plan.code).monthlyFeeMilliyuan", fee),
            item: plan.code,
            serviceNumber: member.serviceNumber,
            payer: member.serviceNumber,
            amountMilliyuan: fee
        )
    }

    /// Each once a cycle; what the bundle gives costs nothing, nor what goes with another service that is paid for in the
    /// cycle (CAT-38).
    private func serviceLines(of member: MemberTerms) -> [FeeLine] {
        var charged: Set<String> = []
        return member.services.compactMap { span in
            guard let due = self.due(span.span), let service = self.book.catalogue.services[span.service],
                let fee = service.monthlyFeeMilliyuan, fee != .zero, !self.isGiven(span.service, to: member, at: due),
                !member.services.contains(where: {
                    service.freeWith.contains($0.service) && self.due($0.span) != nil
                }), charged.insert(span.service).inserted
            else { return nil }
            let provision = Provision(
                .serviceFee, source: "services.\(service.code).monthlyFeeMilliyuan",
                subject: self.maker.subject(service.subject, .serviceFee), unitPrice: fee)
            return FeeLine(
                provision: provision, item: service.code, serviceNumber: member.serviceNumber,
                payer: self.payer(of: member, at: due), amountMilliyuan: fee)
        }
    }

    private func isGiven(_ service: String, to member: MemberTerms, at instant: Timestamp) -> Bool {
        self.terms.bundles.contains { terms in
            terms.span.contains(instant) && terms.members.contains { $0.serviceNumber == member.serviceNumber }
                && self.book.bundles[terms.bundle]?.bundle.services[member.product]?.contains(service) == true
        }
    }

    /// The main card pays (RAT-25).
    private func lines(_ family: FamilyTerms) -> [FeeLine] {
        guard self.due(family.span) != nil, let plan = self.book.plans[family.plan]?.plan else { return [] }
        let fee = plan.monthlyFeeMilliyuan
        return [
            FeeLine(
                provision: self.provision(.familyFee, .familyFee, "plans.\(plan.code).monthlyFeeMilliyuan", fee),
                item: plan.code,
                serviceNumber: family.mainNumber,
                payer: family.mainNumber,
                amountMilliyuan: fee
            )
        ]
    }
}

extension Plan.Kind {
    var fee: ChargeKind {
        switch self {
        case .line: .lineFee
        case .gprs: .gprsFee
        case .g3: .g3Fee
        case .wlan: .wlanFee
        case .message: .messageFee
        case .family: .familyFee
        }
    }
}
