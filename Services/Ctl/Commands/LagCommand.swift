import ArgumentParser
import Contracts
import Foundation
import Kafka
import Messaging
import Postgres

/// How far services are behind in what they read.
struct LagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lag",
        abstract: "Tells how many records each service has still to handle, topic by topic.",
        discussion: """
            A service's position in a partition is in its own database (DATABASE_URL), and changes with its state in one \
            transaction: these positions are shown, against the broker's ends. The offsets that consumer groups have at \
            the broker decide nothing. The same lag, of the partitions that an instance has, is its metric \
            messaging_consumer_lag.
            """
    )

    @Argument(help: "Services; all that the database has where none is named.") var services: [String] = []
    @OptionGroup var options: CommonOptions

    private struct Row: Encodable {
        var service: String
        var topic: String
        var partition: Int32
        /// In the database.
        var nextOffset: Int64
        /// At the broker; absent for a partition that it does not have.
        var endOffset: Int64?
        var records: Int64
        /// The position is in the log of another cluster: the service reads this one from its beginning.
        var isOfAnotherCluster: Bool
    }

    func run() async throws {
        var positions: [(service: String, position: ReadPosition)] = []
        for service in try await self.chosen() {
            let found = try await ServiceDatabase.use(service) { try await $0.execute(ListReadPositions()) }
            positions += found.map { (service: service, position: $0) }
        }
        let rows = try await Self.rows(positions)
        if self.options.json { return try Terminal.show(json: ["partitions": rows]) }
        var lines: [[String]] = [["service", "topic", "partitions", "to handle"]]
        for (name, rows) in Dictionary(grouping: rows, by: { [$0.service, $0.topic] }).sorted(by: {
            $0.key.lexicographicallyPrecedes($1.key)
        }) {
            let records = rows.reduce(0) { $0 + $1.records }
            let note = rows.contains(where: \.isOfAnotherCluster) ? "positions are in another cluster's log" : ""
            lines.append(name + ["\(rows.count)", "\(records)", note])
        }
        Terminal.show(lines)
    }

    private func chosen() async throws -> [String] {
        if !self.services.isEmpty { return self.services }
        var there: [String] = []
        for service in ServiceDatabase.services where try await ServiceDatabase.isThere(service) {
            there.append(service)
        }
        return there
    }

    private static func rows(_ positions: [(service: String, position: ReadPosition)]) async throws -> [Row] {
        let broker = try Broker()
        let consumer = try KafkaConsumer(configuration: broker.configuration, groupID: nil, logger: broker.logger)
        let clusterID = try await consumer.clusterID(timeout: .seconds(10))
        let existing = try await consumer.partitions(
            of: Set(positions.map(\.position.topic)).sorted(), timeout: .seconds(10))
        var rows: [Row] = []
        for (service, position) in positions {
            var marks: (low: Int64, high: Int64)?
            if existing[position.topic]?.contains(position.partition) == true {
                let partition = TopicPartition(topic: position.topic, partition: position.partition)
                marks = try await consumer.watermarks(partition, timeout: .seconds(10))
            }
            let isForeign = clusterID != nil && clusterID != position.clusterID
            let next = isForeign ? 0 : position.nextOffset
            rows.append(
                Row(
                    service: service, topic: position.topic, partition: position.partition,
                    nextOffset: position.nextOffset, endOffset: marks?.high,
                    records: marks.map { max(0, $0.high - max(next, $0.low)) } ?? 0, isOfAnotherCluster: isForeign))
        }
        await consumer.close()
        return rows
    }
}
