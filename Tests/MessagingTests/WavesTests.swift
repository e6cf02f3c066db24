import SeededRandom
import Testing

@testable import Messaging

struct WavesTests {
    @Test("Messages of one key never overtake each other, and every wave belongs to one handler")
    func order() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            var waves = Waves<Int>()
            var expected: [String: [Int]] = [:]
            var handlers: [Int: Int] = [:]
            for element in 0..<Int.random(in: 0...60, using: &generator) {
                let key = "k\(Int.random(in: 0..<6, using: &generator))"
                let handler = Int.random(in: 0..<3, using: &generator)
                waves.append(element, key: key, handler: handler)
                expected[key, default: []].append(element)
                handlers[element] = handler
            }
            let order = waves.waves.flatMap(\.elements)
            #expect(order.sorted() == Array(0..<order.count))
            for (key, elements) in expected {
                #expect(order.filter { elements.contains($0) } == elements, "key \(key)")
            }
            for wave in waves.waves {
                #expect(wave.elements.allSatisfy { handlers[$0] == wave.handler })
                #expect(wave.elements == wave.elements.sorted(), "within a wave, the order of the batch")
            }
        }
    }

    @Test("Different keys with the same sequence of types need one wave a type")
    func fewWaves() {
        var waves = Waves<Int>()
        for element in 0..<100 {
            waves.append(element * 2, key: "k\(element)", handler: 0)
            waves.append(element * 2 + 1, key: "k\(element)", handler: 1)
        }
        #expect(waves.waves.map(\.handler) == [0, 1])
        #expect(waves.waves.map(\.elements.count) == [100, 100])
    }
}
