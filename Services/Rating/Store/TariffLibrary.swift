import Contracts
import Messaging
import Postgres
import RatingDomain
import ServiceRuntime
import Synchronization

/// The tariffs of the current catalogue, and those of earlier ones by which open cycles are rated.
final class TariffLibrary: Sendable {
    let current: TariffBook
    private let catalogues: CatalogueLibrary
    private let calendar: BusinessCalendar
    private let earlier = Mutex<[String: TariffBook]>([:])

    /// - Throws: `ConfigurationError` where the catalogue has no tariffs.
    init(_ catalogues: CatalogueLibrary, calendar: BusinessCalendar) throws {
        guard let book = TariffBook(catalogues.current, calendar: calendar) else {
            throw ConfigurationError(mistakes: ["CATALOGUE: there are no tariffs; rating needs them"])
        }
        self.current = book
        self.catalogues = catalogues
        self.calendar = calendar
    }

    var version: String { self.catalogues.current.version }

    /// The tariffs of these versions of the catalogue. One that is not known any more goes by the current one.
    func books(of versions: Set<String>, in transaction: Transaction) async throws -> [String: TariffBook] {
        var books = [self.version: self.current]
        for version in versions where books[version] == nil {
            books[version] = self.earlier.withLock { $0[version] }
        }
        let missing = versions.filter { books[$0] == nil }
        guard !missing.isEmpty else { return books }
        let catalogues = try await self.catalogues.catalogues(of: missing.map(Optional.some), in: transaction)
        for version in missing {
            let book = TariffBook(catalogues[version], calendar: self.calendar) ?? self.current
            self.earlier.withLock { $0[version] = book }
            books[version] = book
        }
        return books
    }
}
