package import Contracts
package import Kafka
package import Logging
import ServiceRuntime

/// Creates topics that are missing; those that exist are used as they are.
package struct TopicCreation: Sendable {
    private let configuration: KafkaConfiguration
    private let replicationFactor: Int?
    private let logger: Logger

    /// - Parameter replicationFactor: of what is created; the broker's default where `nil`.
    package init(configuration: KafkaConfiguration, replicationFactor: Int?, logger: Logger) {
        self.configuration = configuration
        self.replicationFactor = replicationFactor
        self.logger = logger
    }

    /// Returns when every topic exists. A broker that is away is waited for.
    package func ensure(_ topics: [Topic]) async {
        var failures = 0
        while !Task.isStopping {
            do {
                try await self.create(topics)
                return
            } catch {
                failures += 1
                self.logger.warning("Topics cannot be made sure of yet", metadata: ["error": "\(error)"])
                let backoff = Backoff(firstMilliseconds: 200, maximumMilliseconds: 5000)
                await idle(
                    for: .milliseconds(backoff.milliseconds(afterAttempt: failures, fraction: .random(in: 0..<1))))
            }
        }
    }

    private func create(_ topics: [Topic]) async throws {
        let administrator = try KafkaAdministrator(configuration: self.configuration, logger: self.logger)
        let result: Result<[String], any Error>
        do {
            let existing = try await administrator.existingTopics()
            let missing = topics.filter { existing[$0.name] == nil }.map(self.newTopic)
            result = .success(
                missing.isEmpty ? [] : try await administrator.createTopics(missing, timeout: .seconds(10)))
        } catch {
            result = .failure(error)
        }
        await administrator.close()
        let created = try result.get()
        if !created.isEmpty {
            self.logger.info("Topics created", metadata: ["topics": "\(created.joined(separator: " "))"])
        }
    }

    private func newTopic(_ topic: Topic) -> NewTopic {
        var configuration = ["compression.type": "producer"]
        if topic.isCompacted { configuration["cleanup.policy"] = "compact" }
        if topic.name.hasSuffix(".deadletters") {
            // The refused record and the headers that tell why.
            configuration["max.message.bytes"] = String(2 * EventDecoder.maximumValueBytes)
        }
        return NewTopic(
            name: topic.name,
            partitions: topic.partitions,
            replicationFactor: self.replicationFactor,
            configuration: configuration
        )
    }
}
