package import Contracts
import CoreMetrics
package import Logging
package import Postgres
import Synchronization

/// The catalogue that a service was started with, and the earlier ones that its database keeps.
///
/// Whatever is new goes by the current one. What is in flight finishes on the version on which it began: a handler asks
/// for the versions that its batch needs before it calls the domain.
package final class CatalogueLibrary: Sendable {
    package let current: Catalogue
    private let source: CatalogueSource
    private let logger: Logger
    private let onlyCurrent: Catalogues
    private let state = Mutex(State())

    private struct State {
        /// Versions that were looked up, as far as they could be read.
        var earlier: [String: Catalogue] = [:]
        /// Versions that are kept, and that this program does not take any more.
        var unreadable: Set<String> = []
        /// Versions whose absence was told; a few, for the log.
        var told: Set<String> = []
    }

    /// - Parameter source: what `current` was read from.
    package init(current: Catalogue, source: CatalogueSource, logger: Logger) {
        self.current = current
        self.source = source
        self.logger = logger
        self.onlyCurrent = Catalogues(current: current)
    }

    /// Keeps the current catalogue for those that begin on it. To be called before anything does.
    ///
    /// - Parameter now: by the wall clock.
    package func keep(in pool: PostgresPool, at now: Timestamp) async throws {
        _ = try await pool.execute(try KeepCatalogue(self.current, self.source, firstUsedAt: now))
    }

    /// The catalogues of these versions, beside the current one.
    ///
    /// Costs no statement while all of them are current or were asked for before. A version that is not kept here, or can
    /// no longer be read, stops nobody: the current one stands in for it, which is logged and counted.
    package func catalogues(
        of versions: some Sequence<String?>,
        in transaction: Transaction
    ) async throws -> Catalogues {
        var wanted: Set<String> = []
        for case let version? in versions where version != self.current.version { wanted.insert(version) }
        if wanted.isEmpty { return self.onlyCurrent }
        var found = self.state.withLock { state in state.earlier.filter { wanted.contains($0.key) } }
        let missing = self.state.withLock { wanted.subtracting($0.earlier.keys).subtracting($0.unreadable) }
        if !missing.isEmpty {
            for row in try await transaction.execute(FindCatalogues(versions: missing.sorted())) {
                found[row.version] = self.read(row)
            }
        }
        for version in wanted where found[version] == nil { self.tellAbsence(of: version) }
        return Catalogues(current: self.current, others: found)
    }

    private func read(_ row: FindCatalogues.Row) -> Catalogue? {
        do {
            let calendar = self.current.workingCalendar.calendar
            let catalogue = try CatalogueLoader.load(try row.source(), calendar: calendar)
            guard catalogue.version == row.version else { throw Damaged(version: catalogue.version) }
            self.state.withLock { $0.earlier[row.version] = catalogue }
            self.logger.info("An earlier catalogue is in use", metadata: ["catalogue": "\(row.version)"])
            return catalogue
        } catch {
            self.state.withLock { _ = $0.unreadable.insert(row.version) }
            self.logger.error(
                "A kept catalogue cannot be read any more",
                metadata: ["catalogue": "\(row.version)", "error": "\(error)"])
            return nil
        }
    }

    private func tellAbsence(of version: String) {
        Counter(label: "catalogue.versions.missed").increment()
        let isNews = self.state.withLock { $0.told.count < 100 && $0.told.insert(version).inserted }
        guard isNews else { return }
        self.logger.warning(
            "A catalogue is not known here; what began on it goes on by the current one",
            metadata: ["catalogue": "\(version)", "current": "\(self.current.version)"])
    }

    /// The content is not that of the version.
    private struct Damaged: Error {
        var version: String
    }
}
