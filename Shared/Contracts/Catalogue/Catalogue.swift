/// Everything that can be sold, and how it is carried out: the only place where services know products.
///
/// Loaded whole and checked whole (`CatalogueLoader`); a value of this type has no dangling
/// reference, no price or quota out of range and no cycle.
package struct Catalogue: Sendable {
    /// A hash of the content: an order in flight finishes on the version on which it began.
    package var version: String
    package var products: [String: Product]
    package var services: [String: ValueAddedService]
    package var plans: [String: Plan]
    package var bundles: [String: Bundle]
    package var options: [String: Option]
    package var singleOffers: [String: SingleOffer]
    /// By type, then by product; the key `any` stands for every product without an entry of its own.
    package var workOrderTypes: [String: [String: WorkOrderType]]
    /// Named sets of rules; a bundle or single offer names the set by which it is taken apart.
    package var decompositions: [String: [DecompositionRule]]
    /// What to do about work orders that fail.
    package var fallout: [FalloutRule]
    /// By system; the key `any` stands for every system without an entry of its own.
    package var targetSystems: [String: TargetSystemPolicy]
    package var billSubjects: [String: BillSubject]
    /// `nil` in catalogues older than rating: nothing can be rated by them.
    package var tariffs: Tariffs?
    /// `nil` in catalogues older than notifications: nobody can be told anything by them.
    package var notifications: NotificationRules?
    /// `nil` in catalogues older than complaints: none can be taken by them.
    package var complaints: ComplaintRules?
    package var workingCalendar: WorkingCalendar
    package var fieldWork: FieldWork

    package init(
        version: String,
        products: [String: Product] = [:],
        services: [String: ValueAddedService] = [:],
        plans: [String: Plan] = [:],
        bundles: [String: Bundle] = [:],
        options: [String: Option] = [:],
        singleOffers: [String: SingleOffer] = [:],
        workOrderTypes: [String: [String: WorkOrderType]] = [:],
        decompositions: [String: [DecompositionRule]] = [:],
        fallout: [FalloutRule] = [],
        targetSystems: [String: TargetSystemPolicy] = [:],
        billSubjects: [String: BillSubject] = [:],
        tariffs: Tariffs? = nil,
        notifications: NotificationRules? = nil,
        complaints: ComplaintRules? = nil,
        workingCalendar: WorkingCalendar,
        fieldWork: FieldWork = .reported
    ) {
        self.version = version
        self.products = products
        self.services = services
        self.plans = plans
        self.bundles = bundles
        self.options = options
        self.singleOffers = singleOffers
        self.workOrderTypes = workOrderTypes
        self.decompositions = decompositions
        self.fallout = fallout
        self.targetSystems = targetSystems
        self.billSubjects = billSubjects
        self.tariffs = tariffs
        self.notifications = notifications
        self.complaints = complaints
        self.workingCalendar = workingCalendar
        self.fieldWork = fieldWork
    }

    /// How a type of work order is carried out for a product; `nil` when the catalogue has none.
    package func workOrderType(_ type: String, product: String) -> WorkOrderType? {
        self.workOrderTypes[type]?[product] ?? self.workOrderTypes[type]?["any"]
    }

    /// What to do when a work order has failed: what the only row that holds says, else a person decides.
    ///
    /// - Parameter attempt: how often it has failed now, from 1.
    package func falloutReaction(type: String, code: String, attempt: Int) -> FalloutRule.Reaction {
        self.fallout.first { $0.holds(type: type, code: code, attempt: attempt) }?.reaction ?? .park
    }

    /// Who says that field work is done.
    package enum FieldWork: String, Sendable, CaseIterable {
        /// Field staff: a task waits for `workOrder.reported`.
        case reported
        /// The task's system answers like any other: for demonstrations and load tests.
        case selfReporting
    }
}
