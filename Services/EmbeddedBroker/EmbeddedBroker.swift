import ArgumentParser
import CFixedPort
import CRdKafka
import Glibc

/// A Kafka broker for development and tests: librdkafka's mock cluster behind a TCP port.
@main
struct EmbeddedBroker: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A Kafka broker for development: in memory, one node, nothing survives it.",
        discussion: "Prints KAFKA_BOOTSTRAP_SERVERS=<address> once it serves, then runs until SIGTERM or SIGINT."
    )

    @Option(help: "The port on 127.0.0.1 to listen on; 0 takes any that is free.")
    var port: UInt16 = 9092

    @Option(
        help: "Topics to create instead of the contract's, as name:partitions,…; without a number, 12 partitions.")
    var topics: [TopicList] = []

    mutating func run() throws {
        let stop = StopSignals()
        let cluster = try MockCluster(port: self.port)
        let chosen = self.topics.flatMap(\.topics)
        for topic in chosen.isEmpty ? TopicList.contract.topics : chosen {
            try cluster.create(topic)
        }
        print("KAFKA_BOOTSTRAP_SERVERS=\(cluster.bootstrapServers)")
        fflush(nil)
        stop.wait()
    }
}

/// SIGTERM and SIGINT, held back from all threads that are created later.
private struct StopSignals {
    private var set = sigset_t()

    init() {
        sigemptyset(&self.set)
        sigaddset(&self.set, SIGTERM)
        sigaddset(&self.set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &self.set, nil)
    }

    func wait() {
        var set = self.set
        var signal: Int32 = 0
        sigwait(&set, &signal)
    }
}
