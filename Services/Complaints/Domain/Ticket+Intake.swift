package import Contracts

extension Ticket {
    /// A complaint that is taken: in the queue and at the level that the catalogue says (CMP-15).
    ///
    /// - Parameters:
    ///   - accountId: whose line it is, where the complaint does not say whose bills it concerns.
    ///   - evidence: what the service has learned of the customer.
    package init?(
        _ id: ComplaintID, taking complaint: ComplaintSubmitted, accountId: String?, evidence: TicketEvent.Evidence,
        by catalogue: Catalogue, at now: Timestamp
    ) {
        guard let rules = catalogue.complaints else { return nil }
        let entry = Self.submission(of: complaint, accountId: accountId, catalogue.version, at: now)
        self.init(id: id, entries: [entry])
        let facts = complaint.facts
        guard let route = rules.route(category: facts.category, subCategory: facts.subCategory, tier: facts.tier) else {
            return nil
        }
        let place = TicketEvent.Place(queue: route.queue, owner: nil, level: route.level)
        self.note(.assigned(.init(to: place)), by: TicketEntry.system, at: now)
        self.note(.evidence(evidence), by: TicketEntry.system, at: now)
    }

    /// A complaint that cannot be taken: it is kept with its reasons.
    package init?(
        _ id: ComplaintID, rejecting complaint: ComplaintSubmitted, for refusals: [ComplaintRefusal],
        catalogueVersion: String, at now: Timestamp
    ) {
        let entry = Self.submission(of: complaint, accountId: nil, catalogueVersion, at: now)
        self.init(id: id, entries: [entry])
        let reasons = refusals.map {
            TicketEvent.Rejection.Reason(code: $0.code.rawValue, path: $0.path, message: $0.message)
        }
        self.note(.rejected(.init(reasons: reasons)), by: TicketEntry.system, at: now)
    }

    private static func submission(
        of complaint: ComplaintSubmitted, accountId: String?, _ version: String, at now: Timestamp
    ) -> TicketEntry {
        TicketEntry(
            .submitted(
                .init(
                    externalId: complaint.externalId, channel: complaint.channel, customerId: complaint.customer.id,
                    customerName: complaint.customer.name, contactNumber: complaint.customer.contactNumber,
                    serviceNumber: complaint.serviceNumber, accountId: complaint.accountId ?? accountId,
                    facts: complaint.facts, text: complaint.text, occurredAt: complaint.occurredAt,
                    submittedAt: complaint.submittedAt, orderId: complaint.related?.orderId,
                    usageIds: complaint.related?.usageIds ?? [], catalogueVersion: version)),
            by: complaint.channel, at: now)
    }

    /// Another word of the customer on what is open.
    package mutating func link(_ complaint: ComplaintSubmitted, at now: Timestamp) {
        self.note(
            .linked(
                .init(
                    externalId: complaint.externalId, channel: complaint.channel, text: complaint.text,
                    submittedAt: complaint.submittedAt)), by: complaint.channel, at: now)
    }

    package mutating func join(_ problem: ProblemID, at now: Timestamp) {
        self.note(.joined(.init(problemId: problem)), by: TicketEntry.system, at: now)
    }
}
