import Contracts
import Kafka
import SeededRandom
import TestSupport
import Testing

@testable import Messaging

@Suite("Poison between good records")
struct PoisonTests {
    @Test(
        "What cannot be decoded is a dead letter with its code; its neighbours are handled",
        arguments: UndecodableCode.allCases)
    func undecodable(code: UndecodableCode) async throws {
        try await Store.open { store in
            var batch = records(["A1", "B1", "A2", "A3", "B2"])
            let poison = Self.poison(code)
            batch[2].value = poison.value
            batch[2].headers = poison.headers
            try await Instance(store).process(batch)
            #expect(try await store.effects() == ["A1", "B1", "A3", "B2"])
            let deadLetters = try await store.deadLetters()
            try #require(deadLetters.count == 1)
            try self.expect(deadLetters[0], tellsOf: batch[2], code: code.rawValue)
            #expect(try await store.parkedCount() == 0)
        }
    }

    @Test("A record that the handler throws on is found, and its neighbours are handled in order", arguments: 0..<9)
    func handlerThrows(place: Int) async throws {
        let numbers: [Numbered] = (0..<9).map { Numbered("k\($0)", 1) }
        try await Store.open { store in
            let behaviour = Behaviour([numbers[place]: .fail("cannot do this")])
            let instance = Instance(store, behaviour, maximumAttempts: 2)
            let batch = records(numbers)
            try await instance.process(batch)
            let others = numbers.filter { $0 != numbers[place] }
            #expect(try await store.effects() == others)
            try await instance.retryUntilQuiet()
            #expect(try await store.effects() == others)
            #expect(try await store.echoes() == others)
            let deadLetters = try await store.deadLetters()
            try #require(deadLetters.count == 1)
            try self.expect(deadLetters[0], tellsOf: batch[place], code: HandlingCode.handlerFailed)
            #expect(deadLetters[0].header(DeadLetterHeader.message) == "cannot do this")
        }
    }

    @Test("A record that breaks a constraint of the schema is found; several of them are")
    func violatesConstraint() async throws {
        let numbers: [Numbered] = ["A1", "B1", "A-1", "A2", "B-7", "C1", "B2"]
        try await Store.open { store in
            let instance = Instance(store, maximumAttempts: 2)
            let batch = records(numbers)
            try await instance.process(batch)
            #expect(try await store.effects().byKey == ["A": [1], "B": [1], "C": [1]], "A2 and B2 wait behind")
            try await instance.retryUntilQuiet()
            #expect(try await store.effects().byKey == ["A": [1, 2], "B": [1, 2], "C": [1]])
            let deadLetters = try await store.deadLetters()
            #expect(Set(deadLetters.map(\.value)) == [batch[2].value, batch[4].value])
            for deadLetter in deadLetters {
                #expect(deadLetter.header(DeadLetterHeader.code) == HandlingCode.handlerFailed)
                #expect(deadLetter.header(DeadLetterHeader.message)?.contains("23514") == true)
            }
        }
    }

    @Test("What a rule refuses is a dead letter at once, and its key goes on")
    func refused() async throws {
        try await Store.open { store in
            let batch = records(["A1", "A2", "A3"])
            try await Instance(store, Behaviour(["A2": .refuse])).process(batch)
            #expect(try await store.effects() == ["A1", "A3"])
            let deadLetters = try await store.deadLetters()
            try #require(deadLetters.count == 1)
            try self.expect(deadLetters[0], tellsOf: batch[1], code: "NOT_WANTED")
        }
    }

    @Test("No bytes in a key, and no text of an error, can stop a partition")
    func hostileTexts() async throws {
        try await Store.open { store in
            var batch = records(["A1", "B1", "C1", "D1"])
            batch[0].key = [0x41, 0, 0x42]
            batch[1].key = [0xff, 0, 0xfe]
            batch[2].key = nil
            let behaviour = Behaviour(["B1": .fail("a\u{0}b"), "C1": .refuse])
            let instance = Instance(store, behaviour, maximumAttempts: 2)
            try await instance.process(batch)
            try await instance.retryUntilQuiet()
            #expect(try await store.effects() == ["A1", "D1"])
            let deadLetters = try await store.deadLetters()
            #expect(Set(deadLetters.map(\.key)) == [batch[1].key, nil])
        }
    }

    @Test("Published dead letters have the untouched bytes and headers, also what is no UTF-8 and 1 MiB + 1")
    func published() async throws {
        let broker = try TestBroker.forNumbers()
        var poison = [Self.poison(.tooLarge), Self.poison(.invalidUTF8), Self.poison(.empty)].map { sample in
            ProducerRecord(
                topic: NumberRecorded.topic.name, partition: 0, key: [0xff, 0x00], value: sample.value,
                headers: sample.headers)
        }
        poison.insert(
            ProducerRecord(
                topic: NumberRecorded.topic.name, partition: 0, key: nil, value: Numbered("A", 1).json,
                headers: [.numberType]), at: 1)
        try await broker.publish(poison)
        let sent = try await broker.records(of: NumberRecorded.topic)
        try await Store.open { store in
            let instance = Instance(store, broker: broker)
            try await running([instance.relay(), instance.pipeline()]) { _ in
                try await until("dead letters are not published") {
                    let (dead, pending) = (try await store.deadLetters().count, try await store.pendingCount())
                    return dead == 3 && pending == 0
                }
            }
            #expect(try await store.effects() == ["A1"])
            let letters = try await broker.records(of: .deadLetters(of: Instance.name))
            #expect(letters.count == 3)
            for original in sent where original.offset != 1 {
                let letter = letters.first { letter in
                    letter.headers.contains(KafkaHeader(DeadLetterHeader.offset, String(original.offset)))
                }
                #expect(letter?.value == original.value)
                #expect(letter?.key == original.key)
                #expect(letter.map { Array($0.headers.prefix(original.headers.count)) } == original.headers)
            }
        }
    }

