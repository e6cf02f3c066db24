package import Contracts

// A change of a bundle that is still being brought about amends the order that brings it. It waits until that order is
// complete, and then does only what differs from it. Its work never moves the effect of the amended order (ORD-79): done
// in time, it takes effect in that one's place, else in a later month in the place of what that one has put into effect.
extension Order {
    /// Whether a change of what the order brings can wait for it: afterwards the bundle is frozen (ORD-79).
    package var isAmendable: Bool {
        switch self.state {
        case .acknowledged, .inProgress, .held: self.cancellation == nil && self.action == Action.subscribe.rawValue
        case .pending, .pendingCancellation, .completed, .partial, .failed, .cancelled, .rejected: false
        }
    }

    /// The order that it amends is not yet complete: nothing of its own has been done.
    package var isWaitingForAmended: Bool {
        self.state == .acknowledged && self.amends != nil && self.targetOrderId == self.amends
    }

    /// Accepts a change of what an order in flight brings. Nothing is issued before that one is complete.
    ///
    /// - Returns: the amendment, and the order that it amends.
    package static func acknowledgeAmendment(
        _ valid: ValidOrder,
        of amended: Order,
        in surroundings: Surroundings
    ) -> (order: Order, amended: Order) {
        var order = Self.planned(valid, in: surroundings)
        order.amends = amended.id
        order.targetOrderId = amended.id
        var amended = amended
        amended.amendedBy = order.id
        _ = order.begin(from: amended.expectedCompletion(in: surroundings), in: surroundings)
        return (order, amended)
    }

    /// `nil` where nobody can tell, for a person has to decide first.
    private func expectedCompletion(in surroundings: Surroundings) -> Timestamp? {
        guard self.holdReasons.isEmpty else { return nil }
        return self.expectedEnds(at: surroundings.now, by: surroundings.calendar).values.max()
    }

    /// The order that it amends is complete: then it begins. Or that one is ending without effect: then it ends too.
    mutating func beginUpon(_ amended: Order, in surroundings: Surroundings) -> [Outcome] {
        guard self.targetOrderId == amended.id, self.cancellation == nil else { return [.ignored(.lateOrRepeated)] }
        guard amended.cancellation == nil, amended.completedAt != nil else {
            let what = amended.state == .failed ? "has failed" : "is cancelled"
            let reason = "order \(amended.externalId) of channel \(amended.channel), which it amends, \(what)"
            return self.leave(for: reason, .amendedOrderEnded, in: surroundings)
        }
        self.targetOrderId = nil
        return [.begun(after: amended.id, adopted: 0)] + self.settle(in: surroundings)
    }

    /// Ends the order in the instant of its effect, where its amendment is to take effect in that same instant: only one
    /// of them is ever billed. What it did stays.
    ///
    /// - Returns: `nil` where it takes effect itself.
    package mutating func yieldEffect(to amendment: Order, dueBy: Timestamp) -> [Outcome]? {
        guard self.state == .pending, let effectiveAt = self.effectiveAt, effectiveAt <= dueBy,
            amendment.amends == self.id, amendment.state == .pending, amendment.effectiveAt == effectiveAt
        else { return nil }
        self.cancellation = Cancellation(
            requestedAt: effectiveAt,
            reason: "order \(amendment.externalId) of channel \(amendment.channel) takes effect in its place",
            requestedBy: amendment.id,
            feeMilliyuan: .zero,
            code: .amended
        )
        for event in [OrderLifecycle.Event.cancelRequested, .undone] {
            self.state = OrderLifecycle.next(self.state, on: event) ?? self.state
        }
        for index in self.workOrders.indices { self.workOrders[index].isKept = true }
        self.stateSince = effectiveAt
        self.expectedEffectiveAt = nil
        return [.cancelled]
    }
}

extension OrderRefusal {
    /// What an amendment does to the cancelling of the order that it amends.
    ///
    /// - Returns: `nil` where it has not begun, for then it ends with that order; or has ended.
    package init?(cancellingWhatIsAmendedBy amendment: Order) {
        guard !amendment.state.isFinal, !amendment.isWaitingForAmended else { return nil }
        self.init(
            code: .notAllowedInState,
            message: "order \(amendment.externalId) of channel \(amendment.channel) builds on it: cancel that one first"
        )
    }
}
