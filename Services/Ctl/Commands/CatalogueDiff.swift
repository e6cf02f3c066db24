import ArgumentParser
import Contracts
import Foundation

extension CatalogueCommands {
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells what one catalogue has otherwise than another: added, removed, changed, by kind and code.",
            discussion: """
                A catalogue is files and folders, separated by colons as CATALOGUE takes them, or what a service goes by: \
                @orders, @provisioning, @rating, or an earlier one as @orders/VERSION. Exits with 0 whether they differ or not.
                """
        )

        @Argument(help: "The former catalogue.") var from: String
        @Argument(help: "The latter catalogue.") var to: String
        @OptionGroup var options: CommonOptions

        func run() async throws {
            let difference = CatalogueDifference(
                from: try await CatalogueOptions.catalogue(self.from),
                to: try await CatalogueOptions.catalogue(self.to))
            if self.options.json { return try Terminal.show(json: difference) }
            Terminal.show("version \(difference.from) → \(difference.to)")
            if difference.items.isEmpty { Terminal.show("they hold the same") }
            for item in difference.items {
                Terminal.show("\(Self.sign(of: item.change)) \(item.kind) \(item.code)")
                for field in item.fields ?? [] { Terminal.show("    \(Self.text(field))") }
            }
        }

        private static func sign(of change: CatalogueDifference.Change) -> String {
            switch change {
            case .added: "+"
            case .removed: "-"
            case .changed: "~"
            }
        }

        private static func text(_ field: CatalogueDifference.Field) -> String {
            switch (field.from, field.to) {
            case (let from?, let to?): "\(field.name): \(from) → \(to)"
            case (let from?, nil): "- \(field.name): \(from)"
            case (nil, let to): "+ \(field.name): \(to ?? "")"
            }
        }
    }
}

extension CatalogueOptions {
    /// A catalogue by its files and folders, or by the service that goes by it.
    static func catalogue(_ text: String) async throws -> Catalogue {
        guard text.hasPrefix("@") else { return try Self.load(text.split(separator: ":").map(String.init)) }
        let parts = text.dropFirst().split(separator: "/", maxSplits: 1).map(String.init)
        let services: [String: ReadAPI] = ["orders": .orders, "provisioning": .provisioning, "rating": .rating]
        guard let service = parts.first.flatMap({ services[$0] }) else {
            throw ValidationError("'\(text)': takes @orders, @provisioning or @rating, or one of them with /VERSION")
        }
        let version = parts.count > 1 ? ReadAPI.escaped(parts[1]) : "current"
        let source: CatalogueSource = try await service.read(at: "/catalogue/versions/\(version)")
        return try Self.load { try CatalogueLoader.load(source, calendar: $0) }
    }
}
