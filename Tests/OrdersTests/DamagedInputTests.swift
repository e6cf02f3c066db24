import Contracts
import Foundation
import Kafka
import Postgres
import SeededRandom
import Testing

@testable import Messaging
@testable import Orders

@Suite("Damaged input")
struct DamagedInputTests {
    @Test("10,000 damaged records: each is answered once, by an acknowledgement, a rejection or a dead letter")
    func everyRecordIsAnswered() async throws {
        try await Desk.open { desk in
            let decider = BatchDecider(handlers: [
                SubmittedHandler(catalogues: desk.catalogues, passwords: Desk.passwords)
            ])
            var damage = Damage(seed: 11)
            var answers = Answers()
            for start in stride(from: 0, to: 10_000, by: 500) {
                let records = try (start..<start + 500).map { try damage.record($0) }
                let decision = try await desk.transact(at: .noon) { context in
                    try await decider.decide(records, decider.decode(records), blocked: [], in: context)
                }
                #expect(decision.parked.isEmpty)
                answers.add(decision, to: records)
            }
            #expect(answers.count.count == 10_000)
            #expect(answers.count.values.allSatisfy { $0 == 1 }, "each once")
            // The damage is such that all three happen.
            #expect(answers.acknowledged > 100)
            #expect(answers.rejected > 1000)
            #expect(answers.dead > 1000)
        }
    }
}

private struct Answers {
    /// By the offset of the record.
    var count: [Int64: Int] = [:]
    var acknowledged = 0
    var rejected = 0
    var dead = 0

    mutating func add(_ decision: Decision, to records: [ConsumedRecord]) {
        for letter in decision.deadLetters {
            self.count[letter.record.offset, default: 0] += 1
            self.dead += 1
        }
        for message in decision.outgoing {
            guard message.type != WorkOrderIssued.type else { continue }
            let offset = message.cause?.id.split(separator: "/").last.flatMap { Int64($0) } ?? -1
            self.count[offset, default: 0] += 1
            if message.type == OrderAcknowledged.type { self.acknowledged += 1 } else { self.rejected += 1 }
        }
    }
}

/// Good orders with something wrong.
private struct Damage {
    private var generator: SeededGenerator

    init(seed: UInt64) { self.generator = SeededGenerator(seed: seed) }

    mutating func record(_ number: Int) throws -> ConsumedRecord {
        let digits = String(100_000 + number).dropFirst()
        let order = OrderSubmitted.basic(
            "damaged-\(digits)", fixedLine: "029888\(digits)", mobile: "131091\(digits)", existing: true)
        var value = [UInt8](try JSONEncoder().encode(order))
        // The id stays whole, so that none is a repetition of another.
        let marker = Array("damaged-\(digits)".utf8)
        for _ in 0..<Int.random(in: 1...3, using: &self.generator) { self.damage(&value, sparing: marker) }
        return ConsumedRecord(
            topicPartition: TopicPartition(topic: Topic.ordersSubmitted.name, partition: 0), offset: Int64(number),
            key: marker, value: value)
    }

    private mutating func damage(_ value: inout [UInt8], sparing marker: [UInt8]) {
        var copy = value
        guard !copy.isEmpty else { return }
        let position = Int.random(in: 0..<copy.count, using: &self.generator)
        switch Int.random(in: 0..<8, using: &self.generator) {
        case 0: copy[position] = UInt8.random(in: 0...255, using: &self.generator)
        case 1: copy.remove(at: position)
        case 2: copy.insert(contentsOf: Array(#"\u0000"#.utf8), at: position)
        case 3: copy.removeLast(min(copy.count, Int.random(in: 1...40, using: &self.generator)))
        case 4: self.replaceDigits(&copy)
        default: self.replaceWord(&copy)
        }
        // Both ids that hold the marker (the order's and the customer's) are left, or the record names no id at all.
        value = copy
        if copy.firstRange(of: Array(#""externalId":""#.utf8)) != nil,
            copy.firstRange(of: [0x22] + marker + [0x22]) == nil
        {
            value = Array(#"{"externalId":["\#(String(decoding: marker, as: UTF8.self))"]}"#.utf8)
        }
    }

    private mutating func replaceDigits(_ value: inout [UInt8]) {
        guard let index = value.indices.filter({ (48...57).contains(value[$0]) }).randomElement(using: &self.generator)
        else { return }
        value[index] = UInt8(ascii: "x")
    }

    private mutating func replaceWord(_ value: inout [UInt8]) {
        let words: [(String, String)] = [
            (#""existing":true"#, #""existing":"yes""#), (#""product":"fixedLine""#, #""product":"telex""#),
            (#""offer":"WB-BASIC-A-88""#, #""offer":"WB-NONE""#), (#""action":"subscribe""#, #""action":"upgrade""#),
            (#""channel":"counter""#, #""channel":null"#), (#""segment":"enterprise""#, #""segment":"state""#),
            (#""members":["#, #""members":[{},"#), (#""ref":"fx""#, #""ref":"m2""#), (#""type":"#, #""kind":"#),
            (#""number":"9161"#, #""number":"汉"#),
        ]
        guard let (from, to) = words.randomElement(using: &self.generator),
            let range = value.firstRange(of: Array(from.utf8))
        else { return }
        value.replaceSubrange(range, with: Array(to.utf8))
    }
}
