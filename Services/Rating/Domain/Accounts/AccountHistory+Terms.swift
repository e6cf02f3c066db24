import Contracts

extension AccountHistory {
    /// What the account has in a cycle. It only grows with time: whoever was a member at any time of the cycle is in it.
    package func terms(of frame: CycleFrame, by book: TariffBook) -> AccountTerms {
        let attachments = Dictionary(grouping: self.attachments.filter { $0.span.meets(frame) }, by: \.serviceNumber)
        let agreements = self.agreements.sorted { ($0.span.from, $0.id) < ($1.span.from, $1.id) }
        let inForce = agreements.filter { $0.span.meets(frame) }
        let numbers = Set(attachments.keys)
        let members = numbers.sorted().map { number in
            var member = self.member(number, attachments[number] ?? [], agreements, inForce, frame, book)
            // Nobody pays for a card any more whose line has gone: it pays for itself.
            member.bindings.removeAll { !numbers.contains($0.serviceNumber) }
            return member
        }
        let own = inForce.filter { $0.accountId == self.accountId }
        return AccountTerms(
            accountId: self.accountId,
            cycle: frame.cycle,
            members: members,
            bundles: own.compactMap { Self.bundle($0, of: numbers, book) },
            families: own.compactMap { Self.family($0, book) }
        )
    }

    private func member(
        _ number: String,
        _ attachments: [Attachment],
        _ agreements: [Agreement],
        _ inForce: [Agreement],
        _ frame: CycleFrame,
        _ book: TariffBook
    ) -> MemberTerms {
        let attachments = attachments.sorted { $0.span.from < $1.span.from }
        return MemberTerms(
            serviceNumber: number,
            product: attachments.last?.product ?? "",
            active: attachments.flatMap { self.active($0) }.filter { $0.meets(frame) },
            plans: Self.tariffs(of: number, agreements, book).filter { $0.span.meets(frame) }
                + Self.extraPlans(of: number, inForce, book),
            services: Self.services(of: number, attachments, agreements).filter { $0.span.meets(frame) },
            bindings: Self.bindings(of: number, inForce),
            kept: attachments.flatMap { self.kept($0) }.filter { $0.meets(frame) }
        )
    }

    /// The times of an attachment in which the line is not stopped.
    private func active(_ attachment: Attachment) -> [Span] {
        var spans: [Span] = []
        var start: Timestamp? = attachment.span.from
        for stop in self.orderedStops(of: attachment) where attachment.span.until.map({ stop.at < $0 }) ?? true {
            if stop.isStopped, let from = start {
                if from < stop.at { spans.append(Span(from: from, until: stop.at)) }
                start = nil
            } else if !stop.isStopped, start == nil {
                start = max(stop.at, attachment.span.from)
            }
        }
        if let start { spans.append(Span(from: start, until: attachment.span.until)) }
        return spans
    }

    /// Of one instant the start comes first.
    private func orderedStops(of attachment: Attachment) -> [Stop] {
        self.stops.filter { $0.serviceNumber == attachment.serviceNumber }
            .sorted { ($0.at, $0.isStopped ? 1 : 0) < ($1.at, $1.isStopped ? 1 : 0) }
    }

    /// The times of an attachment in which the line is stopped at its customer's wish: from then until it is started, or
    /// ends.
    private func kept(_ attachment: Attachment) -> [Span] {
        var spans: [Span] = []
        var start: Timestamp?
        for stop in self.orderedStops(of: attachment) where attachment.span.contains(stop.at) {
            if stop.isWish {
                start = start ?? stop.at
            } else if !stop.isStopped, let from = start {
                if from < stop.at { spans.append(Span(from: from, until: stop.at)) }
                start = nil
            }
        }
        if let start { spans.append(Span(from: start, until: attachment.span.until)) }
        return spans
    }

