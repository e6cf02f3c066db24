import Contracts
import Foundation
import Postgres
import RatingDomain
import Synchronization

/// What an account's cycle is rated by, or why it cannot be.
enum ShelvedTerms: Sendable {
    case terms(CompiledTerms)
    case fault(TermsFault)
}

/// Keeps terms that were compiled, of the accounts that were rated last. A cycle names the revision of its account's
/// terms in a row that is locked meanwhile, or by whose version one finds out that it has changed: so terms that are kept
/// are never older than those that hold.
final class TermsShelf: Sendable {
    private struct Key: Hashable {
        var cycle: CycleKey
        var revision: Int64
        var catalogueVersion: String

        init(_ cycle: StoredCycle) {
            self.cycle = cycle.key
            self.revision = cycle.revision
            self.catalogueVersion = cycle.catalogueVersion
        }
    }

    private struct ShapeKey: Hashable {
        var terms: AccountTerms
        var catalogueVersion: String
    }

    private struct NumberedShape: Hashable {
        var number: Int64
        var catalogueVersion: String
    }

    private struct Kept {
        var terms: Generations<Key, ShelvedTerms>
        var shapes = Generations<ShapeKey, TermsShape>(capacity: 20_000)
        /// By their numbers in the database.
        var numbered = Generations<NumberedShape, TermsShape>(capacity: 20_000)
    }

    private let tariffs: TariffLibrary
    private let kept: Mutex<Kept>

    /// - Parameter capacity: about how many accounts' cycles are kept.
    init(_ tariffs: TariffLibrary, capacity: Int = 100_000) {
        self.tariffs = tariffs
        self.kept = Mutex(Kept(terms: Generations(capacity: capacity)))
    }

    /// The terms of cycles.
    ///
    /// - Parameter keeping: whether what has to be found out of the accounts' orders is stored: where the cycles are
    ///   locked.
    func terms(
        of cycles: [StoredCycle], in transaction: Transaction, keeping: Bool = false
    ) async throws -> [CycleKey: ShelvedTerms] {
        var terms: [CycleKey: ShelvedTerms] = [:]
        var missing: [StoredCycle] = []
        self.kept.withLock { kept in
            for cycle in cycles {
                if let found = kept.terms[Key(cycle)] { terms[cycle.key] = found } else { missing.append(cycle) }
            }
        }
        guard !missing.isEmpty else { return terms }
        let books = try await self.tariffs.books(of: Set(missing.map(\.catalogueVersion)), in: transaction)
        for (key, stored) in try await self.stored(missing, books, in: transaction) { terms[key] = .terms(stored) }
        let unknown = missing.filter { terms[$0.key] == nil }
        if !unknown.isEmpty {
            terms.merge(try await self.found(unknown, books, in: transaction, keeping: keeping)) { first, _ in first }
        }
        let found = terms
        self.kept.withLock { kept in
            for cycle in missing { kept.terms[Key(cycle)] = found[cycle.key] }
        }
        return terms
    }

    /// Terms that are in the database.
    private func stored(
        _ cycles: [StoredCycle], _ books: [String: TariffBook], in transaction: Transaction
    ) async throws -> [CycleKey: CompiledTerms] {
        let rows = try await transaction.execute(FindCycleTerms(cycles: cycles))
        guard !rows.isEmpty else { return [:] }
        let byKey = Dictionary(cycles.map { ($0.key, $0) }) { first, _ in first }
        func shape(_ row: FindCycleTerms.Row, _ cycle: StoredCycle) -> NumberedShape {
            NumberedShape(number: row.shape, catalogueVersion: cycle.catalogueVersion)
        }
        var needed: Set<Int64> = []
        self.kept.withLock { kept in
            for row in rows {
                guard let cycle = byKey[row.key], kept.numbered[shape(row, cycle)] == nil else { continue }
                needed.insert(row.shape)
            }
        }
        var forms: [Int64: AccountTerms] = [:]
        if !needed.isEmpty {
            for row in try await transaction.execute(FindShapes(shapes: needed.sorted())) {
                forms[row.shape] = row.terms
            }
        }
        var terms: [CycleKey: CompiledTerms] = [:]
        for row in rows {
            guard let cycle = byKey[row.key] else { continue }
            let number = shape(row, cycle)
            let known = self.kept.withLock { $0.numbered[number] }
            let made = known == nil ? forms[row.shape].flatMap { try? self.shape($0, cycle, books) } : nil
            guard let shape = known ?? made else { continue }
            if known == nil { self.kept.withLock { $0.numbered[number] = shape } }
            terms[row.key] = CompiledTerms(cycle.accountId, shape, row.names)
        }
        return terms
    }

