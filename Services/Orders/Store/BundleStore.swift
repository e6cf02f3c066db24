import Contracts
import OrdersDomain
import Postgres

/// What an order puts into effect, as it is stored.
struct NewBundle: Sendable {
    var order: Order
    var valid: ValidOrder
}

struct InsertBundles: Statement {
    static let sql = """
        INSERT INTO bundle (
               bundle_id, order_id, kind, offer, customer_id, account_id, term, payment, replaces, unused_months, state)
        SELECT b.*, 'pending'
          FROM unnest(
               $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
               $9::uuid[], $10::bigint[]) AS b
        """

    var bundles: [NewBundle]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.bundles.map(\.order.bundleId))
        parameters.append(self.bundles.map(\.order.id))
        parameters.append(self.bundles.map(\.valid.kind))
        parameters.append(self.bundles.map(\.order.offer))
        parameters.append(self.bundles.map(\.order.customerId))
        parameters.append(self.bundles.map(\.order.accountId))
        parameters.append(self.bundles.map(\.valid.term.rawValue))
        parameters.append(self.bundles.map(\.valid.payment.rawValue))
        parameters.append(self.bundles.map(\.valid.former?.id))
        parameters.append(self.bundles.map(\.valid.unusedMonths))
    }
}

struct InsertBundleMembers: Statement {
    static let sql = """
        INSERT INTO bundle_member (
               bundle_id, position, ref, product, service_number, is_main, role, is_existing, next_plan, extra_plan,
               services, speed_mbps, options, part, closes_line)
        SELECT b.bundle_id, b.position, b.ref, b.product, b.service_number, b.is_main, b.role, b.is_existing,
               b.next_plan, b.extra_plan, string_to_array(b.services, ','), b.speed_mbps,
               string_to_array(b.options, ','), b.part, b.closes_line
          FROM unnest(
               $1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::boolean[],
               $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[], $14::text[], $15::boolean[])
               AS b (bundle_id, position, ref, product, service_number, is_main, role, is_existing, next_plan,
                     extra_plan, services, speed_mbps, options, part, closes_line)
        """

    private struct NewMember {
        var bundleId: BundleID
        var position: Int
        var member: ValidOrder.Member
    }

    var bundles: [NewBundle]

    func bind(_ parameters: inout Parameters) {
        let rows = self.bundles.flatMap { bundle in
            bundle.valid.members.enumerated().map {
                NewMember(bundleId: bundle.order.bundleId, position: $0, member: $1)
            }
        }
        parameters.append(rows.map(\.bundleId))
        parameters.append(rows.map(\.position))
        parameters.append(rows.map(\.member.ref))
        parameters.append(rows.map(\.member.product.code))
        parameters.append(rows.map(\.member.serviceNumber))
        parameters.append(rows.map(\.member.isMain))
        parameters.append(rows.map(\.member.role))
        parameters.append(rows.map(\.member.isExisting))
        parameters.append(rows.map(\.member.nextPlan))
        parameters.append(rows.map(\.member.extraPlan))
        // Codes of the catalogue, which have no commas; an array of arrays is no type of the server's.
        parameters.append(rows.map { $0.member.givenServices.joined(separator: ",") })
        parameters.append(rows.map { $0.member.orderedSpeedMbps })
        parameters.append(rows.map { $0.member.options.sorted().joined(separator: ",") })
        parameters.append(rows.map(\.member.part.rawValue))
        parameters.append(rows.map(\.member.closesLine))
    }
}

/// Puts bundles into effect, each in the place of another one where it replaces it. What only changed the state of
/// lines, or released them, has done so and is over.
struct ActivateBundles: Statement {
    static let sql = """
        WITH effective AS (
            UPDATE bundle AS l
               SET state = CASE WHEN l.kind IN ('bundle', 'single') THEN 'active' ELSE 'ended' END,
                   effective_at = b.effective_at,
                   ended_at = CASE WHEN l.kind IN ('bundle', 'single') THEN NULL ELSE b.effective_at END
              FROM unnest($1::uuid[], $2::timestamptz[]) AS b (bundle_id, effective_at)
             WHERE l.bundle_id = b.bundle_id
            RETURNING l.replaces, l.effective_at)
        UPDATE bundle AS f
           SET state = 'ended',
               ended_at = e.effective_at
          FROM effective AS e
         WHERE f.bundle_id = e.replaces
           -- One whose amendment takes effect in its place never was.
           AND f.state = 'active'
        """

