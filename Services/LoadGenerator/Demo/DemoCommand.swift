import ArgumentParser
import Contracts
import Foundation
import LoadGeneratorDomain

/// Tells the story of some orders as it happens.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Publishes the orders of a file and shows what becomes of each, as it happens.",
        discussion: """
            Ends by moving the business clock to the 1st of the next month, when bundles take effect; the services must \
            run with BUSINESS_CLOCK=controlled. May be run again: each run has numbers and ids of its own.
            """
    )

    @ArgumentParser.Option(help: "The orders, and the state that the rules give each.")
    var orders = "deploy/demo/orders.json"

    @ArgumentParser.Option(help: "Seconds after which what is still missing is given up.")
    var timeout = 120

    func validate() throws {
        guard self.timeout > 0 else { throw ValidationError("--timeout takes 1 or more seconds") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let file = try self.readOrders()
        let calendar = BusinessCalendar(timeZone: try Self.timeZone(environment["BUSINESS_TIME_ZONE"]))
        let demo = Demo(
            orders: file.orders,
            run: DemoRun(startedAtSecond: Int64(Date().timeIntervalSince1970)),
            broker: try Broker(environment: environment),
            teller: DemoTeller(style: Terminal.style, calendar: calendar, ordersURL: environment["ORDERS_URL"]),
            calendar: calendar,
            deadline: .now + .seconds(self.timeout))
        guard try await demo.play() else { throw ExitCode.failure }
    }

    private func readOrders() throws -> DemoFile {
        guard let data = FileManager.default.contents(atPath: self.orders) else {
            throw LoadGeneratorError(description: "--orders: the file \(self.orders) cannot be read")
        }
        do {
            return try DemoFile(json: data)
        } catch {
            throw LoadGeneratorError(description: "\(self.orders): \(error)")
        }
    }

    private static func timeZone(_ name: String?) throws -> TimeZone {
        let name = name ?? "Asia/Shanghai"
        guard let timeZone = TimeZone(identifier: name) else {
            throw LoadGeneratorError(description: "BUSINESS_TIME_ZONE=\(name) is no time zone; such as Asia/Shanghai")
        }
        return timeZone
    }
}
