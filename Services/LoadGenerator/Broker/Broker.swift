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

    func producer() throws -> KafkaProducer {
        // Batches are made by the callers, who want to know soon.
        let configuration = KafkaConfiguration(properties: ["linger.ms": "0"]).setting(self.configuration.properties)
        return try KafkaProducer(configuration: configuration, logger: self.logger)
    }

    /// One that has written something: a client needs a second for its first record, which would be taken for the time that
    /// those need who are measured.
    func producer(after first: [ProducerRecord]) async throws -> KafkaProducer {
        let producer = try self.producer()
        try await producer.publish(first)
        return producer
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
