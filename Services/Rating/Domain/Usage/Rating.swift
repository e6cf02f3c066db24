import Contracts

extension CompiledTerms {
    /// Rates one record and counts it.
    ///
    /// The result of a cycle is what this gives for all its records in their order (`UsageRecord.precedes`), from the
    /// empty state. See `placement` for records that come in another order.
    ///
    /// - Parameter isTelling: not while records of the cycle are still to be rated again: what their order makes of a
    ///   threshold is known only then, and what has been told stays told.
    package func rate(_ guided: GuidedUsage, state: inout CycleState, isTelling: Bool = true) -> RatedUsage {
        guard !isTelling else { return self.rated(guided, state: &state) }
        let told = self.shape.toldSlots.map { state[$0] }
        var rated = self.rated(guided, state: &state)
        rated.notices = []
        for (slot, value) in zip(self.shape.toldSlots, told) { state[slot] = value }
        return rated
    }

    private func rated(_ guided: GuidedUsage, state: inout CycleState) -> RatedUsage {
        let charging = self.charging(guided)
        let record = guided.record
        var rated = RatedUsage(
            usageId: record.usageId,
            serviceNumber: record.serviceNumber,
            payer: self.names.numbers[self.segments[guided.segment].conditions[guided.member].payer],
            kind: charging.kind,
            cycle: self.frame.cycle,
            endedAt: record.endedAt,
            units: charging.units,
            lines: [],
            chargeMilliyuan: .zero
        )
        let end = record.endedAt.microseconds
        let rest = self.draw(charging, end: end, &rated, &state)
        if rest > 0 || rated.lines.isEmpty { self.charge(charging, units: rest, end: end, &rated, &state) }
        if let extra = charging.extra {
            let charge = Milliyuan(charging.units * extra.unitPrice.rawValue)
            rated.lines.append(RatedLine(extra, units: charging.units, charge: charge))
            rated.chargeMilliyuan += charge
        }
        self.countVolume(charging, &rated, &state)
        self.countMessage(charging, of: guided.member, &rated, &state)
        state.raise(CycleState.lastEnd, to: end)
        return rated
    }

    /// Takes what there is from the allowances.
    ///
    /// - Returns: the units that are left.
    private func draw(
        _ charging: Charging,
        end: Int64,
        _ rated: inout RatedUsage,
        _ state: inout CycleState
    ) -> Int64 {
        var rest = charging.units
        for (position, index) in charging.chain.enumerated() where rest > 0 {
            let allowance = self.allowances[index]
            let used = state[allowance.used]
            let units = min(rest, allowance.quota - used)
            guard units > 0 else { continue }
            rest -= units
            state[allowance.used] = used + units
            state.raise(allowance.drawnAt, to: end)
            let quota = allowance.quota == .max ? nil : allowance.quota
            rated.lines.append(RatedLine(allowance.provision, units: units, quota: quota, usedBefore: used))
            if position == charging.chain.count - 1, !allowance.thresholds.isEmpty {
                state.add(units, to: allowance.usedAsLast)
                self.tellThresholds(allowance, &rated, &state)
            }
        }
        return rest
    }

    /// Of the last allowance alone: earlier ones run out silently (G-02).
    ///
    /// An allowance is the last one until another comes after it, and never again. What was drawn until then does not
    /// depend on the order in which records come, as what was drawn in all would.
    private func tellThresholds(_ allowance: Allowance, _ rated: inout RatedUsage, _ state: inout CycleState) {
        let used = state[allowance.usedAsLast]
        for (index, threshold) in allowance.thresholds.enumerated()
        where allowance.quota - used <= threshold && state[allowance.told + index] == 0 {
            state[allowance.told + index] = 1
            rated.notices.append(
                .threshold(
                    allowance: allowance.provision.allowance ?? "", quota: allowance.quota, used: used,
                    threshold: threshold))
        }
    }

    /// What is beyond the allowances, as far as a cap leaves something to pay.
    private func charge(
        _ charging: Charging,
        units: Int64,
        end: Int64,
        _ rated: inout RatedUsage,
        _ state: inout CycleState
    ) {
        let full = self.price(charging, units: units, state: state)
        if case .cycle(let used, let drawnAt) = charging.pricing, units > 0 {
            state.add(units, to: used)
            state.raise(drawnAt, to: end)
        }
        var charge = full
        if let capped = charging.capped, full > 0 {
            let fee = capped.fee
            charge = min(full, fee.quota - state[fee.used])
            if charge > 0 {
                state[fee.used] += charge
                state.raise(fee.drawnAt, to: end)
            }
            if state[fee.used] >= fee.quota, state[capped.feeTold] == 0 {
                state[capped.feeTold] = 1
                rated.notices.append(.feeCap(charging.kind, Milliyuan(fee.quota)))
            }
        }
        rated.lines.append(
            RatedLine(charging.price, units: units, charge: Milliyuan(charge), waived: Milliyuan(full - charge)))
        rated.chargeMilliyuan += Milliyuan(charge)
    }

    /// Of units beyond the allowances, in milliyuan, without caps. Plausible volumes at prices of the catalogue do not
    /// overflow.
    func price(_ charging: Charging, units: Int64, state: CycleState) -> Int64 {
        let price = charging.price.unitPrice.rawValue
        let step = charging.price.step
        switch charging.pricing {
        case .record: return (units / step + (units % step > 0 ? 1 : 0)) * price
        case .cycle(let used, _):
            let (sum, overflows) = state[used].addingReportingOverflow(units)
            return ((overflows ? .max : sum) / step - state[used] / step) * price
        }
    }

    private func countVolume(_ charging: Charging, _ rated: inout RatedUsage, _ state: inout CycleState) {
        guard let capped = charging.capped, charging.bytes > 0 else { return }
        state.add(charging.bytes, to: capped.volume)
        if state[capped.volume] >= capped.mostBytes, state[capped.volumeTold] == 0 {
            state[capped.volumeTold] = 1
            rated.notices.append(.usageCap(charging.kind, bytes: capped.mostBytes))
        }
    }

    private func countMessage(
        _ charging: Charging,
        of member: Int,
        _ rated: inout RatedUsage,
        _ state: inout CycleState
    ) {
        guard let (slot, day) = charging.messages else { return }
        let limits = self.book.tariffs.messages
        let bit = Int64(1) << Int64(day)
        state.add(1, to: slot)
        if state[slot] > limits.mostInADay, state[self.members[member].dailyTold] & bit == 0 {
            state[self.members[member].dailyTold] |= bit
            rated.notices.append(.dailyMessages(most: limits.mostInADay))
        }
        // An hour lies within two days, or one.
        let before = day > 0 ? state[slot - 1] : 0
        if state[slot] + before > limits.mostInAnHour {
            rated.notices.append(.hourlyMessagesSuspected(most: limits.mostInAnHour))
        }
    }
}
