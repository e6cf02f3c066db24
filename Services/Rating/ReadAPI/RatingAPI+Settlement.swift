import Contracts
import Foundation
import Hummingbird
import Messaging
import Postgres
import RatingDomain
import ServiceRuntime

// What is shared with partners.
extension RatingAPI {
    @Sendable func settlement(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let cycle = try self.cycle(try context.parameters.require("cycle"))
        let (amounts, isOver) = try await self.pool.withTransaction("show settlement") { transaction in
            try await transaction.execute(together: SumSubjects(cycle: cycle), IsBillingOver(cycle: cycle))
        }
        let sums = Dictionary(amounts.map { ($0.subject, $0.amount) }, uniquingKeysWith: +)
        return try .json(SettlementView(cycle, isFinal: isOver.first ?? false, sums, self.tariffs.current))
    }

    /// The records that a partner has a part of, by their ids: what is compared with the partner's own list.
    @Sendable func sharedUsage(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let cycle = try self.cycle(try context.parameters.require("cycle"))
        let partner = try self.text("partner", of: request) ?? ""
        let frame = self.tariffs.current.frame(cycle)
        let from = try self.time("from", of: request) ?? frame.start
        let until = try self.time("until", of: request) ?? frame.end
        let page = try PageRequest(request)
        var after = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        if let part = page.after?.parts.first {
            guard let id = UUID(text: part) else { throw Self.foreignCursor(request) }
            after = id
        }
        let shares = self.tariffs.current.tariffs.revenueShares
        let subjects = Set(shares.filter { $0.parts.contains { $0.partner == partner } }.map(\.subject))
        guard !subjects.isEmpty else {
            let known = Set(shares.flatMap(\.parts).map(\.partner)).sorted().joined(separator: ", ")
            throw ProblemDetails.invalidParameter("partner", value: partner, takes: "one of \(known)")
        }
        let first = after
        let items = try await self.pool.withTransaction("show shared usage") { transaction -> [SharedUsageView] in
            let numbers = try await self.provisions.stored(in: transaction)
            var (items, after): ([SharedUsageView], UUID) = ([], first)
            while items.count < page.fetchLimit {
                let rows = try await transaction.execute(
                    ListChargedUsage(cycle: cycle, from: from, until: until, after: after, limit: 2000))
                guard let last = rows.last else { break }
                items += try rows.compactMap { try SharedUsageView($0, of: subjects, numbers) }
                after = last.usageId
            }
            return Array(items.prefix(page.fetchLimit))
        }
        return try .json(Page(fetched: items, for: page) { [$0.usageId.description] })
    }

    private func time(_ name: String, of request: Request) throws -> Timestamp? {
        guard let text = try self.text(name, of: request) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw ProblemDetails.invalidParameter(name, value: text, takes: "a time, such as 2026-12-07T00:00:00+08:00")
        }
        return time
    }
}

/// A usage record, as far as it is shared.
struct SharedUsageView: Encodable, Sendable {
    var usageId: UsageID
    var serviceNumber: String
    var endedAt: Timestamp
    /// Of the subjects that are shared.
    var chargeMilliyuan: Milliyuan

    /// - Returns: `nil` where nothing of it is.
    init?(_ usage: StoredUsage, of subjects: Set<String>, _ numbers: ProvisionNumbers) throws {
        let rated = try RatedUsage(
            of: usage.record(), in: usage.cycle, charge: usage.charge, storedForm: usage.result, numbers.provision)
        let charge = rated.lines.filter { subjects.contains($0.provision.subject.code) }
            .reduce(Milliyuan.zero) { $0 + $1.chargeMilliyuan }
        guard charge > .zero else { return nil }
        self.usageId = UsageID(rawValue: rated.usageId)
        self.serviceNumber = rated.serviceNumber
        self.endedAt = rated.endedAt
        self.chargeMilliyuan = charge
    }
}
