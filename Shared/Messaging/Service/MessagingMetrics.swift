import CoreMetrics
import Kafka
import Synchronization

/// What the messaging core counts. Names follow OpenTelemetry's messaging conventions where one exists;
/// labels are topics, types and codes, all of which are few.
final class MessagingMetrics: Sendable {
    private let counters = Mutex<[Label: Counter]>([:])
    private let handling = Timer(label: "messaging.process.duration")
    private let outboxPending = Gauge(label: "messaging.outbox.pending")
    private let outboxAge = Gauge(label: "messaging.outbox.oldest.age.seconds")
    private let parkedRecords = Gauge(label: "messaging.parked.records")

    private let readers = Mutex<[ObjectIdentifier: [String: Int]]>([:])

    private struct Label: Hashable {
        var name: String
        var dimensions: [String]
    }

    func count(_ decision: Decision, records: Int, took duration: Duration) {
        self.add(records, to: "messaging.client.consumed.messages", [])
        for (kind, count) in decision.handled {
            self.add(count, to: "messaging.handled.messages", [("topic", kind.topic), ("type", kind.type)])
        }
        for (kind, count) in decision.ignored {
            self.add(count, to: "messaging.ignored.messages", [("topic", kind.topic), ("type", kind.type)])
        }
        for deadLetter in decision.deadLetters {
            self.add(
                1,
                to: "messaging.deadlettered.messages",
                [("topic", deadLetter.record.topicPartition.topic), ("code", deadLetter.refusal.code)]
            )
        }
        self.add(decision.parked.count, to: "messaging.parked.messages", [])
        self.count(decision.occurrences)
        self.handling.recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    func count(_ occurrences: [Occurrence]) {
        for occurrence in occurrences { self.add(1, to: occurrence.label, occurrence.dimensions) }
    }

    func countDuplicates(_ count: Int) {
        self.add(count, to: "messaging.deduplicated.messages", [])
    }

    func countFailure(code: String) {
        self.add(1, to: "messaging.handler.failures", [("code", code)])
    }

    func countPublished(_ count: Int) {
        self.add(count, to: "messaging.client.sent.messages", [])
    }

    func countTimers(_ count: Int, source: String) {
        self.add(count, to: "messaging.timers.fired", [("source", source)])
    }

    func countLogLosses() {
        self.add(1, to: "messaging.broker.log.losses", [])
    }

    func countRecovered(_ count: Int) {
        self.add(count, to: "messaging.recovered.messages", [])
    }

    func record(outboxPending: Int64, oldestAgeSeconds: Double, parked: Int64) {
        self.outboxPending.record(outboxPending)
        self.outboxAge.record(oldestAgeSeconds)
        self.parkedRecords.record(parked)
    }

    /// How many partitions of each topic this process reads: several instances divide them.
    ///
    /// - Parameter partitions: all that a consumer has.
    func record(assigned partitions: some Sequence<TopicPartition>, to consumer: KafkaConsumer) {
        let own = Dictionary(partitions.map { ($0.topic, 1) }, uniquingKeysWith: +)
        let counts = self.readers.withLock { readers in
            // Topics of which it has none any more, too.
            let former = (readers[ObjectIdentifier(consumer)] ?? [:]).mapValues { _ in 0 }
            readers[ObjectIdentifier(consumer)] = own.isEmpty ? nil : own
            return readers.values.reduce(into: former) { $0.merge($1, uniquingKeysWith: +) }
        }
        for (topic, count) in counts {
            Gauge(label: "messaging.consumer.partitions", dimensions: [("topic", topic)]).record(count)
        }
    }

    func record(lag: Int64, topic: String, partition: Int32) {
        let dimensions = [("topic", topic), ("partition", String(partition))]
        Gauge(label: "messaging.consumer.lag", dimensions: dimensions).record(lag)
    }

    private func add(_ count: Int, to name: String, _ dimensions: [(String, String)]) {
        guard count > 0 else { return }
        let label = Label(name: name, dimensions: dimensions.map(\.1))
        let counter = self.counters.withLock { counters in
            if let counter = counters[label] { return counter }
            let counter = Counter(label: name, dimensions: dimensions)
            counters[label] = counter
            return counter
        }
        counter.increment(by: count)
    }
}