    @Test("Three hundred mutilated records among good ones: every good one is handled, in order", arguments: [1, 2])
    func mutilated(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let good = roundRobin(keys: 5, numbers: 1...60)
        var batch: [ConsumedRecord] = []
        for number in good {
            var bad = Numbered("bad", number.number).record(at: 0)
            Self.mutilate(&bad, using: &generator)
            batch += [number.record(at: 0), bad]
        }
        for index in batch.indices { batch[index].offset = Int64(index) }
        try await Store.open { [batch] store in
            let instance = Instance(store, maximumAttempts: 1)
            for start in stride(from: 0, to: batch.count, by: 100) {
                try await instance.process(Array(batch[start..<min(start + 100, batch.count)]))
            }
            try await instance.retryUntilQuiet()
            let keys = Set(good.map(\.key))
            #expect(try await store.effects().filter { keys.contains($0.key) } == good)
            // A mutilation may leave a good record, or one of another key.
            let (effects, dead) = (try await store.effects().count, try await store.deadLetters().count)
            #expect(effects + dead == batch.count)
            #expect(dead > 200)
        }
    }
}

extension PoisonTests {
    private func expect(
        _ letter: OutboxEntry,
        tellsOf record: ConsumedRecord,
        code: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(letter.topic == Topic.deadLetters(of: Instance.name).name, sourceLocation: sourceLocation)
        #expect(letter.value == record.value, sourceLocation: sourceLocation)
        #expect(letter.key == record.key, sourceLocation: sourceLocation)
        #expect(Array(letter.headers.prefix(record.headers.count)) == record.headers, sourceLocation: sourceLocation)
        #expect(letter.header(DeadLetterHeader.topic) == record.topicPartition.topic, sourceLocation: sourceLocation)
        #expect(
            letter.header(DeadLetterHeader.partition) == "\(record.topicPartition.partition)",
            sourceLocation: sourceLocation)
        #expect(letter.header(DeadLetterHeader.offset) == "\(record.offset)", sourceLocation: sourceLocation)
        #expect(letter.header(DeadLetterHeader.code) == code, sourceLocation: sourceLocation)
        #expect(letter.header(DeadLetterHeader.message)?.isEmpty == false, sourceLocation: sourceLocation)
        let time = try #require(letter.header(DeadLetterHeader.time), sourceLocation: sourceLocation)
        #expect(Timestamp(rfc3339: time) != nil, sourceLocation: sourceLocation)
    }

    /// A record that earns the code.
    static func poison(_ code: UndecodableCode) -> (value: [UInt8]?, headers: [KafkaHeader]) {
        let stamp = KafkaHeader(name: "x-stamp", value: [0, 0xff, 7])
        func typed(_ value: [UInt8]?) -> ([UInt8]?, [KafkaHeader]) { (value, [stamp, .numberType]) }
        return switch code {
        case .tooLarge: typed(Array(repeating: UInt8(ascii: " "), count: (1 << 20) + 1))
        case .empty: typed(nil)
        case .invalidUTF8: typed([0x7b, 0xff, 0xfe, 0x7d])
        case .invalidJSON: typed(Array(#"{"key":"A","number":"#.utf8))
        case .invalidText: typed(Array(#"{"key":"A\u0000","number":2}"#.utf8))
        case .missingField: typed(Array(#"{"key":"A"}"#.utf8))
        case .mistypedField: typed(Array(#"{"key":"A","number":"2"}"#.utf8))
        case .invalidValue:
            (Array(#"{"specversion":"0.3","type":"number.recorded","id":"1","source":"/"}"#.utf8), [stamp])
        case .unknownType: (Numbered("A", 2).json, [stamp, KafkaHeader("ce_type", "number.forgotten")])
        }
    }

    private static func mutilate(_ record: inout ConsumedRecord, using generator: inout SeededGenerator) {
        guard var value = record.value else { return }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: value.removeLast(Int.random(in: 1...value.count, using: &generator))
        case 1:
            value.insert(
                UInt8.random(in: 0...255, using: &generator), at: Int.random(in: 0..<value.count, using: &generator))
        case 2: value = (0..<40).map { _ in UInt8.random(in: 0...255, using: &generator) }
        case 3: record.headers = [KafkaHeader(name: "ce_type", value: [UInt8.random(in: 0...255, using: &generator)])]
        case 4: record.key = [0, UInt8.random(in: 0...255, using: &generator)]; value = Array("{}".utf8)
        default: value = Array(#"{"key":"bad","number":-1}"#.utf8)
        }
        record.value = value
    }
}
