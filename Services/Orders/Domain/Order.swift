package import Contracts

/// An accepted order and its work orders: folds what happens into changes of state and their outcomes.
package struct Order: Hashable, Sendable {
    package typealias State = OrderLifecycle.State

    package var id: OrderID
    package var externalId: String
    package var channel: String
    package var action: String
    package var customerId: String
    package var accountId: String
    package var offer: String
    /// What the order puts into effect: a bundle, or a single offer for some lines. Of an order about another order,
    /// what that one puts into effect.
    package var bundleId: BundleID
    /// The catalogue by which it was taken apart, and by which it finishes.
    package var catalogueVersion: String
    package var effect: EffectPolicy
    package var state: State = .acknowledged
    package var stateSince: Timestamp
    package var acknowledgedAt: Timestamp
    /// The first forecast: what the customer was told.
    package var promisedEffectiveAt: Timestamp
    /// By what is still open and its target times; `nil` while a person has to decide first.
    package var expectedEffectiveAt: Timestamp?
    package var completedAt: Timestamp?
    package var effectiveAt: Timestamp?
    /// Whether it was told that the effect slips into a later month: that is told once.
    package var isMonthAtRisk = false
    /// Its end was asked for.
    package var cancellation: Cancellation?
    /// The order whose end this one asks for or waits for, or takes the place of.
    package var targetOrderId: OrderID?
    /// Of a change of what was not yet in effect: the order that brings it, which was in flight then.
    package var amends: OrderID?
    /// The last order that amends this one, whatever has become of that.
    package var amendedBy: OrderID?
    /// In the order of decomposition; those that undo others come after them.
    package var workOrders: [WorkOrder]

    package init(
        id: OrderID,
        externalId: String,
        channel: String,
        action: String,
        customerId: String,
        accountId: String,
        offer: String,
        bundleId: BundleID,
        catalogueVersion: String,
        effect: EffectPolicy,
        acknowledgedAt: Timestamp,
        workOrders: [WorkOrder]
    ) {
        self.id = id
        self.externalId = externalId
        self.channel = channel
        self.action = action
        self.customerId = customerId
        self.accountId = accountId
        self.offer = offer
        self.bundleId = bundleId
        self.catalogueVersion = catalogueVersion
        self.effect = effect
        self.stateSince = acknowledgedAt
        self.acknowledgedAt = acknowledgedAt
        self.promisedEffectiveAt = acknowledgedAt
        self.workOrders = workOrders
    }

    /// What the rules go by beside the event.
    package struct Surroundings: Sendable {
        package var catalogue: Catalogue
        /// Business time.
        package var now: Timestamp
        package var identifiers: any IdentifierSource
        /// Where new orders are taken in.
        package var passwords: (any PasswordSealing)?

        package init(
            catalogue: Catalogue, now: Timestamp, identifiers: any IdentifierSource,
            passwords: (any PasswordSealing)? = nil
        ) {
            self.catalogue = catalogue
            self.now = now
            self.identifiers = identifiers
            self.passwords = passwords
        }

        var calendar: WorkingCalendar { self.catalogue.workingCalendar }

        /// The same moment, for an order that began on this catalogue.
        package func going(by catalogue: Catalogue) -> Surroundings {
            var surroundings = self
            surroundings.catalogue = catalogue
            return surroundings
        }
    }

    /// Accepts an order: takes it apart and issues what waits for nothing.
    ///
    /// - Parameter predecessor: the order that has to end first, where there is one: then nothing is issued yet.
    /// - Returns: the order, and the outcomes: what is issued, and completion where there is nothing to do.
    package static func acknowledge(
        _ valid: ValidOrder,
        after predecessor: OrderID? = nil,
        in surroundings: Surroundings
    ) -> (order: Order, outcomes: [Outcome]) {
        var order = Self.planned(valid, in: surroundings)
        order.targetOrderId = predecessor
        let outcomes = order.begin(in: surroundings)
        return (order, outcomes)
    }

    /// Taken apart, and nothing issued yet.
    static func planned(_ valid: ValidOrder, in surroundings: Surroundings) -> Order {
        let (catalogue, identifiers) = (surroundings.catalogue, surroundings.identifiers)
        let id = identifiers.next(OrderID.self)
        let bundleId = identifiers.next(BundleID.self)
        let accountId = valid.former?.accountId ?? valid.accountId ?? "A-\(identifiers.next(BundleID.self))"
        return Order(
            id: id,
            externalId: valid.externalId,
            channel: valid.channel.rawValue,
            action: valid.action.rawValue,
            customerId: valid.customerId,
            accountId: accountId,
            offer: valid.offer.code,
            bundleId: bundleId,
            catalogueVersion: catalogue.version,
            effect: valid.effect,
            acknowledgedAt: surroundings.now,
            workOrders: decompose(
                valid, by: catalogue, accountId: accountId, identifiers: identifiers,
                passwords: surroundings.passwords)
        )
    }

    /// - Parameter start: when the first work orders are expected to be issued; `nil` is now.
    mutating func begin(from start: Timestamp? = nil, in surroundings: Surroundings) -> [Outcome] {
        let start = start ?? surroundings.now
        let ends = self.expectedEnds(at: start, by: surroundings.calendar)
        for index in self.workOrders.indices {
            self.workOrders[index].dueAt = ends[self.workOrders[index].id] ?? start
        }
        let outcomes = self.targetOrderId == nil ? self.issueReady(in: surroundings) : []
        if let forecast = self.forecast(at: start, by: surroundings.calendar) {
            self.promisedEffectiveAt = forecast
        }
        self.expectedEffectiveAt = self.promisedEffectiveAt
        let isDone = self.workOrders.isEmpty && self.targetOrderId == nil
        return isDone ? self.move(on: .lastWorkOrderCompleted, in: surroundings) : outcomes
    }

    /// Puts it into effect, where it is complete and its time has come.
    ///
    /// - Parameter dueBy: business time.
    package mutating func takeEffect(dueBy: Timestamp) -> [Outcome] {
        guard let effectiveAt = self.effectiveAt, effectiveAt <= dueBy,
            let next = OrderLifecycle.next(self.state, on: .effectReached)
        else { return [.ignored(.lateOrRepeated)] }
        self.state = next
        self.stateSince = effectiveAt
        return [.effective(at: effectiveAt)]
    }
}
