import Kafka
import Testing

@testable import Messaging

@Suite("Gaps in what was read")
struct ContinuityTests {
    private static let partition = TopicPartition(topic: "numbers", partition: 1)

    private func records(_ offsets: [Int64], partition: Int32 = 1) -> [ConsumedRecord] {
        offsets.map {
            ConsumedRecord(
                topicPartition: TopicPartition(topic: "numbers", partition: partition), offset: $0, value: [])
        }
    }

    private func continuity(from position: Int64) -> Continuity {
        var continuity = Continuity()
        continuity.begin([Self.partition: position])
        return continuity
    }

    @Test("Records that follow on one another pass, also those that come again and those of partitions given back")
    func passes() {
        var continuity = self.continuity(from: 5)
        #expect(continuity.examine(self.records([5, 6, 7])).records.map(\.offset) == [5, 6, 7])
        let examined = continuity.examine(self.records([3, 4, 8]) + self.records([90], partition: 2))
        #expect(examined.records.map(\.offset) == [3, 4, 8, 90])
        #expect(examined.gaps.isEmpty && examined.recovered == 0)
    }

    @Test("What a client has left out is read again, with all after it")
    func leftOut() {
        var continuity = self.continuity(from: 5)
        let first = continuity.examine(self.records([5, 8, 9]) + self.records([1], partition: 2))
        #expect(first.records.map(\.offset) == [5, 1])
        #expect(first.gaps == [Self.partition: 6])
        let second = continuity.examine(self.records([6, 7]))
        #expect(second.records.map(\.offset) == [6, 7])
        #expect(second.gaps.isEmpty && second.recovered == 2)
        let third = continuity.examine(self.records([8, 9, 10]))
        #expect(third.records.map(\.offset) == [8, 9, 10])
        #expect(third.gaps.isEmpty && third.recovered == 0)
    }

    @Test("A gap that is there the second time too is the log's own")
    func own() {
        var continuity = self.continuity(from: 5)
        #expect(continuity.examine(self.records([7, 8])).gaps == [Self.partition: 5])
        let again = continuity.examine(self.records([7, 8]))
        #expect(again.records.map(\.offset) == [7, 8])
        #expect(again.gaps.isEmpty && again.recovered == 0)
    }

    @Test("A client that leaves out even more the second time is not believed")
    func more() {
        var continuity = self.continuity(from: 5)
        #expect(continuity.examine(self.records([7])).gaps == [Self.partition: 5])
        #expect(continuity.examine(self.records([9])).gaps == [Self.partition: 5])
        let examined = continuity.examine(self.records([5, 6, 7, 8, 9]))
        #expect(examined.records.map(\.offset) == [5, 6, 7, 8, 9])
        #expect(examined.recovered == 4)
    }

    @Test("A gap inside of what is read again is believed")
    func inside() {
        var continuity = self.continuity(from: 5)
        #expect(continuity.examine(self.records([9])).gaps == [Self.partition: 5])
        let examined = continuity.examine(self.records([5, 7, 9, 10]))
        #expect(examined.records.map(\.offset) == [5, 7, 9, 10])
        #expect(examined.gaps.isEmpty && examined.recovered == 2)
    }

    @Test("In a log with gaps of its own only the first are read again, until the partition is taken anew")
    func transactions() {
        var continuity = self.continuity(from: 0)
        var doubts = 0
        for offset in stride(from: Int64(1), to: 40, by: 2) {
            if !continuity.examine(self.records([offset])).gaps.isEmpty {
                doubts += 1
                #expect(continuity.examine(self.records([offset])).records.count == 1)
            }
        }
        #expect(doubts == Continuity.mostDoubted)
        continuity.begin([Self.partition: 50])
        #expect(continuity.examine(self.records([51])).gaps == [Self.partition: 50])
    }

    @Test("At the end of the log, nothing that comes shows a gap: it is read again up to there, once")
    func atTheEnd() {
        var continuity = self.continuity(from: 5)
        let end = [Self.partition: Int64(8)]
        #expect(continuity.standingStill(before: [Self.partition: 5]).isEmpty, "there is nothing more")
        #expect(continuity.standingStill(before: end).isEmpty, "it may be on its way")
        #expect(continuity.standingStill(before: end) == [Self.partition: 5])
        #expect(continuity.standingStill(before: end).isEmpty, "what ends a transaction is no record")
        #expect(continuity.standingStill(before: [Self.partition: 9]) == [Self.partition: 5])
        #expect(continuity.examine(self.records([5, 6])).recovered == 2)
        #expect(continuity.standingStill(before: [Self.partition: 9]).isEmpty, "it has gone on")
        #expect(continuity.examine(self.records([7, 8])).records.count == 2)
        #expect(continuity.standingStill(before: [Self.partition: 9]).isEmpty)
    }
}
