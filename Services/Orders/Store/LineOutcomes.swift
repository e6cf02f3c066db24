import Contracts
import OrdersDomain
import Postgres

// What becomes of lines when their orders complete, take effect, end or give way.

/// Orders that begin in the place of others: their numbers are theirs from now on.
struct TakeLines: Statement {
    static let sql = """
        UPDATE line AS l
           SET held_by = b.order_id,
               bundle_id = CASE WHEN m.part = 'joining' AND b.kind = 'bundle' THEN b.bundle_id ELSE l.bundle_id END,
               state = CASE l.state WHEN 'closed' THEN 'reserved' ELSE l.state END
          FROM bundle AS b
          JOIN bundle_member AS m
            ON m.bundle_id = b.bundle_id
         WHERE b.order_id = ANY ($1)
           AND l.service_number = m.service_number
           AND l.held_by IS NULL
        """

    var orders: [OrderID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.orders) }
}

/// Orders whose work orders are all done: their numbers are served, stopped or started, and free for the next order, and
/// have what a single offer gives, unless that takes the place of another one: then it comes with its effect.
struct FreeLines: Statement {
    static let sql = """
        UPDATE line AS l
           SET held_by = NULL,
               state = CASE WHEN b.kind = 'suspend' THEN 'suspended'
                            WHEN b.kind IN ('resume', 'reconnect') OR l.state = 'reserved' THEN 'active'
                            ELSE l.state END,
               is_in_arrears = CASE WHEN b.kind = 'suspend'
                                    THEN (SELECT o.channel = 'system' FROM product_order AS o WHERE o.order_id = b.order_id)
                                    WHEN b.kind IN ('resume', 'reconnect') THEN false
                                    ELSE l.is_in_arrears END,
               -- When the last of its work was done.
               served_since = CASE WHEN l.state = 'reserved'
                                   THEN (SELECT o.completed_at FROM product_order AS o WHERE o.order_id = b.order_id)
                                   ELSE l.served_since END,
               plan = CASE WHEN b.kind = 'reconnect' OR (b.kind = 'single' AND b.replaces IS NULL)
                           THEN COALESCE(m.next_plan, l.plan)
                           ELSE l.plan END,
               extra_plans = CASE WHEN m.extra_plan IS NULL OR m.extra_plan = ANY (l.extra_plans)
                                       OR b.replaces IS NOT NULL THEN l.extra_plans
                                  ELSE l.extra_plans || m.extra_plan END,
               services = CASE WHEN b.kind = 'single' AND b.replaces IS NULL
                               THEN ARRAY(SELECT unnest(l.services) UNION SELECT unnest(m.services) ORDER BY 1)
                               ELSE l.services END
          FROM bundle AS b
          JOIN bundle_member AS m
            ON m.bundle_id = b.bundle_id
         WHERE b.bundle_id = ANY ($1)
           AND l.service_number = m.service_number
           AND l.held_by = b.order_id
        """

    var bundles: [BundleID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.bundles) }
}

/// Orders that are to be cancelled though complete: their numbers are theirs until what was done is undone.
struct HoldLinesAgain: Statement {
    static let sql = """
        UPDATE line AS l
           SET held_by = b.order_id
          FROM bundle AS b
          JOIN bundle_member AS m
            ON m.bundle_id = b.bundle_id
         WHERE b.order_id = ANY ($1)
           AND l.service_number = m.service_number
           AND l.held_by IS NULL
        """

    var orders: [OrderID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.orders) }
}

/// Numbers of orders that another order holds: those orders cannot be cancelled meanwhile. One that waits for the other
/// has done nothing to them.
struct LookForBusyLines: Statement {
    static let sql = """
        SELECT b.order_id, l.service_number
          FROM bundle AS b
          JOIN bundle_member AS m
            ON m.bundle_id = b.bundle_id
          JOIN line AS l
            ON l.service_number = m.service_number
          JOIN product_order AS o
            ON o.order_id = b.order_id
         WHERE b.order_id = ANY ($1)
           AND l.held_by <> b.order_id
           AND l.held_by IS DISTINCT FROM o.target_order_id
         ORDER BY l.service_number
        """

    var orders: [OrderID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.orders) }

    static func read(_ columns: inout Columns) throws -> (orderId: OrderID, serviceNumber: String) {
        (try columns.next(), try columns.next())
    }
}

/// Locks the numbers of orders, so that no other order takes hold of one that is free.
///
/// - Returns: those that another order holds: its own order cannot be cancelled meanwhile, unless it waits for that one.
struct FindBusyLines: Statement {
    static let sql = """
        SELECT b.order_id, l.service_number,
               l.held_by <> b.order_id AND l.held_by IS DISTINCT FROM o.target_order_id
          FROM bundle AS b
          JOIN bundle_member AS m
            ON m.bundle_id = b.bundle_id
          JOIN line AS l
            ON l.service_number = m.service_number
          JOIN product_order AS o
            ON o.order_id = b.order_id
         WHERE b.order_id = ANY ($1)
         ORDER BY l.service_number
           FOR UPDATE OF l
        """

    var orders: [OrderID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.orders) }

    static func read(_ columns: inout Columns) throws -> (orderId: OrderID, serviceNumber: String, isBusy: Bool) {
        (try columns.next(), try columns.next(), try columns.next(Bool?.self) ?? false)
    }
}

