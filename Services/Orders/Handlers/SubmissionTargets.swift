import Contracts
import Messaging
import OrdersDomain
import Postgres

/// What the submissions of a batch are about besides their own lines: orders that are to end, and bundles that are to be
/// changed, released, stopped or started.
struct SubmissionTargets {
    /// With all that undoing needs, locked.
    var orders: LockedOrders
    /// A number of each that an order in flight holds.
    let busyNumbers: [OrderID: String]
    private let ordersByExternalId: [SubmissionID: OrderID]
    private let bundlesOfNumbers: [String: BundleID]
    private let bundleIds: [BundleID]
    /// Of bundles that are meant as a whole.
    let numbers: [String]
    private var bundles: [BundleID: CurrentBundle] = [:]

    /// Locks the orders. To be called before any line is locked, as whoever handles work orders does.
    init(of submissions: [OrderSubmitted], in transaction: Transaction) async throws {
        let cancels = submissions.filter { $0.action == Action.cancel.rawValue }
        let originals = cancels.filter { $0.orderId == nil }.compactMap(\.original)
        let found = originals.isEmpty ? [] : try await transaction.execute(FindOrdersByExternalID(ids: originals))
        self.ordersByExternalId = Dictionary(found.map { ($0.id, $0.orderId) }) { first, _ in first }
        let cancelled = cancels.compactMap(\.orderId) + self.ordersByExternalId.values

        let changes = submissions.filter(\.isAboutBundle)
        let numbers = Set(changes.flatMap { $0.members.map(\.serviceNumber) }.filter(isStorable)).sorted()
        let members = numbers.isEmpty ? [] : try await transaction.execute(FindBundlesOfNumbers(numbers: numbers))
        self.bundlesOfNumbers = Dictionary(members.map { ($0.number, $0.bundleId) }) { first, _ in first }
        self.bundleIds = Set(changes.compactMap(\.bundleId) + self.bundlesOfNumbers.values).sorted()
        let whole = changes.filter(\.members.isEmpty).compactMap(\.bundleId)
        let wholes = whole.isEmpty ? [] : try await transaction.execute(FindCurrentMembers(ids: whole))
        self.numbers = wholes.map(\.member.serviceNumber)
        let open =
            self.bundleIds.isEmpty ? [] : try await transaction.execute(FindOpenChanges(ids: self.bundleIds))

        self.orders = try await LockedOrders(cancelled + open.map(\.orderId), isWhole: true, in: transaction)
        let busy = cancelled.isEmpty ? [] : try await transaction.execute(FindBusyLines(orders: cancelled))
        self.busyNumbers = Dictionary(busy.filter(\.isBusy).map { ($0.orderId, $0.serviceNumber) }) { first, _ in first
        }
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
        if let id = submission.bundleId { return self.bundles[id] }
        let ids = Set(submission.members.compactMap { self.bundlesOfNumbers[$0.serviceNumber] })
        return ids.count == 1 ? ids.first.flatMap { self.bundles[$0] } : nil
    }
}

extension OrderSubmitted {
    fileprivate var isAboutBundle: Bool {
        switch Action(rawValue: self.action) {
        case .change, .release, .suspend, .resume: true
        case .subscribe, .cancel, nil: false
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
