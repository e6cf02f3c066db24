import Contracts
import Messaging
import OrdersDomain
import Postgres

/// What the submissions of a batch are about besides their own lines: orders that are to end, and bundles, or what single
/// offers put into effect, that are to be changed, released, stopped or started.
struct SubmissionTargets {
    /// With all that undoing needs, locked.
    var orders: LockedOrders
    /// A number of each that an order in flight holds.
    private let busyNumbers: [OrderID: String]
    /// Those that amend an order which is to be cancelled.
    private let amendments: LockedOrders
    /// The orders that bring bundles which are not yet in effect.
    private let bringing: [BundleID: OrderID]
    private let ordersByExternalId: [SubmissionID: OrderID]
    private let bundlesOfNumbers: [String: BundleID]
    private let singles: [FindSinglesOfNumbers.Row]
    private let bundleIds: [BundleID]
    private let catalogue: Catalogue
    /// Of bundles that are meant as a whole, and of single offers.
    let numbers: [String]
    private var bundles: [BundleID: CurrentBundle] = [:]

    /// Locks the orders. To be called before any line is locked, as whoever handles work orders does.
    init(
        of submissions: [OrderSubmitted],
        by catalogues: CatalogueLibrary,
        in transaction: Transaction
    ) async throws {
        let catalogue = catalogues.current
        self.catalogue = catalogue
        let cancels = submissions.filter { $0.action == Action.cancel.rawValue }
        let originals = cancels.filter { $0.orderId == nil }.compactMap(\.original)
        let found = originals.isEmpty ? [] : try await transaction.execute(FindOrdersByExternalID(ids: originals))
        self.ordersByExternalId = Dictionary(found.map { ($0.id, $0.orderId) }) { first, _ in first }
        let cancelled = cancels.compactMap(\.orderId) + self.ordersByExternalId.values

        let singles = submissions.filter { $0.isAboutSingleOffer(of: catalogue) }
        self.singles = try await Self.findSingles(of: singles, in: transaction)
        let changes = submissions.filter { $0.isAboutBundle && !$0.isAboutSingleOffer(of: catalogue) }
        let numbers = Set(changes.flatMap { $0.members.map(\.serviceNumber) }.filter(isStorable)).sorted()
        let members = numbers.isEmpty ? [] : try await transaction.execute(FindBundlesOfNumbers(numbers: numbers))
        self.bundlesOfNumbers = Dictionary(members.map { ($0.number, $0.bundleId) }) { first, _ in first }
        let singleIds = Set(self.singles.map(\.bundleId)).sorted()
        let bundleIds = Set(changes.compactMap(\.bundleId) + self.bundlesOfNumbers.values).union(singleIds).sorted()
        self.bundleIds = bundleIds
        let whole = changes.filter(\.members.isEmpty).compactMap(\.bundleId) + singleIds
        let wholes = whole.isEmpty ? [] : try await transaction.execute(FindCurrentMembers(ids: whole))
        self.numbers = wholes.map(\.member.serviceNumber)
        let (open, bringing) =
            bundleIds.isEmpty
            ? ([], [])
            : try await transaction.execute(
                together: FindOpenChanges(ids: bundleIds), FindBringingOrders(bundles: bundleIds))
        self.bringing = Dictionary(bringing.map { ($0.bundleId, $0.orderId) }) { first, _ in first }

        let orders = try await LockedOrders(
            cancelled + open.map(\.orderId) + bringing.map(\.orderId),
            isWhole: true, by: catalogues, in: transaction)
        self.orders = orders
        self.amendments = try await LockedOrders(
            cancelled.compactMap { orders[$0]?.amendedBy }, isWhole: false, by: catalogues, in: transaction)
        let busy = cancelled.isEmpty ? [] : try await transaction.execute(FindBusyLines(orders: cancelled))
        self.busyNumbers = Dictionary(busy.filter(\.isBusy).map { ($0.orderId, $0.serviceNumber) }) { first, _ in first
        }
    }

    private static func findSingles(
        of submissions: [OrderSubmitted],
        in transaction: Transaction
    ) async throws -> [FindSinglesOfNumbers.Row] {
        let customers = Set(submissions.map(\.customer.id).filter(isStorable)).sorted()
        let numbers = Set(submissions.flatMap { $0.members.map(\.serviceNumber) }.filter(isStorable)).sorted()
        guard !customers.isEmpty, !numbers.isEmpty else { return [] }
        return try await transaction.execute(FindSinglesOfNumbers(customers: customers, numbers: numbers))
    }

