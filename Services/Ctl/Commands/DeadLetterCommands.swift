import ArgumentParser
import Contracts
import Foundation
import Kafka

struct DeadLetterCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deadletter",
        abstract: "Shows the records that a service refused, and publishes them again.",
        subcommands: [List.self, Show.self, Replay.self]
    )
}

/// Which dead letter: the place that `list` names.
struct DeadLetterOptions: ParsableArguments {
    @Argument(help: "The service: orders, provisioning …") var service: String
    @Argument(help: "PARTITION:OFFSET, as list names it.") var place: String

    func find() async throws -> ConsumedRecord {
        let records = try await Broker().read(.deadLetters(of: self.service))
        guard let record = records.first(where: { $0.place == self.place }) else {
            Terminal.note("\(self.service).deadletters has no record at \(self.place)")
            throw ExitCode(2)
        }
        return record
    }
}

extension DeadLetterCommands {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists a service's dead letters with their reasons.")

        @Argument(help: "The service: orders, provisioning …") var service: String

        func run() async throws {
            let records = try await Broker().read(.deadLetters(of: self.service))
            if records.isEmpty { Terminal.show("\(self.service) has refused nothing") }
            Terminal.show(
                records.map { record in
                    let reason = ["time", "topic", "code", "message"].map { record.header("dl_\($0)") ?? "" }
                    return [record.place, record.key.map { String(decoding: $0, as: UTF8.self) } ?? ""] + reason
                })
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one dead letter whole.")

        @OptionGroup var options: DeadLetterOptions

        func run() async throws {
            let record = try await self.options.find()
            for header in record.headers { Terminal.show("\(header.name): \(header.text ?? "(bytes)")") }
            Terminal.show("key: \(record.key.map { String(decoding: $0, as: UTF8.self) } ?? "")")
            Terminal.show(String(decoding: record.value ?? [], as: UTF8.self))
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes a dead letter once more, untouched, where it came from.")

        @OptionGroup var options: DeadLetterOptions

        func run() async throws {
            let record = try await self.options.find()
            guard let topic = record.header("dl_topic") else {
                throw CtlError(description: "the record does not say where it came from")
            }
            let headers = record.headers.filter { !$0.name.hasPrefix("dl_") }
            try await Broker().publish([
                ProducerRecord(topic: topic, partition: nil, key: record.key, value: record.value, headers: headers)
            ])
            Terminal.show("published on \(topic) once more")
        }
    }
}

extension ConsumedRecord {
    fileprivate var place: String { "\(self.topicPartition.partition):\(self.offset)" }

    fileprivate func header(_ name: String) -> String? { self.headers.last { $0.name == name }?.text }
}
