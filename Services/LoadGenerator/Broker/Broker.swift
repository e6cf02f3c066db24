import Foundation
import Kafka
import Logging

/// The broker as the environment names it.
struct Broker: Sendable {
    let configuration: KafkaConfiguration
    let logger: Logger

    /// - Throws: `KafkaConfigurationError`.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        let configuration = try KafkaConfiguration(environment: environment)
        // Some brokers do not end a waiting fetch when records arrive: the wait would be taken for latency.
        let defaults = ["fetch.wait.max.ms": "5"]
        self.init(
            configuration: KafkaConfiguration(properties: defaults).setting(configuration.properties),
            logger: Self.quietLogger)
    }

    init(configuration: KafkaConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Ready at once: an idempotent producer waits a second for its id before it writes anything, which would be taken for
    /// the time that those need who are measured. What is written twice has the same id, and counts once.
    func producer() throws -> KafkaProducer {
        // Batches are made by the callers, who want to know soon.
        let settings = ["linger.ms": "0", "enable.idempotence": "false"]
        let configuration = KafkaConfiguration(properties: settings).setting(self.configuration.properties)
        return try KafkaProducer(configuration: configuration, logger: self.logger)
    }

    private static var quietLogger: Logger {
        var logger = Logger(label: "loadgen") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }
}

extension KafkaProducer {
    /// Publishes all records or throws the first failure.
    func publish(_ records: [ProducerRecord]) async throws {
        for result in try await self.send(records) { _ = try result.get() }
    }
}
