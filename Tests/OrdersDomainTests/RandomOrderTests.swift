import Contracts
import DomainFixtures
import Foundation
import OrdersDomain
import SeededRandom
import Testing

@Suite("Random orders")
struct RandomOrderTests {
    @Test("10,000 valid orders of all offers are taken apart as the specification's table says")
    func agreesWithTheTable() throws {
        let catalogue = try Shipped.catalogue()
        var orders = RandomOrders(seed: 288)
        var offers: Set<String> = []
        for _ in 0..<10_000 {
            let order = orders.next()
            offers.insert(order.offer)
            let valid: ValidOrder
            do {
                valid = try validate(order, by: catalogue, given: Facts())
            } catch {
                Issue.record("\(order) is refused: \(error)")
                return
            }
            let workOrders = decompose(valid, by: catalogue, accountId: "A", identifiers: CountingIdentifiers())
            let essences = Essence.all(workOrders)
            let expected = NaiveModel.workOrders(of: order)
            guard Set(essences) == expected, essences.count == expected.count else {
                Issue.record("\(order): \(essences), not \(expected)")
                return
            }
        }
        #expect(offers == Set(catalogue.bundles.keys).union(catalogue.singleOffers.keys))
    }

    @Test("10,000 damaged orders are accepted, rejected with documented codes, or undecodable; nothing crashes")
    func damaged() throws {
        let catalogue = try Shipped.catalogue()
        let surroundings = try Shipped.surroundings(at: time("2026-11-21T09:00:00+08:00"))
        var orders = RandomOrders(seed: 1)
        var damage = Damage(seed: 2)
        let encoder = JSONEncoder()
        let decoder = JSONDecoder()
        var accepted = 0
        var rejected = 0
        var undecodable = 0
        for _ in 0..<10_000 {
            let data = try damage.damaged(encoder.encode(orders.next()))
            guard let order = try? decoder.decode(OrderSubmitted.self, from: data) else {
                undecodable += 1
                continue
            }
            do throws(Rejections) {
                let valid = try validate(order, by: catalogue, given: Facts())
                _ = Order.acknowledge(valid, in: surroundings)
                accepted += 1
            } catch {
                rejected += 1
                #expect(!error.reasons.isEmpty)
                #expect(error.reasons.allSatisfy { $0.path.hasPrefix("/") && $0.message.utf8.count < 2000 })
            }
        }
        // Every kind of answer was among them.
        #expect(accepted > 500)
        #expect(rejected > 500)
        #expect(undecodable > 500)
    }
}

/// Damages the JSON of an order, in one to three places.
struct Damage {
    var random: SeededGenerator

    init(seed: UInt64) { self.random = SeededGenerator(seed: seed) }

    mutating func damaged(_ data: Data) throws -> Data {
        if Int.random(in: 0..<10, using: &self.random) == 0 { return self.garbled(data) }
        var value = try JSONDecoder().decode(JSONValue.self, from: data)
        for _ in 0..<Int.random(in: 1...3, using: &self.random) { value = self.damaged(value) }
        return try JSONEncoder().encode(value)
    }

    private mutating func garbled(_ data: Data) -> Data {
        var bytes = Array(data)
        for _ in 0..<Int.random(in: 1...3, using: &self.random) {
            bytes[Int.random(in: 0..<bytes.count, using: &self.random)] = UInt8.random(in: 0...255, using: &self.random)
        }
        return Data(bytes)
    }

    /// Goes down to a random place.
    private mutating func damaged(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var fields) where !fields.isEmpty && Int.random(in: 0..<8, using: &self.random) > 0:
            let key = fields.keys.sorted()[Int.random(in: 0..<fields.count, using: &self.random)]
            switch Int.random(in: 0..<6, using: &self.random) {
            case 0: fields[key] = nil
            case 1: fields["unknown-\(key)"] = fields[key]
            default: fields[key] = self.damaged(fields[key] ?? .null)
            }
            return .object(fields)
        case .array(var values) where !values.isEmpty && Int.random(in: 0..<8, using: &self.random) > 0:
            let index = Int.random(in: 0..<values.count, using: &self.random)
            switch Int.random(in: 0..<5, using: &self.random) {
            case 0: values.remove(at: index)
            case 1: values.append(values[index])
            case 2 where values.count < 100: values += Array(repeating: values[index], count: 60)
            default: values[index] = self.damaged(values[index])
            }
            return .array(values)
        default: return self.replacement(for: value)
        }
    }

    private mutating func replacement(for value: JSONValue) -> JSONValue {
        let texts = [
            "", " ", "\u{0}", "a\u{7}b", "'; DROP TABLE line; --", "🦊", "01234567890", "WB-ENH-A-288", "GPRS-5",
            "3G-46",
            "mobile3g", "individual", "counter", "2026-13-45T99:00:00Z", String(repeating: "x", count: 70_000),
            String(repeating: "é\u{301}", count: 300),
        ]
        switch Int.random(in: 0..<6, using: &self.random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self.random))
        case 2: return .integer([0, -1, 1, 7, Int64.max, Int64.min][Int.random(in: 0..<6, using: &self.random)])
        case 3: return .array([value])
        default: return .string(texts[Int.random(in: 0..<texts.count, using: &self.random)])
        }
    }
}
