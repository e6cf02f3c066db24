import ArgumentParser

/// Publishes orders, follows what becomes of them, measures, and checks that nothing was lost or done twice.
@main
struct LoadGenerator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sheaf-loadgen",
        abstract: "Publishes orders and checks what becomes of them.",
        discussion: """
            Needs a running system. KAFKA_BOOTSTRAP_SERVERS names its broker (default 127.0.0.1:9092), other KAFKA_* \
            variables set librdkafka's properties. Exits with 0 only if every order came out as the rules say.
            """,
        subcommands: [DemoCommand.self, OrdersCommand.self, BenchCommand.self]
    )
}

/// What ends a command, in words for the person at the terminal.
struct LoadGeneratorError: Error, CustomStringConvertible {
    var description: String
}