    /// Terms out of the accounts' orders.
    private func found(
        _ cycles: [StoredCycle], _ books: [String: TariffBook], in transaction: Transaction, keeping: Bool
    ) async throws -> [CycleKey: ShelvedTerms] {
        let accounts = Set(cycles.map { StoredAccount(accountId: $0.accountId, number: $0.key.account) })
        let histories = try await transaction.histories(of: Array(accounts))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var terms: [CycleKey: ShelvedTerms] = [:]
        var rows: [KeepCycleTerms.Kept] = []
        for cycle in cycles.sorted(by: { $0.key < $1.key }) {
            guard let history = histories[cycle.key.account] else { continue }
            let book = books[cycle.catalogueVersion] ?? self.tariffs.current
            let frame = book.frame(cycle.key.cycle)
            let own = history.terms(of: frame, by: book)
            let (canonical, names) = own.canonical(frame, by: book)
            do throws(TermsFault) {
                terms[cycle.key] = .terms(
                    CompiledTerms(cycle.accountId, try self.shape(canonical, cycle, books), names))
            } catch {
                terms[cycle.key] = Self.fault(own, book, frame) ?? .fault(error)
                continue
            }
            guard keeping else { continue }
            rows.append(
                KeepCycleTerms.Kept(
                    key: cycle.key, revision: cycle.revision,
                    form: String(decoding: try encoder.encode(canonical), as: UTF8.self), names: names))
        }
        if !rows.isEmpty { _ = try await transaction.execute(KeepCycleTerms(rows: rows)) }
        return terms
    }

    private func shape(
        _ terms: AccountTerms, _ cycle: StoredCycle, _ books: [String: TariffBook]
    ) throws(TermsFault) -> TermsShape {
        let key = ShapeKey(terms: terms, catalogueVersion: cycle.catalogueVersion)
        if let shape = self.kept.withLock({ $0.shapes[key] }) { return shape }
        let book = books[cycle.catalogueVersion] ?? self.tariffs.current
        let shape = try TermsShape(terms, book: book, frame: book.frame(cycle.key.cycle))
        self.kept.withLock { $0.shapes[key] = shape }
        return shape
    }

    /// The contradiction by the names that people know.
    private static func fault(_ terms: AccountTerms, _ book: TariffBook, _ frame: CycleFrame) -> ShelvedTerms? {
        do throws(TermsFault) {
            _ = try TermsShape(terms, book: book, frame: frame)
            return nil
        } catch {
            return .fault(error)
        }
    }
}

/// Keeps what was used last: when one generation is full, the one before it is dropped, save for what was used since.
struct Generations<Key: Hashable, Value> {
    private let capacity: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// - Parameter capacity: of both generations together.
    init(capacity: Int) { self.capacity = max(2, capacity) }

    var count: Int { self.young.count + self.old.count }

    subscript(key: Key) -> Value? {
        mutating get {
            if let value = self.young[key] { return value }
            guard let value = self.old.removeValue(forKey: key) else { return nil }
            self.insert(value, for: key)
            return value
        }
        set {
            self.old.removeValue(forKey: key)
            if let newValue { self.insert(newValue, for: key) } else { self.young.removeValue(forKey: key) }
        }
    }

    private mutating func insert(_ value: Value, for key: Key) {
        if self.young.count >= self.capacity / 2 {
            self.old = self.young
            self.young = [:]
        }
        self.young[key] = value
    }
}
