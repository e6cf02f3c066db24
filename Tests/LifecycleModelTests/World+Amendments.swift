import Contracts
import OrdersDomain
import SeededRandom
import Testing

// Customers who change their minds while what they have ordered is still being brought about.
extension World {
    mutating func amend() {
        let open = self.subscriptions.filter { self.orders[$0.id]?.isAmendable ?? false }
        guard let (id, ordered, _) = self.pick(open), let order = self.orders[id] else { return }
        let former = self.amendments.last { $0.of == id && self.orders[$0.id]?.isWaitingForAmended == true }
        let submitted = Submissions.amendment(of: ordered, self.amendments.count, using: &self.random)
        guard let facts = self.facts(order, ordered, former: former),
            let valid = try? validate(submitted, by: self.catalogue, given: facts)
        else { return }
        let amendment = Order.acknowledgeAmendment(valid, of: order, in: self.surroundings)
        self.amendments.append((amendment.order.id, id, submitted))
        self.orders[id] = amendment.amended
        self.note([], of: amendment.order)
        guard var former = former.flatMap({ self.orders[$0.id] }) else { return }
        let outcomes = former.giveWay(to: amendment.order, in: self.surroundings)
        #expect((try? outcomes.get())?.last == .cancelled, "seed \(self.seed)")
        self.note((try? outcomes.get()) ?? [], of: former)
    }

    private func facts(
        _ order: Order, _ ordered: OrderSubmitted, former: (id: OrderID, of: OrderID, submitted: OrderSubmitted)?
    ) -> Facts? {
        guard let offer = self.catalogue.bundles[ordered.offer] else { return nil }
        var bundle = CurrentBundle(
            id: order.bundleId, offer: order.offer, customerId: order.customerId, accountId: order.accountId,
            state: .pending, amendableOrder: order.id,
            members: ordered.members.map { member in
                CurrentBundle.Member(
                    ref: member.ref, product: member.product, serviceNumber: member.serviceNumber, role: .included,
                    givenServices: offer.services[member.product] ?? [],
                    speedMbps: member.product == "broadband" ? offer.speedMbps : nil,
                    options: Set((ordered.options ?? []).filter { $0.member == member.ref }.map(\.code)))
            })
        bundle.openOrder = former?.id
        bundle.changesThisMonth = self.amendments.filter { $0.of == order.id }.count
        var facts = Facts(bundle: bundle, now: self.now)
        for member in ordered.members {
            facts.lines[member.serviceNumber] = Line(
                product: member.product, state: member.existing ? .active : .reserved, plan: member.plan,
                speedMbps: member.speedMbps, heldBy: order.id,
                membership: .init(bundleId: bundle.id, isInEffect: false), customerId: order.customerId)
        }
        return facts
    }

    func isAmended(_ id: OrderID) -> Bool { self.amendments.contains { $0.of == id } }

