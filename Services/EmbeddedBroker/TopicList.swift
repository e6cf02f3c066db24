import ArgumentParser
import Contracts

/// A topic to be created, with its number of partitions.
struct Topic: Hashable {
    static let defaultPartitions: Int32 = 12

    var name: String
    var partitions: Int32
}

/// `name:partitions,name:partitions` on the command line.
struct TopicList: ExpressibleByArgument {
    /// Every topic of the contract, as services create them at other brokers.
    static let contract = TopicList(
        topics: Contracts.Topic.all.map { Topic(name: $0.name, partitions: Int32($0.partitions)) })

    var topics: [Topic]

    init(topics: [Topic]) {
        self.topics = topics
    }

    init?(argument: String) {
        self.topics = []
        for element in argument.split(separator: ",") {
            let parts = element.split(separator: ":", omittingEmptySubsequences: false)
            let partitions = parts.count == 1 ? Topic.defaultPartitions : Int32(parts[1])
            guard parts.count <= 2, !parts[0].isEmpty, let partitions, partitions > 0 else { return nil }
            self.topics.append(Topic(name: String(parts[0]), partitions: partitions))
        }
    }
}
