import ArgumentParser
import Contracts
import Messaging

struct OutboxCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Publishes again what a service has published.",
        subcommands: [Replay.self]
    )
}

extension OutboxCommands {
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes again what a service's outbox still keeps, in its order.",
            discussion: """
                A message is kept for OUTBOX_KEEP_SECONDS after it was appended. The service's own relay publishes, so the \
                service may run meanwhile, and has to run some time. Consumers recognise what they have handled already. \
                Works in the service's schema (DATABASE_URL).
                """
        )

        @Argument(help: "The service: orders, provisioning …") var service: String
        @ArgumentParser.Option(help: "Only what was appended since, as 2026-11-21T09:30:00+08:00, by the wall clock.")
        var since: String?
        @ArgumentParser.Option(help: "Only messages of this key: an order's id, say.") var key: String?
        @OptionGroup var options: CommonOptions

        private struct Result: Encodable {
            var service: String
            var messages: Int
        }

        func run() async throws {
            let since = try self.since.map { text in
                guard let instant = Timestamp(rfc3339: text) else {
                    throw ValidationError(
                        "--since: '\(text)' is no time with an offset, such as 2026-11-21T09:30:00+08:00")
                }
                return instant
            }
            let key = self.key
            let count = try await ServiceDatabase.use(self.service) {
                try await OutboxReplay(pool: $0).request(since: since, key: key)
            }
            if self.options.json { return try Terminal.show(json: Result(service: self.service, messages: count)) }
            Terminal.show("\(count) messages of \(self.service) are published once more")
        }
    }
}
