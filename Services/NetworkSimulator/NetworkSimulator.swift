import Contracts
import CoreMetrics
import Foundation
import Kafka
import Logging
import Messaging
import NetworkSimulatorDomain
import ServiceRuntime

/// Stands in for an operator's network elements: answers `network.commands` by `network.responses`.
@main
struct NetworkSimulator {
    static func main() async {
        await serviceMain("network-simulator", run: Self.run)
    }

    private static func run(_ reader: ConfigurationReader) async throws {
        let runtime = RuntimeConfiguration(reader, defaultPort: 8090)
        let element = Self.element(reader)
        let calendar = BusinessCalendar(timeZone: reader.timeZone("BUSINESS_TIME_ZONE", default: "Asia/Shanghai"))
        let kafka: KafkaConfiguration
        do {
            kafka = try KafkaConfiguration(environment: ProcessInfo.processInfo.environment)
        } catch {
            throw ConfigurationError(mistakes: ["\(error)"])
        }
        try reader.finish()
        bootstrapLogging(level: runtime.logLevel, format: runtime.logFormat, service: "network-simulator")
        let logger = Logger(label: "network-simulator")
        logConfiguration(reader, to: logger)
        let metrics = MetricsRegistry(logger: logger)
        MetricsSystem.bootstrap(metrics)
        let health = Health()
        let wall = BusinessClock.systemWall
        let identifiers = UUIDv7Source { UInt64(max(0, wall().microseconds / 1000)) }
        let readiness = StartLatch(isOpen: false)
        health.register("consumer") { readiness.isOpen ? .ready : .notReady("no partitions are assigned yet") }
        let simulation = Simulation(
            element: element,
            kafka: kafka,
            encoder: EventEncoder(source: "/network-simulator", calendar: calendar, identifiers: identifiers),
            readiness: readiness,
            logger: logger
        )
        let http = HTTPServer(
            host: runtime.httpHost, port: runtime.httpPort, health: health, metrics: metrics,
            openAPI: String(decoding: PackageResources.openapi_yaml, as: UTF8.self), logger: logger)
        try await runService(
            name: "network-simulator", services: [http, simulation], health: health, logger: logger)
    }

    private static func element(_ reader: ConfigurationReader) -> Element {
        let delay = reader.integer("NETWORK_DELAY_MS", default: 20, in: 0...60_000)
        let seed = reader.integer("NETWORK_SEED", default: 0, in: 0...Int.max)
        let text = reader.string("NETWORK_FAILURE_RATE", default: "0")
        let rate = Double(text) ?? -1
        if !(0...1).contains(rate) { reader.refuse("NETWORK_FAILURE_RATE", takes: "a number from 0 to 1") }
        return Element(delayMilliseconds: delay, failureRate: rate, seed: UInt64(seed))
    }
}