    /// Only one of an order and its amendments is in effect for good, none where the order was withdrawn; and the network
    /// is as that one says.
    func checkAmended(_ order: Order, _ ordered: OrderSubmitted, _ bundle: Bundle, _ before: Network) {
        let amendments = self.amendments.filter { $0.of == order.id }
        let completed = amendments.filter { self.orders[$0.id]?.state == .completed }
        let name = "seed \(self.seed): \(order.state.rawValue) amended by \(amendments.count)"
        #expect(completed.count <= 1, "\(name): two are in effect")
        let isYielded = order.cancellation?.code == .amended
        #expect(!isYielded || completed.count == 1, "\(name): neither is in effect")
        #expect(completed.isEmpty || isYielded || order.state == .completed, "\(name): in effect without the other")
        if let last = completed.last.flatMap({ self.orders[$0.id] }), let effect = order.effectiveAt {
            #expect(isYielded == (last.effectiveAt == effect), "\(name): both are billed, or neither")
        }
        for waiting in amendments.dropLast() where self.orders[waiting.id]?.cancellation?.code == .superseded {
            let isIdle = self.orders[waiting.id]?.workOrders.allSatisfy { $0.issuedAt == nil && $0.compensates == nil }
            #expect(isIdle ?? false, "\(name): superseded, and had begun")
        }
        let all = [order] + amendments.compactMap { self.orders[$0.id] }
        if all.contains(where: { $0.workOrders.contains { $0.state == .skipped } }) { return }
        var wanted = before
        if order.state == .completed || isYielded { wanted = Network.wanted(ordered, bundle, from: before) }
        if let last = completed.last { wanted.amend(by: last.submitted, ordered, self.catalogue) }
        var network = self.network
        let numbers =
            ordered.members.map(\.serviceNumber) + amendments.flatMap { $0.submitted.members.map(\.serviceNumber) }
        // Of a new line nobody has said plan and speed until they are changed, or changed back.
        for member in ordered.members where !member.existing {
            for fact in ["plan", "speed"] {
                let base = fact == "plan" ? ordered.offer : "2"
                for (mine, other) in [(network, wanted), (wanted, network)]
                where mine.facts["\(member.serviceNumber) \(fact)"] == base
                    && other.facts["\(member.serviceNumber) \(fact)"] == nil
                {
                    network.know(member.serviceNumber, fact, nil)
                    wanted.know(member.serviceNumber, fact, nil)
                }
            }
        }
        #expect(network.facts(of: numbers) == wanted.facts(of: numbers), "\(name)")
    }
}

extension Submissions {
    /// What was ordered, with another speed, address, tier or terminal, or without its 2G, in whatever combination.
    static func amendment(
        of ordered: OrderSubmitted, _ number: Int, using random: inout SeededGenerator
    ) -> OrderSubmitted {
        var order = ordered
        order.externalId = "\(ordered.externalId)-\(number)"
        order.action = "change"
        var options: [OrderSubmitted.Option] = []
        if Bool.random(using: &random) {
            order.offer = ordered.offer == "WB-BASIC-A-88" ? "WB-BASIC-A-158" : "WB-ENH-B-488"
        }
        if let broadband = ordered.members.first(where: { $0.product == "broadband" }) {
            let speed = ["BB-SPEED-4M", "BB-SPEED-8M", nil].randomElement(using: &random) ?? nil
            if let speed { options.append(.init(code: speed, member: broadband.ref)) }
            if Bool.random(using: &random) { options.append(.init(code: "BB-STATIC-IP", member: broadband.ref)) }
            if Int.random(in: 0..<3, using: &random) == 0 {
                order.members[1].leaves = true
                order.members[1].plan = "2G-28"
            }
        }
        if Bool.random(using: &random) {
            let number = "132\(order.members[0].serviceNumber.dropFirst(3))"
            options.append(.init(code: "TERMINAL-SHARED", member: "m5"))
            order.members.append(.init(ref: "m5", product: "mobile2g", serviceNumber: number, existing: false))
        }
        order.options = options
        return order
    }
}

extension Network {
    /// What a change of what was ordered is to come to.
    fileprivate mutating func amend(by change: OrderSubmitted, _ ordered: OrderSubmitted, _ catalogue: Catalogue) {
        let services = catalogue.bundles[change.offer]?.services ?? [:]
        for member in change.members {
            let number = member.serviceNumber
            if member.leaves == true {
                self.know(number, "plan", member.plan)
                for service in services[member.product] ?? [] { self.know(number, service, nil) }
                self.know(number, "network", nil)
                continue
            }
            if !ordered.members.contains(where: { $0.serviceNumber == number }) {
                self.know(number, "line", "there")
                for service in services[member.product] ?? [] { self.know(number, service, "open") }
                self.know(number, "network", "member")
                continue
            }
            if change.offer != ordered.offer, member.product != "mobile3g" { self.know(number, "plan", change.offer) }
            guard member.product == "broadband" else { continue }
            let codes = (change.options ?? []).filter { $0.member == member.ref }.map(\.code)
            let speed = codes.contains("BB-SPEED-4M") ? "4" : codes.contains("BB-SPEED-8M") ? "8" : "2"
            if speed != "2" || member.existing { self.know(number, "speed", speed) }
            self.know(number, "address", codes.contains("BB-STATIC-IP") ? "static" : nil)
        }
    }
}
