import Contracts
import DomainFixtures
import OrdersDomain
import ProvisioningDomain
import Testing

@Suite("Orders and Provisioning, whatever comes in whatever order")
struct ModelTests {
    @Test(
        "5,000 random histories: at every moment something moves an order or a person is asked; in the end each is in one right state, and the network with it",
        arguments: 0..<50)
    func histories(_ block: UInt64) throws {
        let catalogue = try Shipped.catalogue()
        for seed in block * 100..<(block + 1) * 100 {
            var world = World(seed: seed, catalogue: catalogue)
            world.network.know(Submissions.standing)
            for _ in 0..<90 {
                try world.step()
                world.audit.check(world)
            }
            try world.drain()
            world.audit.check(world)
            world.checkEnd()
        }
    }
}

extension World {
    /// From here on elements and people do what they are asked, and time passes.
    mutating func drain() throws {
        for _ in 0..<3000 {
            while self.toProvisioning.contains(where: { !$0.value.isEmpty }) { try self.deliverToProvisioning() }
            while self.toOrders.contains(where: { !$0.value.isEmpty }) { self.deliverToOrders() }
            if let command = self.unanswered.popLast() {
                guard self.wallNow < command.deadline || self.network.hasExecuted(command),
                    self.network.verdict(of: command).map({ $0 > 7 }) ?? true
                else { continue }
                self.network.execute(command)
                try self.apply(
                    .answered(
                        NetworkResponse(
                            commandId: command.commandId, workOrderId: command.workOrderId, status: .succeeded,
                            attempt: command.attempt, at: self.wallNow)))
            } else if let id = self.workOrdersAwaitingReport.first {
                self.carryOut(id)
                try self.apply(
                    .reported(WorkOrderReported(workOrderId: id, status: "completed", by: "staff", at: self.now)))
            } else if let held = self.orders.values.filter({ $0.state == .held }).min(by: { $0.id < $1.id }) {
                self.apply(.retry(nil), to: held.id)
                // One that was cancelled though nobody asked cannot be tried again.
                for reason in self.orders[held.id]?.holdReasons ?? [] {
                    self.apply(.skip(reason.workOrderId), to: held.id)
                }
            } else if self.orders.values.allSatisfy({ $0.state.isFinal }) {
                return
            } else {
                try self.passWallTime()
                try self.passBusinessTime(upTo: 8 * 86_400)
            }
        }
        #expect(Bool(false), "seed \(self.seed): \(self.orders.values.filter { !$0.state.isFinal }.map(\.waitsFor))")
    }

    /// What the elements hold is what the orders say.
    func checkEnd() {
        for (id, submitted, before) in self.subscriptions {
            guard let order = self.orders[id], let bundle = self.catalogue.bundles[submitted.offer] else { continue }
            guard !self.isAmended(id) else {
                self.checkAmended(order, submitted, bundle, before)
                continue
            }
            if order.workOrders.contains(where: { $0.state == .skipped }) { continue }
            let numbers = submitted.members.map(\.serviceNumber)
            let wanted = order.state == .completed ? Network.wanted(submitted, bundle, from: before) : before
            #expect(
                self.network.facts(of: numbers) == wanted.facts(of: numbers),
                "seed \(self.seed): \(order.state.rawValue)")
        }
        let changes = self.changes.accepted.compactMap { self.orders[$0.id] }
        guard !changes.isEmpty, !changes.contains(where: { $0.workOrders.contains { $0.state == .skipped } }) else {
            return
        }
        var wanted = Network()
        wanted.know(Submissions.standing)
        let last = Array(zip(self.changes.accepted, changes)).last { $0.1.state == .completed }
        if let last, let bundle = self.catalogue.bundles[last.0.submitted.offer] {
            let speed = Network.wanted(last.0.submitted, bundle, from: Network())
            wanted = Network.wanted(last.0.submitted, bundle, from: wanted)
            // The members had all of it before, and nobody told the elements so: only what differs is said.
            for number in Submissions.standing.members.map(\.serviceNumber) {
                for fact in speed.facts(of: [number]).keys
                where !fact.hasSuffix(" speed") && !fact.hasSuffix(" address") {
                    let words = fact.split(separator: " ")
                    wanted.know(String(words[0]), String(words[1]), nil)
                }
            }
        }
        let numbers = Submissions.standing.members.map(\.serviceNumber) + [Submissions.terminal]
        var plans = self.network
        for number in numbers { plans.know(number, "plan", nil); wanted.know(number, "plan", nil) }
        #expect(
            plans.facts(of: numbers) == wanted.facts(of: numbers),
            "seed \(self.seed): \(changes.map(\.state)) \(self.changes.accepted.map { ($0.submitted.options ?? []).map(\.code) })"
        )
        let effective = changes.filter { $0.state == .completed }
        #expect(effective.count <= 1, "seed \(self.seed): two changes of one bundle are in effect")
    }
}
