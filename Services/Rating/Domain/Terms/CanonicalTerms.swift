import Contracts

extension AccountTerms {
    /// The same terms with places in place of numbers and ids, and with the names that belong there. Accounts that have
    /// ordered alike have the same, whoever they are and since whenever they have it.
    package func canonical(_ frame: CycleFrame, by book: TariffBook) -> (terms: AccountTerms, names: AccountNames) {
        let naming = Naming(self, frame)
        var terms = self
        terms.accountId = ""
        terms.members = self.members.map { member in
            var canonical = naming.member(member)
            canonical.isExempt = book.tariffs.messages.exempt.contains(member.serviceNumber)
            return canonical
        }
        terms.bundles = self.bundles.map(naming.bundle)
        terms.families = self.families.map(naming.family)
        terms.networks = self.networks.map(naming.network)
        return (terms, naming.names)
    }
}

/// Gives places to the names of an account, and times of the cycle to its spans.
private struct Naming {
    let names: AccountNames
    private let numbers: [String: String]
    private let ids: [String: String]
    private let frame: CycleFrame
    /// What began before the cycle, in its order: that alone counts of it.
    private let earlier: [Timestamp: Timestamp]

    init(_ terms: AccountTerms, _ frame: CycleFrame) {
        self.frame = frame
        var numbers: [String] = []
        var known: Set<String> = []
        func note(_ number: String) { if known.insert(number).inserted { numbers.append(number) } }
        for member in terms.members { note(member.serviceNumber) }
        for family in terms.families { ([family.mainNumber] + family.secondaries).forEach(note) }
        for network in terms.networks { network.serviceNumbers.sorted().forEach(note) }
        for bundle in terms.bundles {
            note(bundle.mainNumber)
            bundle.members.map(\.serviceNumber).forEach(note)
            bundle.options.map(\.serviceNumber).forEach(note)
        }
        terms.members.flatMap(\.bindings).map(\.serviceNumber).forEach(note)
        let ids = Set(
            terms.bundles.map(\.id) + terms.families.map(\.id) + terms.members.flatMap { $0.plans.map(\.id) }
        ).sorted()
        self.names = AccountNames(numbers: numbers, ids: ids)
        func placeholders(_ names: [String], _ kind: AccountNames.Kind) -> [String: String] {
            Dictionary(names.enumerated().map { ($1, AccountNames.placeholder($0, kind)) }) { first, _ in first }
        }
        self.numbers = placeholders(numbers, .number)
        self.ids = placeholders(ids, .id)
        let starts = Set(Self.spans(of: terms).map(\.from).filter { $0 < frame.start }).sorted(by: >)
        self.earlier = Dictionary(
            starts.enumerated().map { ($1, Timestamp(microseconds: frame.start.microseconds - Int64($0) - 1)) }
        ) { first, _ in first }
    }

    private static func spans(of terms: AccountTerms) -> [Span] {
        let agreements = terms.bundles.map(\.span) + terms.families.map(\.span) + terms.networks.map(\.span)
        return agreements + terms.members.flatMap(Self.spans)
    }

    private static func spans(of member: MemberTerms) -> [Span] {
        let given = member.plans.map(\.span) + member.services.map(\.span) + member.bindings.map(\.span)
        return member.active + given + member.kept
    }

    private func number(_ number: String) -> String { self.numbers[number] ?? number }

    private func id(_ id: String) -> String { self.ids[id] ?? id }

    private func span(_ span: Span) -> Span {
        Span(
            from: self.earlier[span.from] ?? span.from,
            until: span.until.flatMap { until in
                until >= self.frame.end ? nil : until <= self.frame.start ? self.earlier[span.from] ?? until : until
            })
    }

    func member(_ terms: MemberTerms) -> MemberTerms {
        MemberTerms(
            serviceNumber: self.number(terms.serviceNumber),
            product: terms.product,
            active: terms.active.map(self.span),
            plans: terms.plans.map { .init(id: self.id($0.id), plan: $0.plan, span: self.span($0.span)) },
            services: terms.services.map { .init(service: $0.service, span: self.span($0.span)) },
            bindings: terms.bindings.map {
                .init(serviceNumber: self.number($0.serviceNumber), span: self.span($0.span))
            },
            kept: terms.kept.map(self.span)
        )
    }

    func bundle(_ terms: BundleTerms) -> BundleTerms {
        BundleTerms(
            id: self.id(terms.id),
            bundle: terms.bundle,
            span: self.span(terms.span),
            mainNumber: self.number(terms.mainNumber),
            members: terms.members.map { .init(self.number($0.serviceNumber), $0.role) },
            options: terms.options.map { .init($0.option, self.number($0.serviceNumber)) }
        )
    }

    func family(_ terms: FamilyTerms) -> FamilyTerms {
        FamilyTerms(
            id: self.id(terms.id), plan: terms.plan, mainNumber: self.number(terms.mainNumber),
            secondaries: terms.secondaries.map(self.number), span: self.span(terms.span))
    }

    func network(_ terms: NetworkTerms) -> NetworkTerms {
        NetworkTerms(
            network: terms.network, serviceNumbers: Set(terms.serviceNumbers.map(self.number)),
            span: self.span(terms.span))
    }
}
