package import Contracts

// An order that asks for another order's end.
extension Order {
    /// Accepts it, and begins that end.
    ///
    /// - Parameters:
    ///   - target: the order that it names; `nil` where there is none.
    ///   - obstacle: what keeps the target from being cancelled, besides itself.
    ///   - catalogue: on which the target began, and by which it ends; that of the surroundings where it is not given.
    /// - Returns: the order that asks, the one that is to end, and the outcomes of that.
    /// - Throws: every broken rule.
    package static func acknowledgeCancel(
        _ submitted: OrderSubmitted,
        of target: Order?,
        obstacle: OrderRefusal?,
        endingBy catalogue: Catalogue? = nil,
        in surroundings: Surroundings
    ) throws(Rejections) -> (request: Order, target: Order, outcomes: [Outcome]) {
        let catalogue = catalogue ?? surroundings.catalogue
        var findings = Findings()
        let words = FormRules.check(submitted, &findings)
        let path = submitted.orderId == nil ? "/originalExternalId" : "/orderId"
        if submitted.orderId == nil, submitted.originalExternalId == nil {
            let text = "is absent, and so is originalExternalId: one of them names the order to be cancelled"
            findings.add(.malformed, at: "/orderId", text)
        } else if target?.concerns(submitted.customer.id) != true {
            findings.add(.notFound, at: path, "customer \(quoted(submitted.customer.id)) has no such order")
        } else {
            let plan = target?.cancelPlan(by: catalogue)
            for refusal in plan?.refusals ?? [] { findings.add(.notAllowedInState, at: path, refusal.message) }
            if let obstacle {
                findings.add(RejectionCode(rawValue: obstacle.code) ?? .notAllowedInState, at: path, obstacle.message)
            }
        }
        guard findings.reasons.isEmpty, let words, var ending = target else { throw Rejections(findings.reasons) }
        let request = Self.request(submitted, words, about: ending, in: surroundings)
        let reason = submitted.reason ?? "asked for by channel \(words.channel.rawValue)"
        switch ending.cancel(for: reason, requestedBy: request.id, in: surroundings.going(by: catalogue)) {
        case .success(let outcomes):
            return (request, ending, outcomes)
        case .failure(let refusal):
            throw Rejections([Rejection(.notAllowedInState, at: path, refusal.message)])
        }
    }

    /// Of lines that change hands, both owners.
    private func concerns(_ customer: String) -> Bool {
        self.customerId == customer
            || self.workOrders.contains { $0.parameters["formerCustomerId"] == .string(customer) }
    }

    private static func request(
        _ submitted: OrderSubmitted,
        _ words: FormRules.Words,
        about target: Order,
        in surroundings: Surroundings
    ) -> Order {
        var request = Order(
            id: surroundings.identifiers.next(),
            externalId: submitted.externalId,
            channel: words.channel.rawValue,
            action: words.action.rawValue,
            customerId: target.customerId,
            accountId: target.accountId,
            offer: target.offer,
            bundleId: target.bundleId,
            catalogueVersion: surroundings.catalogue.version,
            effect: .immediate,
            acknowledgedAt: surroundings.now,
            workOrders: []
        )
        request.state = .inProgress
        request.targetOrderId = target.id
        return request
    }
}
