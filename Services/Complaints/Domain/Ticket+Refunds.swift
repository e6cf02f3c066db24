package import Contracts

/// What is given back for a fault that was not repaired in time (CMP-03, RAT-51, G-36).
package enum RentWaiver {
    /// - Returns: the monthly fee for the started days of the fault, in the month in which it was reported, rounded
    ///   half up; `nil` where that is beyond all amounts.
    package static func amount(
        monthlyFee: Milliyuan, from reported: Timestamp, to repaired: Timestamp, _ calendar: BusinessCalendar
    ) -> (days: Int, amount: Milliyuan)? {
        let days = self.startedDays(from: reported, to: repaired)
        let cycle = calendar.cycle(of: reported)
        let first = CivilDate(firstOf: cycle)
        let length = first.firstOfNextMonth.daysSinceEpoch - first.daysSinceEpoch
        return monthlyFee.scaled(by: Int64(days), over: Int64(length)).map { (days, $0) }
    }

    /// Of 24 hours each.
    package static func startedDays(from reported: Timestamp, to repaired: Timestamp) -> Int {
        let day: Int64 = 86_400_000_000
        return Int((max(0, repaired.microseconds(since: reported)) + day - 1) / day)
    }
}

extension Ticket {
    /// Money that is given for it, or will be.
    package var standingRefunds: Milliyuan {
        self.refunds.filter(\.state.isStanding).reduce(.zero) { $0 + $1.request.amountMilliyuan }
    }

    func refund(
        _ command: ComplaintCommand, in surroundings: CommandSurroundings
    ) throws(ComplaintRefusal) -> TicketEvent {
        guard self.state != .rejected, self.state != .cancelled else {
            throw .init(.wrongState, "/command", "'refund' of a complaint that is \(self.state.rawValue)")
        }
        let word = try command.needed("rule", \.rule)
        guard let rule = AdjustmentRule(rawValue: word) else {
            let accepted = ComplaintRules.list(Set(AdjustmentRule.allCases.map(\.rawValue)))
            throw .init(.unknownRule, "/rule", "'\(word.prefix(40))'; accepted: \(accepted)")
        }
        let reason = try command.needed("text", \.text)
        let role = try surroundings.rules.refundRole(command)
        guard let account = command.accountId ?? self.submission.accountId else {
            throw .init(.unknownAccount, "/accountId", "nobody knows whose bill has it: 'refund' needs the field")
        }
        let usageIds = Set(command.usageIds ?? []).sorted()
        if let refunded = usageIds.first(where: surroundings.refundedUsage.contains) {
            throw .init(.usageRefunded, "/usageIds", "\(refunded) has been refunded, or is to be: once is all")
        }
        let (amount, basis, days) = try self.amount(rule, command, in: surroundings)
        let total = self.standingRefunds.adding(amount)
        let needsApproval = role.limit.map { limit in total.map { $0 > limit } ?? true } ?? false
        return .refundRequested(
            .init(
                refundId: RefundID(rawValue: command.commandId.rawValue), rule: rule, amountMilliyuan: amount,
                basisMilliyuan: basis, days: days, usageIds: usageIds, accountId: account, reason: reason,
                role: role.role, needsApproval: needsApproval, limitMilliyuan: role.limit))
    }

    private func amount(
        _ rule: AdjustmentRule, _ command: ComplaintCommand, in surroundings: CommandSurroundings
    ) throws(ComplaintRefusal) -> (amount: Milliyuan, basis: Milliyuan, days: Int?) {
        guard let basis = command.amountMilliyuan ?? (rule == .rentWaiver ? surroundings.monthlyFee : nil) else {
            throw .init(.missingField, "/amountMilliyuan", "'refund' by \(rule.rawValue) needs the field")
        }
        guard basis > .zero, basis <= Milliyuan.largestInMessages else {
            throw .init(
                .invalidAmount, "/amountMilliyuan",
                "is \(basis.rawValue); accepted: 1 to \(Milliyuan.largestInMessages.rawValue)")
        }
        switch rule {
        case .single, .goodwill: return (basis, basis, nil)
        case .double: return (basis + basis, basis, nil)
        case .rentWaiver:
            let (days, amount) = try self.waiver(of: basis, command, in: surroundings)
            return (amount, basis, days)
        }
    }

