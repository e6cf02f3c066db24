package import Contracts
import Foundation

/// The catalogue that ships, as it is or with some texts of its files replaced: what a service is restarted with.
package struct CatalogueEdition: Sendable {
    package let catalogue: Catalogue
    package let source: CatalogueSource

    /// - Parameter replacing: texts in all files; one that is nowhere is a mistake of the test.
    package init(replacing replacements: [(old: String, new: String)] = []) throws {
        let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "deploy/catalogue")
        var (_, source) = try CatalogueLoader.loadWithSource(
            paths: [folder.path(percentEncoded: false)], calendar: calendar)
        for (old, new) in replacements {
            guard source.files.contains(where: { $0.text.contains(old) }) else { throw Absent(text: old) }
            for index in source.files.indices {
                source.files[index].text = source.files[index].text.replacingOccurrences(of: old, with: new)
            }
        }
        self.catalogue = try CatalogueLoader.load(source, calendar: calendar)
        self.source = source
    }

    private struct Absent: Error {
        var text: String
    }
}
