package import Contracts

/// Money that an order's effect promises, month by month (CAT-25, CAT-26, RAT-26).
package struct PromisedMoney: Hashable, Sendable {
    package var promotion: String
    package var serviceNumber: String
    package var dueAt: Timestamp
    /// Until then it pays, and no longer.
    package var expiresAt: Timestamp
    package var amount: Milliyuan
    /// For these charges alone.
    package var subjects: [[String]]
}

extension OrderEffect {
    /// What is promised to whoever opens the offer by this channel; nothing where it takes the place of another.
    package func promises(by book: TariffBook) -> [PromisedMoney] {
        guard case .agreement(replaces: nil) = self.kind else { return [] }
        return book.tariffs.promotions.filter { promotion in
            promotion.offer == self.offer
                && (promotion.channels.isEmpty || self.channel.map(promotion.channels.contains) ?? false)
        }.flatMap { promotion in
            self.members.filter { $0.given.role != .leaving }.flatMap { member in
                self.promises(promotion, to: member.given.serviceNumber, book)
            }
        }
    }

    private func promises(_ promotion: Promotion, to number: String, _ book: TariffBook) -> [PromisedMoney] {
        guard let subject = book.subject(code: promotion.subject) else { return [] }
        var cycle = BillingCycle(containing: self.at, calendar: book.calendar)
        for _ in 0..<promotion.firstMonth { cycle = cycle.next }
        return (0..<promotion.months).map { month in
            defer { cycle = cycle.next }
            let isOpening = promotion.firstMonth + month == 0
            let dueAt = cycle.morning(of: isOpening ? promotion.openingDay : promotion.day, book.calendar)
            return PromisedMoney(
                promotion: promotion.code, serviceNumber: number, dueAt: max(dueAt, self.at),
                expiresAt: cycle.next.start(book.calendar), amount: promotion.amount,
                subjects: [Array(subject.path.prefix(promotion.levels))])
        }
    }
}

extension BillingCycle {
    /// Nine o'clock of one of its days: what is given is given when people are awake.
    package func morning(of day: Int, _ calendar: BusinessCalendar) -> Timestamp {
        calendar.start(of: CivilDate(daysSinceEpoch: self.firstDay.daysSinceEpoch + day - 1)).advanced(
            bySeconds: 9 * 3600)
    }
}
