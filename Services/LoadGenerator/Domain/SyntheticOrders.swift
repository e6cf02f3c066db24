package import Contracts
import SeededRandom

/// What the rules make of a synthetic order.
package enum ExpectedOutcome: String, Sendable, CaseIterable {
    /// Acknowledged, every work order completed, then completed itself.
    case completed
    /// Acknowledged, then held: one of its work orders fails for good.
    case held
    case rejected
}

/// An order made for a load test, and what must become of it.
package struct SyntheticOrder: Sendable {
    package var order: OrderSubmitted
    package var outcome: ExpectedOutcome
}

/// A seeded mix of orders as channels submit them: the same for the same seed but for ids and numbers.
package struct SyntheticOrders: Sendable {
    package enum Mix: Sendable {
        /// Bundles of both editions and plans, with options, new and existing members, and single offers.
        case everyday
        /// Only the bundle that `bench` measures.
        case benchmark
    }

    /// Bundles at random, as in the everyday mix, or as the benchmark has them.
    package let mix: Mix
    /// How many orders of a thousand run into a failure: half are invalid, a quarter are held, and a quarter
    /// succeed after repetitions.
    package let failuresPerThousand: Int
    private let run: String
    private var generator: SeededGenerator
    private var numbers: ServiceNumbers
    private var index = 0

    /// - Parameter startedAtSecond: seconds since 1970; gives ids and numbers that earlier runs have not used.
    package init(seed: UInt64, startedAtSecond: Int64, mix: Mix = .everyday, failuresPerThousand: Int = 0) {
        self.mix = mix
        self.failuresPerThousand = failuresPerThousand
        self.run = String(startedAtSecond, radix: 36).uppercased()
        self.generator = SeededGenerator(seed: seed)
        self.numbers = ServiceNumbers(startedAtSecond: startedAtSecond)
    }

    package mutating func next() -> SyntheticOrder {
        defer { self.index += 1 }
        guard self.mix == .everyday else { return SyntheticOrder(order: self.benchmarkOrder(), outcome: .completed) }
        guard self.chance(self.failuresPerThousand) else {
            return SyntheticOrder(order: self.validOrder(), outcome: .completed)
        }
        switch Int.random(in: 0..<4, using: &self.generator) {
        case 0: return SyntheticOrder(order: self.enhancedOrder(broadbandEnding: 9901), outcome: .completed)
        case 1: return SyntheticOrder(order: self.enhancedOrder(broadbandEnding: 9902), outcome: .held)
        default: return SyntheticOrder(order: self.invalidOrder(), outcome: .rejected)
        }
    }

    // MARK: Kinds of orders

    private mutating func validOrder() -> OrderSubmitted {
        switch Int.random(in: 0..<10, using: &self.generator) {
        case 0...2: self.basicOrder()
        case 3...7: self.enhancedOrder()
        default: self.singleOrder()
        }
    }

    private mutating func basicOrder() -> OrderSubmitted {
        let fee = self.pick(["88", "158", "288"])
        let isPlanB = self.chance(500)
        var members = [self.fixedLine("fx")]
        if isPlanB { members.append(self.mobile3g("m3")) }
        if !isPlanB || self.chance(500) { members.append(self.mobile2g("m2")) }
        return self.enterprise("WB-BASIC-\(isPlanB ? "B" : "A")-\(fee)", members)
    }

    private mutating func enhancedOrder(broadbandEnding: Int? = nil) -> OrderSubmitted {
        let fee = self.pick(["188", "288", "488"])
        let isPlanB = self.chance(500)
        var members = [self.broadband("bb", ending: broadbandEnding)]
        if isPlanB { members.append(self.mobile3g("m3")) }
        let hasFixedLine = !isPlanB || self.chance(500)
        if hasFixedLine { members.append(self.fixedLine("fx")) }
        if !isPlanB || !hasFixedLine || self.chance(300) { members.append(self.mobile2g("m2")) }
        var options: [OrderSubmitted.Option] = []
        if self.chance(250) { options.append(.init(code: self.pick(["BB-SPEED-4M", "BB-SPEED-8M"]), member: "bb")) }
        if self.chance(100) { options.append(.init(code: "BB-STATIC-IP", member: "bb")) }
        return self.enterprise("WB-ENH-\(isPlanB ? "B" : "A")-\(fee)", members, options)
    }

    private mutating func singleOrder() -> OrderSubmitted {
        let offer = self.pick(["GPRS-5", "GPRS-10", "SMS-3", "VAS-CALLER-ALERT"])
        var member = self.mobile2g("m2")
        member.existing = true
        member.vas = nil
        var order = self.enterprise(offer, [member])
        order.channel = self.pick(["hotline", "web", "mobile"])
        order.customer.segment = "individual"
        order.customer.identity = .init(type: "idCard", number: "610102198001010011")
        return order
    }

    /// One broken rule, of those that need no knowledge of other orders.
    private mutating func invalidOrder() -> OrderSubmitted {
        var order = self.basicOrder()
        switch Int.random(in: 0..<4, using: &self.generator) {
        case 0: order.offer = "WB-UNKNOWN-1"
        case 1: order.members.removeFirst()
        case 2: order.members[0].serviceNumber = "12"
        default: order.customer.identity = nil
        }
        return order
    }

    /// Six work orders: a new broadband, a new fixed line with its services, an existing 3G mobile.
    private mutating func benchmarkOrder() -> OrderSubmitted {
        let broadband = OrderSubmitted.Member(
            ref: "bb", product: "broadband", serviceNumber: self.numbers.broadband(), existing: false)
        let fixedLine = OrderSubmitted.Member(
            ref: "fx", product: "fixedLine", serviceNumber: self.numbers.fixedLine(), existing: false, main: true)
        let mobile = OrderSubmitted.Member(
            ref: "m3", product: "mobile3g", serviceNumber: self.numbers.mobile(), existing: true, plan: "3G-96")
        return self.enterprise("WB-ENH-B-288", [broadband, fixedLine, mobile])
    }

    // MARK: Parts

    private func enterprise(
        _ offer: String, _ members: [OrderSubmitted.Member], _ options: [OrderSubmitted.Option] = []
    ) -> OrderSubmitted {
        var members = members
        if !members.contains(where: { $0.main == true }) { members[members.count - 1].main = true }
        return OrderSubmitted(
            externalId: "LOAD-\(self.run)-\(self.index)",
            channel: "counter",
            customer: .init(
                id: "CL-\(self.run)-\(self.index)", name: "Load \(self.index)", segment: "enterprise",
                tier: "standard", identity: .init(type: "businessLicense", number: "91610700MA6Y00000X")),
            accountId: "AL-\(self.run)-\(self.index)",
            offer: offer, term: "monthly", payment: "unified", members: members,
            options: options.isEmpty ? nil : options)
    }

    private mutating func broadband(_ ref: String, ending: Int?) -> OrderSubmitted.Member {
        let isExisting = self.chance(400)
        return .init(
            ref: ref, product: "broadband", serviceNumber: self.numbers.broadband(ending: ending),
            existing: isExisting, speedMbps: isExisting ? self.pick([1, 2]) : nil)
    }

    private mutating func fixedLine(_ ref: String) -> OrderSubmitted.Member {
        let isExisting = self.chance(500)
        return .init(
            ref: ref, product: "fixedLine", serviceNumber: self.numbers.fixedLine(), existing: isExisting,
            vas: isExisting && self.chance(500) ? ["callerId"] : nil)
    }

    private mutating func mobile2g(_ ref: String) -> OrderSubmitted.Member {
        .init(ref: ref, product: "mobile2g", serviceNumber: self.numbers.mobile(), existing: self.chance(300))
    }

    private mutating func mobile3g(_ ref: String) -> OrderSubmitted.Member {
        .init(
            ref: ref, product: "mobile3g", serviceNumber: self.numbers.mobile(), existing: self.chance(500),
            plan: self.pick(["3G-96", "3G-126"]))
    }

    private mutating func chance(_ perThousand: Int) -> Bool {
        Int.random(in: 0..<1000, using: &self.generator) < perThousand
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self.generator)]
    }
}
