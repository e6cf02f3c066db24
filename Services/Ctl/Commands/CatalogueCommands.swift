import ArgumentParser
import Contracts
import Foundation

struct CatalogueCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue",
        abstract: "Checks and compares catalogues, and tries a fallout policy out.",
        subcommands: [Check.self, Diff.self, Simulate.self]
    )
}

/// Which catalogue is meant.
struct CatalogueOptions: ParsableArguments {
    @Argument(help: "Files and folders, later settings winning; as CATALOGUE takes them.")
    var paths: [String] = ["deploy/catalogue"]

    func load() throws -> Catalogue { try Self.load(self.paths) }

    static func load(_ paths: [String]) throws -> Catalogue {
        try self.load { try CatalogueLoader.load(paths: paths, calendar: $0) }
    }

    /// Loads in the business time zone, and shows every mistake.
    static func load(_ body: (BusinessCalendar) throws -> Catalogue) throws -> Catalogue {
        let zone = ProcessInfo.processInfo.environment["BUSINESS_TIME_ZONE"] ?? "Asia/Shanghai"
        guard let timeZone = TimeZone(identifier: zone) else {
            throw CtlError(description: "BUSINESS_TIME_ZONE=\(zone) is no time zone; such as Asia/Shanghai")
        }
        do {
            return try body(BusinessCalendar(timeZone: timeZone))
        } catch let error as CatalogueErrors {
            Terminal.note(error.description)
            throw ExitCode.failure
        }
    }
}

extension CatalogueCommands {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells every mistake with file and line, or what the catalogue holds.")

        @OptionGroup var catalogue: CatalogueOptions

        func run() throws {
            let catalogue = try self.catalogue.load()
            Terminal.show("version \(catalogue.version)")
            Terminal.show([
                ["\(catalogue.bundles.count)", "bundles"], ["\(catalogue.singleOffers.count)", "single offers"],
                ["\(catalogue.plans.count)", "plans"], ["\(catalogue.services.count)", "value-added services"],
                ["\(catalogue.workOrderTypes.count)", "types of work orders"],
                ["\(catalogue.fallout.count)", "rows of the fallout policy"],
            ])
        }
    }

    struct Simulate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells what becomes of an order when a work order fails with a code, failure by failure.")

        @ArgumentParser.Option(help: "The type of the work order.") var type: String
        @ArgumentParser.Option(help: "The code of the failure.") var code: String
        @ArgumentParser.Option(help: "Up to how many failures.") var failures = 5
        @OptionGroup var catalogue: CatalogueOptions

        func validate() throws {
            guard (1...1000).contains(self.failures) else { throw ValidationError("--failures takes 1 to 1000") }
        }

        func run() throws {
            let catalogue = try self.catalogue.load()
            guard catalogue.workOrderTypes[self.type] != nil else {
                Terminal.note(
                    "there is no work-order type '\(self.type)': \(catalogue.workOrderTypes.keys.sorted().joined(separator: ", "))"
                )
                throw ExitCode(2)
            }
            for attempt in 1...self.failures {
                let reaction = catalogue.falloutReaction(type: self.type, code: self.code, attempt: attempt)
                Terminal.show("failure \(attempt): \(Self.text(reaction))")
                guard case .retry = reaction else { return }
            }
        }

        private static func text(_ reaction: FalloutRule.Reaction) -> String {
            switch reaction {
            case .retry(let target):
                "issued again after \(target.seconds / 60) minutes\(target.counting == .working ? " of working time" : "")"
            case .park: "held: a person decides"
            case .skip: "left out: the order goes on without it"
            case .cancel: "the order is cancelled, and what was done is undone"
            }
        }
    }
}