    /// Reads the bundles, as they are now that orders and lines are locked.
    mutating func readBundles(_ surroundings: Order.Surroundings, in transaction: Transaction) async throws {
        guard !self.bundleIds.isEmpty else { return }
        let calendar = surroundings.catalogue.workingCalendar.calendar
        let today = calendar.date(of: surroundings.now)
        let first = CivilDate(year: today.year, month: today.month, day: 1) ?? today
        let (bundles, members, open) = try await transaction.execute(
            together: FindCurrentBundles(ids: self.bundleIds, monthBegan: calendar.start(of: first)),
            FindCurrentMembers(ids: self.bundleIds),
            FindOpenChanges(ids: self.bundleIds)
        )
        self.bundles = Dictionary(bundles.map { ($0.id, $0) }) { first, _ in first }
        for (id, member) in members { self.bundles[id]?.members.append(member) }
        for row in open {
            if row.isEnding {
                self.bundles[row.replaces]?.endingOrder = row.orderId
            } else {
                self.bundles[row.replaces]?.openOrder = row.orderId
            }
            self.bundles[row.replaces]?.openNumbers[row.serviceNumber] = row.isExisting
        }
    }

    /// The order that a submission wants to end.
    func order(of submission: OrderSubmitted) -> OrderID? {
        submission.orderId ?? submission.original.flatMap { self.ordersByExternalId[$0] }
    }

    /// The bundle that a submission is about: the one that it names, or the only one to which its members belong.
    func bundle(of submission: OrderSubmitted) -> CurrentBundle? {
        guard submission.isAboutBundle else { return nil }
        if submission.isAboutSingleOffer(of: self.catalogue) { return self.single(of: submission) }
        let ids = Set(submission.members.compactMap { self.bundlesOfNumbers[$0.serviceNumber] })
        let id = submission.bundleId ?? (ids.count == 1 ? ids.first : nil)
        var bundle = id.flatMap { self.bundles[$0] }
        // Another submission of the batch may have cancelled it.
        bundle?.amendableOrder = id.flatMap { self.bringing[$0] }.flatMap { self.orders[$0] }
            .flatMap { $0.isAmendable ? $0.id : nil }
        return bundle
    }

    /// What keeps an order from being cancelled, besides itself.
    func obstacle(to order: OrderID) -> OrderRefusal? {
        let amendment = self.orders[order]?.amendedBy.flatMap { self.orders[$0] ?? self.amendments[$0] }
        return amendment.flatMap { OrderRefusal(cancellingWhatIsAmendedBy: $0) }
            ?? self.busyNumbers[order].map { .busy($0) }
    }
}

extension SubmissionTargets {
    /// What a single offer put into effect that a submission changes or ends: for its numbers, by the offer that it
    /// names or one in whose place that can come. `nil` where there is none, or more than one.
    private func single(of submission: OrderSubmitted) -> CurrentBundle? {
        guard let wanted = self.catalogue.singleOffers[submission.offer] else { return nil }
        let numbers = Set(submission.members.map(\.serviceNumber))
        let ids = self.singles.filter { row in
            row.customerId == submission.customer.id && numbers.contains(row.serviceNumber)
                && (submission.bundleId.map { $0 == row.bundleId } ?? true)
                && (row.offer == wanted.code
                    || submission.action == Action.change.rawValue && self.isAlternative(row.offer, to: wanted))
        }.map(\.bundleId)
        return Set(ids).count == 1 ? ids.first.flatMap { self.bundles[$0] } : nil
    }

    /// Plans of one group exclude each other: one can take the other's place.
    private func isAlternative(_ offer: String, to wanted: SingleOffer) -> Bool {
        func group(_ offer: SingleOffer?) -> String? {
            offer?.planCode.flatMap { self.catalogue.plans[$0]?.exclusiveGroup }
        }
        return group(wanted).map { $0 == group(self.catalogue.singleOffers[offer]) } ?? false
    }
}

extension OrderSubmitted {
    /// Whether it changes or ends what a single offer put into effect.
    fileprivate func isAboutSingleOffer(of catalogue: Catalogue) -> Bool {
        let isChange = self.action == Action.change.rawValue || self.action == Action.release.rawValue
        return isChange && catalogue.singleOffers[self.offer] != nil
    }

    var isAboutBundle: Bool {
        switch Action(rawValue: self.action) {
        case .change, .release, .suspend, .resume: true
        case .subscribe, .cancel, .replaceSim, .transferOwnership, .reconnect, .resetPassword, nil: false
        }
    }

    /// The id of the order that it names by the channel's own.
    fileprivate var original: SubmissionID? {
        guard let externalId = self.originalExternalId, isStorable(externalId), isStorable(self.channel) else {
            return nil
        }
        return SubmissionID(channel: self.channel, externalId: externalId)
    }
}
