package import Contracts
import Foundation
package import OrdersDomain

/// The catalogue that ships.
package enum Shipped {
    package static let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)

    private static let loaded = Result<Catalogue, any Error> {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try CatalogueLoader.load(
            paths: [root.appending(path: "deploy/catalogue").path(percentEncoded: false)], calendar: calendar)
    }

    package static func catalogue() throws -> Catalogue { try self.loaded.get() }

    package static func surroundings(
        at now: Timestamp,
        identifiers: any IdentifierSource = CountingIdentifiers()
    ) throws -> Order.Surroundings {
        Order.Surroundings(catalogue: try self.catalogue(), now: now, identifiers: identifiers)
    }
}
