/// Money that is given to whoever opens an offer, month by month, for some charges alone (CAT-25, CAT-26). What is not used
/// in a month lapses.
package struct Promotion: Sendable, Hashable {
    package var code: String
    /// The single offer that is opened.
    package var offer: String
    /// By which channels; none: by any.
    package var channels: Set<String>
    /// The first month in which it is given, counted from that of the opening, which is 0.
    package var firstMonth: Int
    package var months: Int
    /// On which day: of the month of the opening, or at once where that is over …
    package var openingDay: Int
    /// … and of any later month (RAT-26).
    package var day: Int
    package var amount: Milliyuan
    /// The bill subject that it pays for, by its first levels.
    package var subject: String
    package var levels: Int

    package init(
        code: String, offer: String, channels: Set<String> = [], firstMonth: Int = 0, months: Int,
        openingDay: Int = 1, day: Int = 1, amount: Milliyuan, subject: String, levels: Int
    ) {
        self.code = code
        self.offer = offer
        self.channels = channels
        self.firstMonth = firstMonth
        self.months = months
        self.openingDay = openingDay
        self.day = day
        self.amount = amount
        self.subject = subject
        self.levels = levels
    }
}

/// A prepayment that is given back month by month, for which a number spends a minimum in each (CAT-32, RAT-24).
package struct Commitment: Sendable, Hashable {
    package var code: String
    package var name: String
    package var months: Int
    /// Given back each month: in all months together the prepayment.
    package var rebate: Milliyuan
    /// What the number spends in a month at least.
    package var minimum: Milliyuan
    /// Bill subjects that do not count towards the minimum, such as information fees.
    package var excludedSubjects: Set<String>

    package init(
        code: String, name: String, months: Int, rebate: Milliyuan, minimum: Milliyuan, excludedSubjects: Set<String>
    ) {
        self.code = code
        self.name = name
        self.months = months
        self.rebate = rebate
        self.minimum = minimum
        self.excludedSubjects = excludedSubjects
    }

    package var prepayment: Milliyuan { Milliyuan(self.rebate.rawValue * Int64(self.months)) }
}

/// What orders cost beside what they put into effect.
package struct OrderFees: Sendable, Hashable {
    /// Of a new card; `nil`: nothing (CAT-31).
    package var newCard: Milliyuan?
    /// Whoever pays as much on the same day has the card for nothing.
    package var newCardFreeFrom: Milliyuan?
    /// A month, of a line that is stopped and keeps its number; `nil`: nothing (RAT-23).
    package var keeping: Milliyuan?

    package init(newCard: Milliyuan? = nil, newCardFreeFrom: Milliyuan? = nil, keeping: Milliyuan? = nil) {
        self.newCard = newCard
        self.newCardFreeFrom = newCardFreeFrom
        self.keeping = keeping
    }
}

/// How many days before customers are reminded of what is to come; `nil`: they are not.
package struct Reminders: Sendable, Hashable {
    /// Before lines are stopped for a bill that is not paid (G-53).
    package var paymentDays: Int?
    /// Before what was agreed to for some months is over.
    package var termDays: Int?

    package init(paymentDays: Int? = nil, termDays: Int? = nil) {
        self.paymentDays = paymentDays
        self.termDays = termDays
    }
}

/// The single offers by which rating has lines barred; `nil`: it does not.
package struct LineBars: Sendable, Hashable {
    /// Of numbers that send too many messages, until staff lifts it (PRO-19).
    package var messages: String?
    /// Of lines beyond their volume, until the 1st (G-04).
    package var data: String?

    package init(messages: String? = nil, data: String? = nil) {
        self.messages = messages
        self.data = data
    }
}
