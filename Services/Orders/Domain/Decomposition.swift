package import Contracts

/// Takes an order apart into the work orders that the catalogue's rules ask for.
///
/// Member by member, in the order of the rules. A work order depends on those of its member that its rule
/// names and that no other of them waits for already.
///
/// - Parameters:
///   - accountId: the account that pays, given or just opened.
///   - passwords: what seals passwords; without it, none is handed on.
/// - Returns: waiting work orders, without target instants: time is not known here.
package func decompose(
    _ order: ValidOrder,
    by catalogue: Catalogue,
    accountId: String,
    identifiers: any IdentifierSource,
    passwords: (any PasswordSealing)? = nil
) -> [WorkOrder] {
    let rules = catalogue.decompositions[order.offer.decomposition] ?? []
    return order.members.flatMap { member in
        let decomposition = MemberDecomposition(
            member: member, order: order, catalogue: catalogue, accountId: accountId, identifiers: identifiers,
            passwords: passwords)
        return decomposition.workOrders(by: rules)
    }
}

/// Whether any rule of the catalogue issues anything for it.
func isAnythingToDo(for order: ValidOrder, by catalogue: Catalogue) -> Bool {
    let rules = catalogue.decompositions[order.offer.decomposition] ?? []
    return order.members.contains { member in
        let conditions = MemberConditions(member: member, order: order)
        return rules.contains { conditions.holds($0.condition) && !conditions.repetitions(of: $0).isEmpty }
    }
}

/// What the rules ask of one member.
private struct MemberConditions {
    var member: ValidOrder.Member
    var order: ValidOrder

    func holds(_ condition: DecompositionRule.Condition) -> Bool {
        guard condition.part == self.member.part else { return false }
        if let products = condition.products, !products.contains(self.member.product.code) { return false }
        if let existing = condition.existing, existing != self.member.isExisting { return false }
        if let differs = condition.speedDiffers, differs != self.speedDiffers { return false }
        let (chosen, former) = (self.member.options, self.member.formerOptions)
        if let option = condition.option, !chosen.contains(option) || former.contains(option) { return false }
        if let option = condition.optionRemoved, chosen.contains(option) || !former.contains(option) { return false }
        if let differs = condition.offerDiffers, differs != (self.order.former?.offer != self.order.offer.code) {
            return false
        }
        if let isNamed = condition.newCard, isNamed != (self.member.newCardNumber != nil) { return false }
        if let differs = condition.planDiffers, differs != (self.member.plan != self.member.formerPlan) {
            return false
        }
        let isSaid = condition.characteristics.allSatisfy { name, words in
            self.member.characteristics[name].map(words.contains) ?? false
        }
        guard isSaid else { return false }
        if let network = condition.privateNetwork, network != self.member.joinsPrivateNetwork { return false }
        return true
    }

    /// A speed that nobody stated differs: setting it again does no harm, leaving it might.
    private var speedDiffers: Bool {
        guard let ordered = self.member.orderedSpeedMbps else { return false }
        // A member has the speed that its bundle knows of.
        if self.member.part == .staying { return self.member.formerSpeedMbps != ordered }
        return self.member.hasSpeedOption || self.member.formerSpeedMbps != ordered
    }

    /// The services for which the rule issues a work order each; one `nil` where it has no repetition.
    func repetitions(of rule: DecompositionRule) -> [String?] {
        switch rule.forEach {
        case .missingService: self.member.givenServices.filter { !self.member.services.contains($0) }
        case .presentService: self.member.givenServices.filter { self.member.services.contains($0) }
        case .obsoleteService: self.member.formerServices.filter { !self.member.givenServices.contains($0) }
        case .ownService: self.member.services.sorted()
        case nil: [nil]
        }
    }
}

/// The rules at work on one member.
private struct MemberDecomposition {
    var member: ValidOrder.Member
    var order: ValidOrder
    var catalogue: Catalogue
    var accountId: String
    var identifiers: any IdentifierSource
    var passwords: (any PasswordSealing)?

    func workOrders(by rules: [DecompositionRule]) -> [WorkOrder] {
        let conditions = MemberConditions(member: self.member, order: self.order)
        var issued: [(workOrder: WorkOrder, after: Set<String>)] = []
        for rule in rules where conditions.holds(rule.condition) {
            for service in conditions.repetitions(of: rule) {
                issued.append((self.workOrder(by: rule, service: service), rule.after))
            }
        }
        let direct = issued.map { one in
            issued.indices.filter { one.after.contains(issued[$0].workOrder.type) }
        }
        return issued.indices.map { index in
            var workOrder = issued[index].workOrder
            workOrder.dependsOn = self.withoutDetours(direct[index], direct).map { issued[$0].workOrder.id }
            return workOrder
        }
    }

    private func workOrder(by rule: DecompositionRule, service: String?) -> WorkOrder {
        let type = self.catalogue.workOrderType(rule.type, product: self.member.product.code)
        return WorkOrder(
            id: self.identifiers.next(),
            type: rule.type,
            product: self.member.product.code,
            memberRef: self.member.ref,
            serviceNumber: self.member.serviceNumber,
            parameters: rule.parameters.compactMapValues { self.value(of: $0, service: service) },
            // The catalogue's check leaves no rule without its type; a target that is over at once would show.
            target: rule.target ?? type?.target ?? TargetTime(seconds: 0, counting: .calendar)
        )
    }

    /// `nil` where there is nothing to say, such as the plan of a line that has none.
    private func value(of value: DecompositionRule.Value, service: String?) -> JSONValue? {
        switch value {
        case .constant(let constant): constant
        case .reference(.offer): .string(self.order.offer.code)
        case .reference(.formerOffer): self.order.former.map { .string($0.offer) }
        case .reference(.speedMbps): self.member.orderedSpeedMbps.map { .integer(Int64($0)) }
        case .reference(.formerSpeedMbps): self.member.formerSpeedMbps.map { .integer(Int64($0)) }
        case .reference(.plan): self.member.plan.map { .string($0) }
        case .reference(.service): service.map { .string($0) }
        case .reference(.accountId): .string(self.accountId)
        case .reference(.customerId): .string(self.order.customerId)
        case .reference(.otherNumber): self.otherNumber.map { .string($0) }
        case .reference(.newCardNumber): self.member.newCardNumber.map { .string($0) }
        case .reference(.cause): self.member.cause.map { .string($0) }
        case .reference(.password): self.sealed(self.member.password)
        case .reference(.formerPassword): self.sealed(self.member.formerPassword)
        case .reference(.formerCustomerId): self.order.formerCustomerId.map { .string($0) }
        case .reference(.formerPlan): self.member.formerPlan.map { .string($0) }
        case .characteristic(let name): self.member.characteristics[name].map { .string($0) }
        }
    }

    private func sealed(_ password: String?) -> JSONValue? {
        guard let password, let passwords = self.passwords else { return nil }
        return .string(passwords.seal(password, of: self.member.serviceNumber))
    }

    /// `nil` where the member is alone, or one of many.
    private var otherNumber: String? {
        let others = self.order.members.filter { $0.ref != self.member.ref }
        return others.count == 1 ? others.first?.serviceNumber : nil
    }

    /// Leaves out what another of `direct` waits for anyway: the last work order before one stands for all
    /// before that.
    private func withoutDetours(_ direct: [Int], _ graph: [[Int]]) -> [Int] {
        var implied: Set<Int> = []
        var pending = direct.flatMap { graph[$0] }
        while let next = pending.popLast() {
            if implied.insert(next).inserted { pending += graph[next] }
        }
        return direct.filter { !implied.contains($0) }
    }
}