    var bundles: [(id: BundleID, effectiveAt: Timestamp)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.bundles.map(\.id))
        parameters.append(self.bundles.map(\.effectiveAt))
    }
}

/// Bundles that never come into effect.
struct CancelBundles: Statement {
    static let sql = """
        UPDATE bundle
           SET state = 'cancelled',
               ended_at = $2
         WHERE bundle_id = ANY ($1)
        """

    var bundles: [BundleID]
    var endedAt: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.bundles)
        parameters.append(self.endedAt)
    }
}

/// Members as others are told of them.
struct FindEffectiveMembers: Statement {
    static let sql = """
        SELECT m.bundle_id, m.part = 'leaving', b.term, b.payment, m.ref, m.product, m.service_number, m.is_main,
               COALESCE(m.extra_plan, m.next_plan), m.role,
               -- A single offer says which tariff the line has anyway.
               CASE WHEN b.kind IN ('bundle', 'release', 'reconnect') OR NOT m.is_existing
                         OR (b.kind = 'single' AND m.extra_plan IS NULL AND m.services = '{}')
                    THEN m.next_plan END,
               m.extra_plan, m.services,
               ARRAY(SELECT unnest(l.services) EXCEPT SELECT unnest(m.services) ORDER BY 1), m.options, m.closes_line,
               CASE b.kind WHEN 'reconnect'
                    THEN EXISTS (SELECT FROM work_order AS w WHERE w.order_id = b.order_id AND w.type = 'replaceSim')
                    ELSE false END
          FROM bundle_member AS m
          JOIN bundle AS b
            ON b.bundle_id = m.bundle_id
          JOIN line AS l
            ON l.service_number = m.service_number
         WHERE m.bundle_id = ANY ($1)
         ORDER BY m.bundle_id, m.position
        """

    var bundles: [BundleID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.bundles) }

    static func read(_ columns: inout Columns) throws -> EffectiveMember {
        EffectiveMember(
            bundleId: try columns.next(),
            isLeaving: try columns.next(),
            term: try columns.next(),
            payment: try columns.next(),
            member: OrderEffective.Member(
                ref: try columns.next(),
                product: try columns.next(),
                serviceNumber: try columns.next(),
                main: try columns.next(),
                plan: try columns.next(),
                role: try columns.next(),
                newPlan: try columns.next(),
                extraPlan: try columns.next(),
                services: try columns.next([String].self).unlessEmpty,
                otherServices: try columns.next([String].self).unlessEmpty,
                options: try columns.next([String].self).unlessEmpty,
                closed: try columns.next(Bool.self) ? true : nil
            ),
            hasNewCard: try columns.next()
        )
    }
}

extension [String] {
    fileprivate var unlessEmpty: [String]? { self.isEmpty ? nil : self }
}

struct EffectiveMember: Sendable {
    var bundleId: BundleID
    var isLeaving: Bool
    /// Of the whole bundle, as the payment.
    var term: String
    var payment: String
    var member: OrderEffective.Member
    /// Of the whole order: a line that was connected again has got one.
    var hasNewCard: Bool
}

/// What orders that take effect come in the place of.
struct FindReplacements: Statement {
    static let sql = """
        SELECT b.bundle_id, b.replaces, b.kind, b.unused_months
          FROM bundle AS b
          JOIN bundle AS f
            ON f.bundle_id = b.replaces
         WHERE b.bundle_id = ANY ($1)
           AND f.effective_at IS NOT NULL
        """

    var bundles: [BundleID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.bundles) }

    static func read(_ columns: inout Columns) throws -> Replacement {
        Replacement(
            bundleId: try columns.next(),
            replaces: try columns.next(),
            isRelease: try columns.next(String.self) == "release",
            unusedMonths: Int(try columns.next(Int32.self))
        )
    }
}

struct Replacement: Sendable {
    var bundleId: BundleID
    var replaces: BundleID
    var isRelease: Bool
    var unusedMonths: Int
}
