import ArgumentParser

/// What operators type: they look at orders and work orders, decide about what has failed, and check what is about to run.
@main
struct Ctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sheaf-ctl",
        abstract: "Looks at orders, work orders, accounts and complaints, and decides about what waits for a person.",
        discussion: """
            Reads go to the services' read APIs (ORDERS_URL, PROVISIONING_URL, RATING_URL, COMPLAINTS_URL), everything that changes something is a \
            Kafka message (KAFKA_BOOTSTRAP_SERVERS and other KAFKA_* variables). `make up` writes all of them to .run/env. \
            Positions and outboxes are seen in the services' schemas (DATABASE_URL).

            Exits with 0 when all is well, 1 when something is not as it should be or could not be done, 2 when what is \
            asked for does not exist, 64 when the command line is wrong. \
            Completion for a shell: sheaf-ctl --generate-completion-script bash.
            """,
        subcommands: [
            OrderCommands.self, WorkOrderCommands.self, FalloutCommand.self, DeadLetterCommands.self,
            OutboxCommands.self, RatingCommands.self, ComplaintCommands.self, TopicsCommand.self, LagCommand.self,
            CatalogueCommands.self,
            ClockCommands.self,
            DoctorCommand.self,
        ]
    )
}

/// What ends a command, in words for the person at the terminal.
struct CtlError: Error, CustomStringConvertible {
    var description: String
}

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Print JSON, for programs.")
    var json = false
}
