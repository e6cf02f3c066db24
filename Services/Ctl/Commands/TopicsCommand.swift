import ArgumentParser
import Contracts
import Foundation
import Kafka

/// The topics of the contract, as the broker has them.
struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "Lists the project's topics with partitions and offsets, and how long records are kept.",
        discussion: "A topic that is not there is made by the first service that needs it. Brokers without "
            + "administration, such as the embedded one, do not tell how long records are kept."
    )

    @OptionGroup var options: CommonOptions

    private struct Partition: Encodable {
        var partition: Int32
        /// The oldest that the broker still has.
        var firstOffset: Int64
        /// The one that the next record gets.
        var nextOffset: Int64
    }

    private struct Retention: Encodable {
        var cleanupPolicy: String?
        var milliseconds: Int64?
        var bytes: Int64?

        var text: String {
            if self.cleanupPolicy == "compact" { return "the last of each key" }
            let time = self.milliseconds.map { $0 < 0 ? "for ever" : "\($0 / 3_600_000) h" }
            let size = self.bytes.flatMap { $0 < 0 ? nil : "\($0 / 1_048_576) MiB a partition" }
            return [time, size].compactMap { $0 }.joined(separator: ", ")
        }
    }

    private struct Row: Encodable {
        var topic: String
        var exists: Bool
        var partitions: [Partition]
        var retention: Retention?
    }

    func run() async throws {
        let rows = try await self.rows()
        if self.options.json { return try Terminal.show(json: ["topics": rows]) }
        Terminal.show([["topic", "partitions", "first", "next", "records", "kept"]] + rows.map(Self.line))
    }

    /// First and next: of all partitions together, the least and the sum would say nothing; so the lowest and highest.
    private static func line(_ row: Row) -> [String] {
        guard row.exists else { return [row.topic, "is not there"] }
        let records = row.partitions.reduce(0) { $0 + $1.nextOffset - $1.firstOffset }
        return [
            row.topic, "\(row.partitions.count)", "\(row.partitions.map(\.firstOffset).min() ?? 0)",
            "\(row.partitions.map(\.nextOffset).max() ?? 0)", "\(records)", row.retention?.text ?? "not told",
        ]
    }

    private func rows() async throws -> [Row] {
        let broker = try Broker()
        let consumer = try KafkaConsumer(configuration: broker.configuration, groupID: nil, logger: broker.logger)
        let found = try await consumer.partitions(of: Topic.all.map(\.name), timeout: .seconds(10))
        let retention = try await self.retention(of: found.filter { !$0.value.isEmpty }.map(\.key), broker)
        var rows: [Row] = []
        for topic in Topic.all.map(\.name) {
            var partitions: [Partition] = []
            for number in (found[topic] ?? []).sorted() {
                let marks = try await consumer.watermarks(
                    TopicPartition(topic: topic, partition: number), timeout: .seconds(10))
                partitions.append(Partition(partition: number, firstOffset: marks.low, nextOffset: marks.high))
            }
            rows.append(
                Row(
                    topic: topic, exists: !partitions.isEmpty, partitions: partitions, retention: retention[topic]))
        }
        await consumer.close()
        return rows
    }

    /// Empty where the broker does not tell.
    private func retention(of topics: [String], _ broker: Broker) async throws -> [String: Retention] {
        let administrator = try KafkaAdministrator(configuration: broker.configuration, logger: broker.logger)
        var settings: [String: [String: String]] = [:]
        do {
            settings = try await administrator.settings(of: topics, timeout: .seconds(2))
        } catch is KafkaError {
            // Without administration, or without the right to it.
        }
        await administrator.close()
        return settings.mapValues { settings in
            Retention(
                cleanupPolicy: settings["cleanup.policy"], milliseconds: settings["retention.ms"].flatMap { Int64($0) },
                bytes: settings["retention.bytes"].flatMap { Int64($0) })
        }
    }
}
