import Contracts
import HeapModule
import Kafka
import Messaging
import NetworkSimulatorDomain

/// A command whose answers are still to be sent.
final class OpenCommand: Sendable {
    let message: Message<ElementCommand>
    fileprivate let partition: TopicPartition
    fileprivate let offset: Int64
    /// Since when the consumer reads: positions mean nothing to another.
    fileprivate let session: Int

    fileprivate init(_ message: Message<ElementCommand>, of record: ConsumedRecord, session: Int) {
        self.message = message
        self.partition = record.topicPartition
        self.offset = record.offset
        self.session = session
    }
}

/// An answer that is to be sent. Small, as it is moved about until it is due.
struct PendingAnswer: Comparable {
    var answer: Element.Answer
    var command: OpenCommand
    var dueAt: ContinuousClock.Instant
    /// Equal instants keep their order.
    fileprivate var number: Int

    static func < (left: PendingAnswer, right: PendingAnswer) -> Bool {
        (left.dueAt, left.number) < (right.dueAt, right.number)
    }

    static func == (left: PendingAnswer, right: PendingAnswer) -> Bool { left.number == right.number }
}

/// What is still to be answered, and how far each partition is done with.
struct PendingAnswers {
    private var heap = Heap<PendingAnswer>()
    private var offsets: [TopicPartition: OpenOffsets] = [:]
    private var taken: [TopicPartition: Int64] = [:]
    private var session = 0
    private var numbers = 0

    var count: Int { self.heap.count }

    /// A new consumer begins to read: what is pending stays, positions are forgotten.
    mutating func begin() {
        self.session += 1
        self.offsets = [:]
        self.taken = [:]
    }

    mutating func add(
        _ answers: [Element.Answer],
        to message: Message<ElementCommand>,
        of record: ConsumedRecord,
        at now: ContinuousClock.Instant
    ) {
        self.offsets[record.topicPartition, default: OpenOffsets()].read(record.offset, answers: answers.count)
        let command = OpenCommand(message, of: record, session: self.session)
        for answer in answers {
            self.numbers += 1
            self.heap.insert(
                PendingAnswer(
                    answer: answer,
                    command: command,
                    dueAt: now + .milliseconds(answer.afterMilliseconds),
                    number: self.numbers
                )
            )
        }
    }

    /// A record that gets no answer.
    mutating func skip(_ record: ConsumedRecord) {
        self.offsets[record.topicPartition, default: OpenOffsets()].read(record.offset, answers: 0)
    }

    /// Others read these partitions from now on, and answer what is open of them.
    mutating func forget(_ partitions: [TopicPartition]) {
        for partition in partitions {
            self.offsets[partition] = nil
            self.taken[partition] = nil
        }
        let gone = Set(partitions)
        self.heap = Heap(self.heap.unordered.filter { !gone.contains($0.command.partition) })
    }

    /// How long until something is due; a second when nothing is.
    func untilNext(_ now: ContinuousClock.Instant) -> Duration {
        self.heap.min.map { max(.zero, $0.dueAt - now) } ?? .seconds(1)
    }

    mutating func takeDue(by now: ContinuousClock.Instant, limit: Int) -> [PendingAnswer] {
        var due: [PendingAnswer] = []
        while due.count < limit, let next = self.heap.min, next.dueAt <= now {
            due.append(self.heap.removeMin())
        }
        return due
    }

    mutating func putBack(_ answer: PendingAnswer) { self.heap.insert(answer) }

    mutating func sent(_ answer: PendingAnswer) {
        let command = answer.command
        if command.session == self.session { self.offsets[command.partition]?.answered(command.offset) }
    }

    /// - Returns: the positions that have moved since the last call.
    mutating func takePositions() -> [TopicPartition: Int64] {
        var moved: [TopicPartition: Int64] = [:]
        for (partition, offsets) in self.offsets {
            if let position = offsets.position, self.taken[partition] != position { moved[partition] = position }
        }
        self.taken.merge(moved) { _, new in new }
        return moved
    }
}
