import Contracts
import OrdersDomain
import Postgres

/// What is known of numbers, locked until the transaction ends; in one order everywhere.
struct LockLines: Statement {
    static let sql = """
        SELECT l.service_number, l.product, l.state, l.plan, l.extra_plans, l.services, l.speed_mbps, l.held_by,
               l.bundle_id,
               (SELECT b.state = 'active'
                       AND NOT EXISTS (SELECT FROM bundle AS n WHERE n.replaces = b.bundle_id AND n.state = 'pending')
                  FROM bundle AS b
                 WHERE b.bundle_id = l.bundle_id),
               l.customer_id, l.account_id, l.served_since, l.transfer_order IS NOT NULL
          FROM line AS l
         WHERE l.service_number = ANY ($1)
         ORDER BY l.service_number
           FOR UPDATE OF l
        """

    var numbers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.numbers) }

    static func read(_ columns: inout Columns) throws -> (number: String, line: Line) {
        let number: String = try columns.next()
        var line = Line(product: try columns.next(), state: try columns.next())
        line.plan = try columns.next()
        line.extraPlans = try columns.next()
        line.services = Set(try columns.next([String].self))
        line.speedMbps = try columns.next(Int32?.self).map(Int.init)
        line.heldBy = try columns.next()
        let bundleId: BundleID? = try columns.next()
        let isInEffect: Bool? = try columns.next()
        line.membership = bundleId.map { Line.Membership(bundleId: $0, isInEffect: isInEffect ?? false) }
        line.customerId = try columns.next()
        let accountId: String = try columns.next()
        line.accountId = accountId.isEmpty ? nil : accountId
        line.servedSince = try columns.next()
        line.isBeingTransferred = try columns.next()
        return (number, line)
    }
}

/// One at a time decides on plans of which a customer has at most one.
struct LockCustomers: Statement {
    static let sql = """
        SELECT pg_advisory_xact_lock(k.key)
          FROM (SELECT DISTINCT hashtextextended('customer:' || c.customer_id, 0) AS key
                  FROM unnest($1::text[]) AS c (customer_id)
                 ORDER BY 1) AS k
        """

    var customers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.customers) }
}

/// The plans beside the tariff that customers have or are getting.
struct FindCustomerPlans: Statement {
    static let sql = """
        SELECT b.customer_id, m.service_number, m.extra_plan
          FROM bundle AS b
          JOIN bundle_member AS m
            ON m.bundle_id = b.bundle_id
         WHERE b.customer_id = ANY ($1)
           AND b.state IN ('pending', 'active')
           AND m.extra_plan IS NOT NULL
        """

    var customers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.customers) }

    static func read(_ columns: inout Columns) throws -> (customerId: String, number: String, plan: String) {
        (try columns.next(), try columns.next(), try columns.next())
    }
}

/// A number that an order takes hold of.
struct HeldLine: Sendable {
    var order: Order
    var member: ValidOrder.Member
    /// Single offers leave a line's bundle alone.
    var bundleId: BundleID?
    /// Of a line that changes hands: whose it is until then.
    var formerCustomerId: String?

    /// Whose it is now.
    var customerId: String { self.formerCustomerId ?? self.order.customerId }

    /// The account that pays for it now; a former owner's is not known.
    var accountId: String { self.formerCustomerId == nil ? self.order.accountId : "" }
}

/// Numbers that were never seen: a new one is reserved, an existing one is taken over as stated.
struct InsertLines: Statement {
    static let sql = """
        INSERT INTO line (
               service_number, product, state, plan, services, speed_mbps, customer_id, account_id, bundle_id, held_by,
               transfer_order)
        SELECT b.service_number, b.product, b.state, b.plan, string_to_array(b.services, E'\\x1f'), b.speed_mbps,
               b.customer_id, b.account_id, b.bundle_id, b.held_by, b.transfer_order
          FROM unnest(
               $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[],
               $9::uuid[], $10::uuid[], $11::uuid[])
               AS b (service_number, product, state, plan, services, speed_mbps, customer_id, account_id, bundle_id,
                     held_by, transfer_order)
         ORDER BY b.service_number
        """

    var lines: [HeldLine]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.lines.map(\.member.serviceNumber))
        parameters.append(self.lines.map(\.member.product.code))
        parameters.append(self.lines.map { $0.member.isExisting ? Line.State.active : .reserved })
        parameters.append(self.lines.map(\.member.plan))
        // The channel's words, which have no control characters; an array of arrays is no type of the server's.
        parameters.append(self.lines.map { $0.member.services.sorted().joined(separator: "\u{1F}") })
        parameters.append(self.lines.map(\.member.formerSpeedMbps))
        parameters.append(self.lines.map(\.customerId))
        parameters.append(self.lines.map(\.accountId))
        parameters.append(self.lines.map(\.bundleId))
        parameters.append(self.lines.map(\.order.id))
        parameters.append(self.lines.map(\.transferOrder))
    }
}

extension HeldLine {
    /// The order by which it is to change hands.
    fileprivate var transferOrder: OrderID? { self.formerCustomerId == nil ? nil : self.order.id }
}

/// Known numbers; a closed one begins anew.
struct HoldLines: Statement {
    static let sql = """
        UPDATE line AS l
           SET held_by = b.held_by,
               bundle_id = COALESCE(b.bundle_id, l.bundle_id),
               product = b.product,
               state = CASE l.state WHEN 'closed' THEN 'reserved' ELSE l.state END,
               customer_id = CASE l.state WHEN 'closed' THEN b.customer_id ELSE l.customer_id END,
               account_id = CASE l.state WHEN 'closed' THEN b.account_id ELSE l.account_id END,
               transfer_order = COALESCE(b.transfer_order, l.transfer_order)
          FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[])
               AS b (service_number, product, customer_id, account_id, bundle_id, held_by, transfer_order)
         WHERE l.service_number = b.service_number
        """

    var lines: [HeldLine]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.lines.map(\.member.serviceNumber))
        parameters.append(self.lines.map(\.member.product.code))
        parameters.append(self.lines.map(\.order.customerId))
        parameters.append(self.lines.map(\.order.accountId))
        parameters.append(self.lines.map(\.bundleId))
        parameters.append(self.lines.map(\.order.id))
        parameters.append(self.lines.map(\.transferOrder))
    }
}