/// What has ended without effect leaves its numbers as they were: a new line is closed again, an existing one is free,
/// and has no longer what a single offer gave it.
struct ReleaseLines: Statement {
    static let sql = """
        UPDATE line AS l
           SET held_by = NULL,
               state = CASE WHEN m.is_existing THEN l.state ELSE 'closed' END,
               bundle_id = CASE WHEN l.bundle_id = b.bundle_id THEN NULL ELSE l.bundle_id END,
               transfer_order = NULLIF(l.transfer_order, b.order_id),
               extra_plans = CASE WHEN b.replaces IS NULL THEN array_remove(l.extra_plans, m.extra_plan)
                                  ELSE l.extra_plans END,
               services = CASE WHEN b.kind = 'single' AND b.replaces IS NULL AND o.completed_at IS NOT NULL
                               THEN ARRAY(SELECT unnest(l.services) EXCEPT SELECT unnest(m.services) ORDER BY 1)
                               ELSE l.services END
          FROM bundle AS b
          JOIN product_order AS o
            ON o.order_id = b.order_id
          JOIN bundle_member AS m
            ON m.bundle_id = b.bundle_id
         WHERE b.bundle_id = ANY ($1)
           AND l.service_number = m.service_number
           AND l.held_by = b.order_id
        """

    var bundles: [BundleID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.bundles) }
}

/// Bundles that are in effect now: their members have the bundle's tariff, services, speed and account; whoever has left
/// has none of what the former bundle gave.
struct MoveLines: Statement {
    static let sql = """
        UPDATE line AS l
           SET plan = COALESCE(m.next_plan, l.plan),
               services = ARRAY((SELECT unnest(l.services)
                                 EXCEPT
                                 SELECT unnest(f.services)
                                   FROM bundle_member AS f
                                  WHERE f.bundle_id = b.replaces
                                    AND f.service_number = m.service_number)
                                UNION
                                SELECT unnest(m.services)
                                 ORDER BY 1),
               speed_mbps = COALESCE(m.speed_mbps, l.speed_mbps),
               account_id = CASE m.role WHEN 'networkTerminal' THEN l.account_id ELSE b.account_id END,
               bundle_id = CASE m.part WHEN 'leaving' THEN NULL ELSE b.bundle_id END
          FROM bundle AS b
          JOIN bundle_member AS m
            ON m.bundle_id = b.bundle_id
         WHERE b.bundle_id = ANY ($1)
           AND b.kind IN ('bundle', 'release')
           AND l.service_number = m.service_number
           AND l.bundle_id IN (b.bundle_id, b.replaces)
        """

    var bundles: [BundleID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.bundles) }
}

/// What takes the place of a single offer, or ends it, is in effect now: lines have what it gives instead of what that
/// gave; one whose tariff it was has ended.
struct MoveSingleLines: Statement {
    static let sql = """
        UPDATE line AS l
           SET state = CASE WHEN m.closes_line THEN 'closed' ELSE l.state END,
               plan = CASE WHEN m.closes_line THEN NULL
                           WHEN m.part = 'leaving' OR m.extra_plan IS NOT NULL THEN l.plan
                           ELSE COALESCE(m.next_plan, l.plan) END,
               extra_plans = ARRAY((SELECT unnest(l.extra_plans)
                                    EXCEPT
                                    SELECT f.extra_plan)
                                   UNION
                                   SELECT m.extra_plan
                                    WHERE m.extra_plan IS NOT NULL
                                    ORDER BY 1),
               services = ARRAY((SELECT unnest(l.services)
                                 EXCEPT
                                 SELECT unnest(f.services))
                                UNION
                                SELECT unnest(m.services)
                                 ORDER BY 1)
          FROM bundle AS b
          JOIN bundle_member AS m
            ON m.bundle_id = b.bundle_id
          LEFT JOIN bundle_member AS f
            ON f.bundle_id = b.replaces
           AND f.service_number = m.service_number
         WHERE b.bundle_id = ANY ($1)
           AND b.kind IN ('single', 'singleRelease')
           AND b.replaces IS NOT NULL
           AND l.service_number = m.service_number
        """

    var bundles: [BundleID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.bundles) }
}

/// Lines that are another customer's from now on, with what single offers gave to them alone.
struct HandLinesOver: Statement {
    static let sql = """
        WITH line_handed AS (
            UPDATE line AS l
               SET customer_id = b.customer_id,
                   account_id = b.account_id,
                   transfer_order = NULL
              FROM bundle AS b
              JOIN bundle_member AS m
                ON m.bundle_id = b.bundle_id
             WHERE b.bundle_id = ANY ($1)
               AND b.kind = 'transferOwnership'
               AND l.service_number = m.service_number
            RETURNING l.service_number, l.customer_id, l.account_id)
        UPDATE bundle AS f
           SET customer_id = h.customer_id,
               account_id = h.account_id
          FROM line_handed AS h
          JOIN bundle_member AS m
            ON m.service_number = h.service_number
           AND m.part <> 'leaving'
         WHERE f.bundle_id = m.bundle_id
           AND f.kind = 'single'
           AND f.state IN ('active', 'pending')
           AND (SELECT count(*) FROM bundle_member AS o WHERE o.bundle_id = f.bundle_id AND o.part <> 'leaving') = 1
        """

    var bundles: [BundleID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.bundles) }
}
