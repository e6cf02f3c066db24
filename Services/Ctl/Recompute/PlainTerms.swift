import Contracts

/// What an account has at an instant, looked up anew each time in the plainest way. It shares nothing with Rating but the
/// catalogue: two that go wrong alike would have to be wrong twice.
struct PlainTerms {
    struct PlanInForce {
        var id: String
        var plan: Plan
        var from: Timestamp
        var until: Timestamp?

        func contains(_ instant: Timestamp) -> Bool { self.from <= instant && until.map { instant < $0 } ?? true }
    }

    let history: HistoryDocument
    let catalogue: Catalogue
    let start: Timestamp
    /// The first instant after the cycle.
    let end: Timestamp

    private static func isInForce(_ from: Timestamp, _ until: Timestamp?, at instant: Timestamp) -> Bool {
        from <= instant && until.map { instant < $0 } ?? true
    }

    private func meets(_ from: Timestamp, _ until: Timestamp?) -> Bool {
        from < self.end && until.map { $0 > self.start && $0 > from } ?? true
    }

    func product(of number: String) -> String? {
        self.history.attachments.filter { $0.serviceNumber == number && self.meets($0.from, $0.until) }
            .max { $0.from < $1.from }?.product
    }

    private var agreements: [HistoryDocument.Agreement] {
        self.history.agreements.sorted { ($0.from, $0.id) < ($1.from, $1.id) }
    }

    /// The account's own that are in force at an instant.
    private func own(at instant: Timestamp) -> [HistoryDocument.Agreement] {
        self.agreements.filter {
            $0.accountId == self.history.accountId && Self.isInForce($0.from, $0.until, at: instant)
        }
    }

    /// The bundle in force, with the members that are lines of the account.
    func bundle(at instant: Timestamp) -> (id: String, bundle: Bundle, members: [HistoryDocument.Member])? {
        for agreement in self.own(at: instant) {
            guard let bundle = self.catalogue.bundles[agreement.offer] else { continue }
            let members = agreement.members.filter {
                $0.role != "leaving" && self.product(of: $0.serviceNumber) != nil
            }
            if !members.isEmpty { return (agreement.id, bundle, members) }
        }
        return nil
    }

    /// The family service to which a number belongs.
    func family(of number: String, at instant: Timestamp) -> (id: String, plan: Plan, cards: [String])? {
        for agreement in self.own(at: instant) {
            let members = agreement.members.filter { $0.role != "leaving" }
            guard let main = members.first(where: \.isMain) ?? members.first,
                let plan = main.extraPlan.flatMap({ self.catalogue.plans[$0] }), plan.kind == .family,
                members.contains(where: { $0.serviceNumber == number })
            else { continue }
            return (agreement.id, plan, members.map(\.serviceNumber))
        }
        return nil
    }

    /// All plans of a line, whenever they are in force: tariffs, one after the other, and packs.
    func plans(of number: String) -> [PlanInForce] {
        var tariffs: [PlanInForce] = []
        var lastCode: String?
        for agreement in self.agreements {
            guard let code = agreement.members.first(where: { $0.serviceNumber == number })?.newPlan, code != lastCode
            else { continue }
            lastCode = code
            if !tariffs.isEmpty { tariffs[tariffs.count - 1].until = agreement.from }
            // One that the catalogue does not know ends the former, and is nothing itself.
            let plan = self.catalogue.plans[code]
            tariffs.append(PlanInForce(id: agreement.id, plan: plan ?? Self.unknown, from: agreement.from))
        }
        let packs = self.agreements.compactMap { agreement -> PlanInForce? in
            let member = agreement.members.first { $0.serviceNumber == number && $0.role != "leaving" }
            guard let plan = member?.extraPlan.flatMap({ self.catalogue.plans[$0] }), plan.kind != .family else {
                return nil
            }
            return PlanInForce(id: agreement.id, plan: plan, from: agreement.from, until: agreement.until)
        }
        return tariffs.filter { $0.plan.code != Self.unknown.code && $0.until != $0.from } + packs
    }

    /// Those that are in force at some time of the cycle.
    func plansOfCycle(of number: String) -> [PlanInForce] {
        self.plans(of: number).filter { self.meets($0.from, $0.until) }
    }

    private static let unknown = Plan(
        code: "", name: "", kind: .line, products: [], monthlyFeeMilliyuan: .zero)
}