    private func waiver(
        of fee: Milliyuan, _ command: ComplaintCommand, in surroundings: CommandSurroundings
    ) throws(ComplaintRefusal) -> (days: Int, amount: Milliyuan) {
        guard command.usageIds?.isEmpty ?? true else {
            throw .init(.usageNotNamed, "/usageIds", "rent is waived for days, not for usage records")
        }
        if self.refunds.contains(where: { $0.request.rule == .rentWaiver && $0.state.isStanding }) {
            throw .init(.waivedBefore, "/rule", "rent has been waived for this fault, or is to be")
        }
        let readings = self.deadlines(by: surroundings.rules, at: surroundings.now)
        guard let repair = readings.first(where: { $0.clock == .repair }) else {
            throw .init(.notAFault, "/rule", "a complaint of \(self.facts.category) has no time for repair")
        }
        guard let endedAt = repair.endedAt else {
            throw .init(.notRepaired, "/rule", "the fault is not repaired: its days are not known")
        }
        guard repair.isMissed(at: surroundings.now) else {
            let hours = repair.limitSeconds / 3600
            throw .init(.deadlineKept, "/rule", "the fault was repaired within its \(hours) hours: no rent is waived")
        }
        let waiver = RentWaiver.amount(
            monthlyFee: fee, from: self.submittedAt, to: endedAt, surroundings.calendar)
        guard let waiver, waiver.amount > .zero else {
            throw .init(.invalidAmount, "/amountMilliyuan", "is \(fee.rawValue): no amount comes of it")
        }
        return waiver
    }

    /// Rating has given it.
    package mutating func book(_ refund: RefundID, in cycle: BillingCycle, at: Timestamp) {
        self.note(.refundBooked(.init(refundId: refund, cycle: cycle)), by: Self.rating, at: at)
    }

    /// Rating does not give it.
    package mutating func reject(_ refund: RefundID, _ code: String, _ message: String, at: Timestamp) {
        self.note(.refundRejected(.init(refundId: refund, code: code, message: message)), by: Self.rating, at: at)
    }

    private static let rating = "rating"

    func approve(_ command: ComplaintCommand, _ rules: ComplaintRules) throws(ComplaintRefusal) -> TicketEvent {
        let (refund, role) = try self.undecided(command, rules)
        guard refund.requestedBy != command.by else {
            throw .init(.samePerson, "/by", "'\(command.by)' has asked for it: another person approves")
        }
        if let limit = role.limit, self.standingRefunds > limit {
            throw .init(
                .aboveLimit, "/role",
                "\(self.standingRefunds.rawValue) in all are above the \(limit.rawValue) of '\(role.role)'")
        }
        return .refundApproved(.init(refundId: refund.request.refundId, role: role.role, text: command.text))
    }

    func decline(_ command: ComplaintCommand, _ rules: ComplaintRules) throws(ComplaintRefusal) -> TicketEvent {
        let (refund, role) = try self.undecided(command, rules)
        return .refundDeclined(.init(refundId: refund.request.refundId, role: role.role, text: command.text))
    }

    private func undecided(
        _ command: ComplaintCommand, _ rules: ComplaintRules
    ) throws(ComplaintRefusal) -> (Refund, RefundRole) {
        guard let id = command.refundId else {
            throw .init(.missingField, "/refundId", "'\(command.command)' needs the field")
        }
        guard let refund = self.refund(id) else {
            throw .init(.unknownRefund, "/refundId", "\(id) is no refund of this complaint")
        }
        guard refund.state == .awaitsApproval else {
            throw .init(.wrongState, "/refundId", "\(id) is \(refund.state.rawValue), and waits for nobody")
        }
        return (refund, try rules.refundRole(command))
    }
}

extension ComplaintRules {
    fileprivate func refundRole(_ command: ComplaintCommand) throws(ComplaintRefusal) -> RefundRole {
        guard let word = command.role else {
            if let first = self.roles.first { return first }
            throw .init(.unknownRole, "/role", "there is none")
        }
        guard let role = self.roles.first(where: { $0.role == word }) else {
            let accepted = self.roles.map(\.role).joined(separator: ", ")
            throw .init(.unknownRole, "/role", "'\(word.prefix(40))'; accepted: \(accepted)")
        }
        return role
    }
}
