import ArgumentParser

/// Measures notification in one run.
struct NotificationBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notifications",
        abstract: "Measures messages a second to the gateway, and how soon urgent ones go out during a campaign.",
        discussion: """
            Business time is set to nine o'clock of the next day: the system has to be one that nobody else needs, with \
            BUSINESS_CLOCK=controlled, and with SMS_PER_SECOND above what it can do.
            """
    )

    @Option(help: "Where the results go, as JSON.")
    var output = "bench/notifications.json"

    @Option(help: "Messages of the campaign, each to a recipient of its own.")
    var messages = 20_000

    @Option(help: "Urgent messages a second meanwhile.")
    var urgent = 20

    func validate() throws {
        guard (1...1_000_000).contains(self.messages), (1...1000).contains(self.urgent) else {
            throw ValidationError("--messages takes 1 to 1000000, --urgent 1 to 1000")
        }
    }

    func run() async throws {
        let report = try await NotificationBench(
            broker: try Broker(), messages: self.messages, urgentPerSecond: self.urgent
        ).run()
        for line in report.lines { Terminal.show(line) }
        try report.write(to: self.output)
        Terminal.show("")
        Terminal.show("written to \(self.output)")
    }
}
