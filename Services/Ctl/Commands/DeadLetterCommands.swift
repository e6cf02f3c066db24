import ArgumentParser
import Contracts
import Foundation
import Kafka

struct DeadLetterCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deadletter",
        abstract: "Shows the records that a service refused, publishes them again, or puts them aside.",
        subcommands: [List.self, Show.self, Replay.self, Discard.self]
    )
}

/// Which dead letter: the place that `list` names.
struct DeadLetterOptions: ParsableArguments {
    @Argument(help: "The service: orders, provisioning …") var service: String
    @Argument(help: "PARTITION:OFFSET, as list names it.") var place: String

    func find() async throws -> DeadLetter {
        let letters = try await DeadLetter.all(of: self.service)
        guard let letter = letters.first(where: { $0.record.place == self.place }) else {
            Terminal.note("\(self.service).deadletters has no record at \(self.place)")
            throw ExitCode(2)
        }
        return letter
    }
}

extension DeadLetterCommands {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists a service's dead letters with their reasons: those about which nothing is decided.")

        @Argument(help: "The service: orders, provisioning …") var service: String
        @Flag(help: "Also those that were published again or discarded, with who did it.") var all = false
        @OptionGroup var options: CommonOptions

        func run() async throws {
            let letters = try await DeadLetter.all(of: self.service).filter { self.all || $0.decision == nil }
            if self.options.json { return try Terminal.show(json: ["items": letters.map(\.document)]) }
            if letters.isEmpty { Terminal.show("\(self.service) has refused nothing that is not decided about") }
            Terminal.show(
                letters.map { letter in
                    let reason = ["time", "topic", "code", "message"].map { letter.record.header("dl_\($0)") ?? "" }
                    let decision = letter.decisionText.map { [$0] } ?? []
                    return [letter.record.place, letter.record.text(letter.record.key)] + reason + decision
                })
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one dead letter whole.")

        @OptionGroup var options: DeadLetterOptions
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let letter = try await self.options.find()
            if self.common.json {
                var document = letter.document
                document.value = letter.record.text(letter.record.value)
                return try Terminal.show(json: document)
            }
            for header in letter.record.headers { Terminal.show("\(header.name): \(header.text ?? "(bytes)")") }
            if let text = letter.decisionText { Terminal.show(text) }
            Terminal.show("key: \(letter.record.text(letter.record.key))")
            Terminal.show(letter.record.text(letter.record.value))
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes a dead letter once more, untouched, where it came from.",
            discussion: "It leaves the list; should it be refused again, that is another dead letter.")

        @OptionGroup var options: DeadLetterOptions
        @ArgumentParser.Option(help: "Why.") var reason: String?
        @ArgumentParser.Option(help: "Who does it.") var by = ProcessInfo.processInfo.environment["USER"] ?? "operator"

        func run() async throws {
            let letter = try await self.options.find()
            guard let topic = letter.record.header("dl_topic") else {
                throw CtlError(description: "the record does not say where it came from")
            }
            let headers = letter.record.headers.filter { !$0.name.hasPrefix("dl_") }
            try await Broker().publish([
                ProducerRecord(
                    topic: topic, partition: nil, key: letter.record.key, value: letter.record.value, headers: headers)
            ])
            try await letter.note("replayed", reason: self.reason, by: self.by)
            Terminal.show("published on \(topic) once more")
        }
    }

    struct Discard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a dead letter aside: it needs nothing more. It stays in the topic; list --all shows it.")

        @OptionGroup var options: DeadLetterOptions
        @ArgumentParser.Option(help: "Why; it is kept.") var reason: String
        @ArgumentParser.Option(help: "Who decides.") var by = ProcessInfo.processInfo.environment["USER"] ?? "operator"

        func validate() throws {
            if self.reason.isEmpty || self.by.isEmpty { throw ValidationError("--reason and --by take a text") }
        }

        func run() async throws {
            let letter = try await self.options.find()
            if let text = letter.decisionText {
                throw CtlError(description: "\(self.options.place) was decided about before: \(text)")
            }
            try await letter.note("discarded", reason: self.reason, by: self.by)
            Terminal.show("discarded: \(self.options.place) of \(self.options.service)")
        }
    }
}
