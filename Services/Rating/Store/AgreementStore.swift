import Contracts
import Postgres
import RatingDomain

/// What an order has put into effect, as it is stored.
struct NewAgreement: Sendable {
    var effect: OrderEffect
    var agreement: AccountHistory.Agreement
    var id: BundleID
    var account: Int64
    var orderId: OrderID
    var term: String?
    var payment: String?
}

/// Those of which the beginning is known: their effect has been taken in.
struct FindKnownAgreements: Statement {
    static let sql = """
        SELECT agreement_id
          FROM agreement
         WHERE agreement_id = ANY ($1)
           AND effective_at IS NOT NULL
        """

    var ids: [BundleID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> BundleID { try columns.next() }
}

/// An agreement whose end is known already ends then.
struct InsertAgreements: Statement {
    static let sql = """
        INSERT INTO agreement AS a (
               agreement_id, account_no, order_id, offer, term, payment, effective_at, ended_at)
        SELECT b.*
          FROM unnest(
               $1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
               $8::timestamptz[]) AS b
            ON CONFLICT (agreement_id) DO UPDATE
               SET account_no = EXCLUDED.account_no,
                   order_id = EXCLUDED.order_id,
                   offer = EXCLUDED.offer,
                   term = EXCLUDED.term,
                   payment = EXCLUDED.payment,
                   effective_at = EXCLUDED.effective_at,
                   ended_at = COALESCE(a.ended_at, EXCLUDED.ended_at)
        """

    var agreements: [NewAgreement]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.agreements.map(\.id))
        parameters.append(self.agreements.map(\.account))
        parameters.append(self.agreements.map(\.orderId))
        parameters.append(self.agreements.map(\.agreement.offer))
        parameters.append(self.agreements.map(\.term))
        parameters.append(self.agreements.map(\.payment))
        parameters.append(self.agreements.map(\.agreement.span.from))
        parameters.append(self.agreements.map(\.agreement.span.until))
    }
}

struct InsertAgreementMembers: Statement {
    static let sql = """
        INSERT INTO agreement_member (
               agreement_id, position, service_number, product, is_main, role, new_plan, extra_plan, services, options)
        SELECT b.agreement_id, b.position, b.service_number, b.product, b.is_main, b.role, b.new_plan, b.extra_plan,
               string_to_array(b.services, ','), string_to_array(b.options, ',')
          FROM unnest(
               $1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[],
               $9::text[], $10::text[])
               AS b (agreement_id, position, service_number, product, is_main, role, new_plan, extra_plan, services,
                     options)
        """

    private struct NewMember {
        var id: BundleID
        var position: Int
        var member: AccountHistory.Member
    }

    var agreements: [NewAgreement]

    func bind(_ parameters: inout Parameters) {
        let rows = self.agreements.flatMap { agreement in
            agreement.agreement.members.enumerated().map { NewMember(id: agreement.id, position: $0, member: $1) }
        }
        parameters.append(rows.map(\.id))
        parameters.append(rows.map(\.position))
        parameters.append(rows.map(\.member.serviceNumber))
        parameters.append(rows.map(\.member.product))
        parameters.append(rows.map(\.member.isMain))
        parameters.append(rows.map(\.member.role))
        parameters.append(rows.map(\.member.newPlan))
        parameters.append(rows.map(\.member.extraPlan))
        // Codes of the catalogue, which have no commas; an array of arrays is no type of the server's.
        parameters.append(rows.map { $0.member.services.joined(separator: ",") })
        parameters.append(rows.map { $0.member.options.joined(separator: ",") })
    }
}

/// Something else came in their place, or nothing.
struct EndAgreements: Statement {
    static let sql = """
        INSERT INTO agreement AS a (agreement_id, ended_at)
        SELECT b.agreement_id, b.ended_at
          FROM unnest($1::uuid[], $2::timestamptz[]) AS b (agreement_id, ended_at)
            ON CONFLICT (agreement_id) DO UPDATE
               SET ended_at = LEAST(a.ended_at, EXCLUDED.ended_at)
        """

    var ends: [(id: BundleID, at: Timestamp)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ends.map(\.id))
        parameters.append(self.ends.map(\.at))
    }
}

struct InsertLineStops: Statement {
    static let sql = """
        INSERT INTO line_stop (service_number, at, is_stopped, is_wish)
        SELECT b.service_number, b.at, b.is_stopped, b.is_wish
          FROM unnest($1::text[], $2::timestamptz[], $3::boolean[], $4::boolean[])
               AS b (service_number, at, is_stopped, is_wish)
            ON CONFLICT DO NOTHING
        """

    var stops: [AccountHistory.Stop]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.stops.map(\.serviceNumber))
        parameters.append(self.stops.map(\.at))
        parameters.append(self.stops.map(\.isStopped))
        parameters.append(self.stops.map(\.isWish))
    }
}
