import Contracts
import OrdersDomain
import Postgres

/// The bundles that numbers belong to; for what a pending change adds, the bundle that it changes. Nothing is locked: whoever goes on locks, and looks again.
struct FindBundlesOfNumbers: Statement {
    static let sql = """
        SELECT l.service_number, CASE b.state WHEN 'pending' THEN COALESCE(b.replaces, b.bundle_id) ELSE b.bundle_id END
          FROM line AS l
          JOIN bundle AS b
            ON b.bundle_id = l.bundle_id
         WHERE l.service_number = ANY ($1)
        """

    var numbers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.numbers) }

    static func read(_ columns: inout Columns) throws -> (number: String, bundleId: BundleID) {
        (try columns.next(), try columns.next())
    }
}

/// What single offers put into effect, or are about to, for these numbers of these customers. Nothing is locked.
struct FindSinglesOfNumbers: Statement {
    static let sql = """
        SELECT b.customer_id, m.service_number, b.bundle_id, b.offer
          FROM bundle AS b
          JOIN bundle_member AS m
            ON m.bundle_id = b.bundle_id
         WHERE b.customer_id = ANY ($1)
           AND b.kind = 'single'
           AND (b.state = 'active' OR (b.state = 'pending' AND b.replaces IS NULL))
           AND m.service_number = ANY ($2)
           AND m.part <> 'leaving'
        """

    struct Row: Sendable {
        var customerId: String
        var serviceNumber: String
        var bundleId: BundleID
        var offer: String
    }

    var customers: [String]
    var numbers: [String]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.customers)
        parameters.append(self.numbers)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            customerId: try columns.next(),
            serviceNumber: try columns.next(),
            bundleId: try columns.next(),
            offer: try columns.next()
        )
    }
}

/// The orders that bring bundles which are not yet in effect, where those take no other one's place. Nothing is locked.
struct FindBringingOrders: Statement {
    static let sql = """
        SELECT bundle_id, order_id
          FROM bundle
         WHERE bundle_id = ANY ($1)
           AND state = 'pending'
           AND replaces IS NULL
        """

    var bundles: [BundleID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.bundles) }

    static func read(_ columns: inout Columns) throws -> (bundleId: BundleID, orderId: OrderID) {
        (try columns.next(), try columns.next())
    }
}

/// Bundles as orders about them find them, without members and open orders.
struct FindCurrentBundles: Statement {
    /// Changes that a customer or an operator has withdrawn do not count, superseded ones do (G-27).
    static let sql = """
        SELECT b.bundle_id, b.offer, b.customer_id, b.account_id, b.state, b.term, b.effective_at,
               (SELECT count(*)
                  FROM bundle AS n
                  JOIN product_order AS o
                    ON o.order_id = n.order_id
                  LEFT JOIN product_order AS r
                    ON r.order_id = o.cancelled_by
                 WHERE n.replaces = b.bundle_id
                   AND o.action = 'change'
                   AND o.received_at >= $2
                   AND (o.cancel_requested_at IS NULL OR r.action IN ('change', 'release'))),
               b.kind = 'single'
          FROM bundle AS b
         WHERE b.bundle_id = ANY ($1)
           AND b.kind IN ('bundle', 'single')
        """

    var ids: [BundleID]
    var monthBegan: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ids)
        parameters.append(self.monthBegan)
    }

    static func read(_ columns: inout Columns) throws -> CurrentBundle {
        var bundle = CurrentBundle(
            id: try columns.next(),
            offer: try columns.next(),
            customerId: try columns.next(),
            accountId: try columns.next(),
            state: CurrentBundle.State(rawValue: try columns.next()) ?? .ended,
            term: Term(rawValue: try columns.next()) ?? .monthly,
            effectiveAt: try columns.next(),
            members: []
        )
        bundle.changesThisMonth = Int(try columns.next(Int64.self))
        bundle.isSingle = try columns.next()
        return bundle
    }
}

struct FindCurrentMembers: Statement {
    static let sql = """
        SELECT bundle_id, ref, product, service_number, role, services, speed_mbps, options
          FROM bundle_member
         WHERE bundle_id = ANY ($1)
           AND part <> 'leaving'
         ORDER BY bundle_id, position
        """

    var ids: [BundleID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> (bundleId: BundleID, member: CurrentBundle.Member) {
        let bundleId: BundleID = try columns.next()
        let member = CurrentBundle.Member(
            ref: try columns.next(),
            product: try columns.next(),
            serviceNumber: try columns.next(),
            role: try columns.next(),
            givenServices: try columns.next(),
            speedMbps: try columns.next(Int32?.self).map(Int.init),
            options: Set(try columns.next([String].self))
        )
        return (bundleId, member)
    }
}

/// Orders that are to take the place of bundles and are not yet in effect: one that is open, and perhaps one before it
/// that is still being undone in its favour.
struct FindOpenChanges: Statement {
    static let sql = """
        SELECT n.replaces, o.order_id, o.cancel_requested_at IS NOT NULL, m.service_number, m.is_existing
          FROM bundle AS n
          JOIN product_order AS o
            ON o.order_id = n.order_id
          LEFT JOIN product_order AS r
            ON r.order_id = o.cancelled_by
          JOIN bundle_member AS m
            ON m.bundle_id = n.bundle_id
         WHERE n.replaces = ANY ($1)
           AND o.state IN ('acknowledged', 'inProgress', 'held', 'pending', 'pendingCancellation')
           AND (o.cancel_requested_at IS NULL OR r.action IN ('change', 'release'))
        """

    struct Row: Sendable {
        var replaces: BundleID
        var orderId: OrderID
        var isEnding: Bool
        var serviceNumber: String
        var isExisting: Bool
    }

    var ids: [BundleID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            replaces: try columns.next(),
            orderId: try columns.next(),
            isEnding: try columns.next(),
            serviceNumber: try columns.next(),
            isExisting: try columns.next()
        )
    }
}
