import Contracts
import OrdersDomain

/// The changes of the standing bundle, in the order of being accepted.
struct Changes {
    var accepted: [(id: OrderID, submitted: OrderSubmitted)] = []
}

extension World {
    mutating func submitChange() {
        let all = self.changes.accepted.compactMap { self.orders[$0.id] }
        // After its effect there is another bundle; while one is withdrawn, its numbers are busy.
        guard self.changes.accepted.count < 4, !all.contains(where: { $0.state == .completed }),
            !all.contains(where: { !$0.state.isFinal && $0.cancellation != nil && $0.cancellation?.requestedBy == nil })
        else { return }
        var bundle = Submissions.bundle(by: self.catalogue)
        let open = all.filter { !$0.state.isFinal }
        bundle.openOrder = open.first { $0.cancellation == nil }?.id
        bundle.endingOrder = open.first { $0.cancellation != nil }?.id
        // Nobody withdraws what he is about to replace: the numbers of one that ends for nobody are busy.
        if bundle.openOrder == nil, bundle.endingOrder != nil { return }
        for (id, submitted) in self.changes.accepted where self.orders[id]?.state.isFinal == false {
            for member in submitted.members { bundle.openNumbers[member.serviceNumber] = member.existing }
        }
        var facts = Facts(bundle: bundle, now: self.now)
        for member in bundle.members {
            facts.lines[member.serviceNumber] = Line(
                product: member.product, plan: member.product == "mobile3g" ? "3G-96" : bundle.offer,
                services: Set(member.givenServices), speedMbps: member.speedMbps,
                membership: .init(bundleId: bundle.id, isInEffect: bundle.openOrder == nil), customerId: "C1")
        }
        let submitted = Submissions.change(self.changes.accepted.count, using: &self.random)
        guard let valid = try? validate(submitted, by: self.catalogue, given: facts) else { return }
        self.accept(submitted, valid, inPlaceOf: bundle.openOrder)
    }

    private mutating func accept(_ submitted: OrderSubmitted, _ valid: ValidOrder, inPlaceOf open: OrderID?) {
        guard let open, var former = self.orders[open] else {
            let (order, outcomes) = Order.acknowledge(valid, in: self.surroundings)
            self.changes.accepted.append((order.id, submitted))
            self.note(outcomes, of: order)
            return
        }
        let ending = former.isWaitingForPlace ? former.targetOrderId.flatMap { self.orders[$0] } : nil
        let (order, outcomes) = Order.acknowledge(valid, after: ending?.id ?? open, in: self.surroundings)
        guard case .success(let formerOutcomes) = former.giveWay(to: order, in: self.surroundings) else { return }
        self.changes.accepted.append((order.id, submitted))
        if var ending {
            ending.handOver(to: order)
            self.audit.handedOver.insert(ending.id)
            self.orders[ending.id] = ending
        }
        self.note(outcomes, of: order)
        self.note(formerOutcomes, of: former)
    }
}