    /// The line's tariffs, one after the other. A bundle's is the bundle itself, and no plan.
    private static func tariffs(
        of number: String, _ agreements: [Agreement], _ book: TariffBook
    ) -> [MemberTerms.PlanSpan] {
        var spans: [MemberTerms.PlanSpan] = []
        for agreement in agreements {
            guard let plan = agreement.members.first(where: { $0.serviceNumber == number })?.newPlan else { continue }
            // Said again, it goes on.
            if let last = spans.last, last.plan == plan { continue }
            if !spans.isEmpty { spans[spans.count - 1].span.until = agreement.span.from }
            spans.append(.init(id: agreement.id, plan: plan, span: Span(from: agreement.span.from)))
        }
        return spans.filter { book.plans[$0.plan] != nil && $0.span.until != $0.span.from }
    }

    private static func extraPlans(
        of number: String, _ inForce: [Agreement], _ book: TariffBook
    ) -> [MemberTerms.PlanSpan] {
        inForce.compactMap { agreement in
            guard let plan = agreement.given(to: number)?.extraPlan, book.plans[plan]?.plan.kind != .family else {
                return nil
            }
            return MemberTerms.PlanSpan(id: agreement.id, plan: plan, span: agreement.span)
        }
    }

    /// What it brought with it ends where an agreement that gives the same ends.
    private static func services(
        of number: String, _ attachments: [Attachment], _ agreements: [Agreement]
    ) -> [MemberTerms.ServiceSpan] {
        let given = agreements.flatMap { agreement in
            (agreement.given(to: number)?.services ?? []).map {
                MemberTerms.ServiceSpan(service: $0, span: agreement.span)
            }
        }
        let known = Set(given.map(\.service))
        let brought = attachments.flatMap { attachment in
            attachment.services.filter { !known.contains($0) }.map {
                MemberTerms.ServiceSpan(service: $0, span: attachment.span)
            }
        }
        return given + brought
    }

    /// A data card is bound to the number that is ordered with it (RAT-03).
    private static func bindings(of number: String, _ inForce: [Agreement]) -> [MemberTerms.Binding] {
        inForce.compactMap { agreement in
            guard let card = agreement.given(to: number), card.product == Self.dataCard,
                let payer = agreement.members.first(where: { $0.product != Self.dataCard && $0.role != .leaving })
            else { return nil }
            return MemberTerms.Binding(serviceNumber: payer.serviceNumber, span: agreement.span)
        }
    }

    private static let dataCard = "dataCard"

    private static func bundle(
        _ agreement: Agreement, of numbers: Set<String>, _ book: TariffBook
    ) -> BundleTerms? {
        guard let bundle = book.bundles[agreement.offer]?.bundle else { return nil }
        let members = agreement.members.filter { $0.role != .leaving && numbers.contains($0.serviceNumber) }
        guard let main = members.first(where: \.isMain) ?? members.first else { return nil }
        return BundleTerms(
            id: agreement.id,
            bundle: agreement.offer,
            span: agreement.span,
            mainNumber: main.serviceNumber,
            members: members.map { member in
                let keepsPlan = member.role == .networkTerminal || bundle.minimumPlanFee[member.product] != nil
                return BundleTerms.Member(member.serviceNumber, keepsPlan ? .ownPlan : .inBundle)
            },
            options: members.flatMap { member in member.options.map { .init($0, member.serviceNumber) } }
        )
    }

    private static func family(_ agreement: Agreement, _ book: TariffBook) -> FamilyTerms? {
        let members = agreement.members.filter { $0.role != .leaving }
        guard let main = members.first(where: \.isMain) ?? members.first, let plan = main.extraPlan,
            book.plans[plan]?.plan.kind == .family
        else { return nil }
        return FamilyTerms(
            id: agreement.id,
            plan: plan,
            mainNumber: main.serviceNumber,
            secondaries: members.map(\.serviceNumber).filter { $0 != main.serviceNumber },
            span: agreement.span
        )
    }
}

extension AccountHistory.Agreement {
    /// `nil` for a line that is not, or no longer, in it.
    fileprivate func given(to number: String) -> AccountHistory.Member? {
        self.members.first { $0.serviceNumber == number && $0.role != .leaving }
    }
}
