import Contracts
import Foundation
import Kafka
import Postgres
import ServiceRuntime

/// How a service gathers its batches where its variables do not say. Small ones are handled soon, large ones take less
/// of the machine for each record.
package struct BatchDefaults: Sendable {
    var pipelines: Int
    var size: Int
    var lingerMilliseconds: Int

    package init(pipelines: Int = 2, size: Int = 2000, lingerMilliseconds: Int = 5) {
        self.pipelines = pipelines
        self.size = size
        self.lingerMilliseconds = lingerMilliseconds
    }
}

/// The variables that every service with topics and a database has.
struct HostConfiguration: Sendable {
    let runtime: RuntimeConfiguration
    /// `DATABASE_URL`, required.
    let databaseURL: String
    /// `DATABASE_POOL_SIZE`, default 6: connections, each with a thread of its own.
    let poolSize: Int
    /// `BUSINESS_TIME_ZONE`, default Asia/Shanghai.
    let calendar: BusinessCalendar
    /// `BUSINESS_CLOCK`, default `system`.
    let clockMode: BusinessClockMode
    /// `PIPELINES`: consumers in this process, each with a thread of its own.
    let pipelines: Int
    /// `BATCH_SIZE`: records a transaction, at most.
    let batchSize: Int
    /// `BATCH_LINGER_MS`: how long a batch is gathered after its first record.
    let batchLinger: Duration
    /// `OUTBOX_KEEP_SECONDS`, default 3600: how long published messages can be published again.
    let outboxKeepSeconds: Int
    /// `KAFKA_REPLICATION_FACTOR`: of topics that are created; default the broker's.
    let replicationFactor: Int?
    /// `KAFKA_BOOTSTRAP_SERVERS` and any other `KAFKA_…`: librdkafka's properties.
    let kafka: KafkaConfiguration

    init(
        _ reader: ConfigurationReader, environment: [String: String], defaultPort: Int, batches: BatchDefaults
    ) throws {
        self.runtime = RuntimeConfiguration(reader, defaultPort: defaultPort)
        self.databaseURL = reader.string("DATABASE_URL", default: "", secret: true)
        self.poolSize = reader.integer("DATABASE_POOL_SIZE", default: 6, in: 3...100)
        self.calendar = BusinessCalendar(timeZone: reader.timeZone("BUSINESS_TIME_ZONE", default: "Asia/Shanghai"))
        self.clockMode = reader.choice("BUSINESS_CLOCK", default: BusinessClockMode.system)
        self.pipelines = reader.integer("PIPELINES", default: batches.pipelines, in: 1...32)
        self.batchSize = reader.integer("BATCH_SIZE", default: batches.size, in: 1...20_000)
        self.batchLinger = .milliseconds(
            reader.integer("BATCH_LINGER_MS", default: batches.lingerMilliseconds, in: 0...1000))
        self.outboxKeepSeconds = reader.integer("OUTBOX_KEEP_SECONDS", default: 3600, in: 1...2_592_000)
        let replicationFactor = reader.integer("KAFKA_REPLICATION_FACTOR", default: 0, in: 0...100)
        self.replicationFactor = replicationFactor == 0 ? nil : replicationFactor
        var mistakes: [String] = []
        if self.databaseURL.isEmpty {
            mistakes.append("DATABASE_URL is not set; takes a postgres:// URL, such as postgres://user@host:5432/sheaf")
        }
        do {
            self.kafka = try KafkaConfiguration(environment: environment)
        } catch {
            self.kafka = KafkaConfiguration(properties: [:])
            mistakes.append("\(error)")
        }
        do {
            try reader.finish()
        } catch {
            mistakes = error.mistakes + mistakes
        }
        if !mistakes.isEmpty { throw ConfigurationError(mistakes: mistakes) }
    }
}
