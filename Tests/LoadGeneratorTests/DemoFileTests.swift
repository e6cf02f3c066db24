import Contracts
import Foundation
import OrdersDomain
import Testing

@testable import LoadGeneratorDomain

@Suite("The demonstration's orders")
struct DemoFileTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func file() throws -> DemoFile {
        try DemoFile(json: Data(contentsOf: self.root.appending(path: "deploy/demo/orders.json")))
    }

    private static func catalogue() throws -> Catalogue {
        try CatalogueLoader.load(
            paths: ["deploy/catalogue", "deploy/profiles/self-reporting.yaml"].map {
                self.root.appending(path: $0).path
            },
            calendar: BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt))
    }

    private static func submitted(_ demo: DemoOrder, run: DemoRun) throws -> OrderSubmitted? {
        guard let order = demo.order else { return nil }
        return try JSONDecoder().decode(OrderSubmitted.self, from: JSONEncoder().encode(run.prepare(order)))
    }

    @Test("In every run, numbers keep their format and their last four digits, and differ from other runs'")
    func numbers() throws {
        let file = try Self.file()
        var seen: Set<String> = []
        for second: Int64 in [1_795_200_000, 1_795_200_001, 1_795_299_999] {
            let run = DemoRun(startedAtSecond: second)
            var own: [String: String] = [:]
            for demo in file.orders {
                let before = try Self.submitted(demo, run: run)
                guard let order = before, let original = demo.order,
                    case .array(let members)? = original["members"]
                else { continue }
                for (member, was) in zip(order.members, members) {
                    guard case .object(let was) = was, let text = was["serviceNumber"]?.string, text != "12" else {
                        continue
                    }
                    #expect(ServiceNumberFormat.ofProduct[member.product]?.accepts(member.serviceNumber) == true)
                    #expect(member.serviceNumber.suffix(4) == text.suffix(4))
                    #expect(own[member.serviceNumber] ?? text == text, "two numbers became one")
                    own[member.serviceNumber] = text
                }
            }
            #expect(seen.isDisjoint(with: own.keys))
            seen.formUnion(own.keys)
        }
    }

    @Test("Each order's expectation is what the rules of the catalogue give it")
    func rules() throws {
        let catalogue = try Self.catalogue()
        let run = DemoRun(startedAtSecond: 1_795_200_000)
        // Their rule is about other orders, not about themselves.
        for demo in try Self.file().orders where demo.after == nil {
            guard let order = try Self.submitted(demo, run: run) else { continue }
            do throws(Rejections) {
                let valid = try validate(order, by: catalogue, given: Facts())
                let works = decompose(valid, by: catalogue, accountId: "A", identifiers: Identifiers())
                #expect(demo.expect.state != .rejected, "order \(demo.label) is accepted")
                #expect(
                    works.map { "\($0.memberRef) \($0.type)" }.sorted() == demo.expect.workOrders?.sorted(),
                    "order \(demo.label)")
                if let effect = demo.expect.effect {
                    #expect(valid.offer.effect.rawValue == effect.rawValue, "order \(demo.label)")
                }
            } catch {
                #expect(
                    Set(error.reasons.map(\.code.rawValue)) == Set(demo.expect.codes ?? []), "order \(demo.label)")
            }
        }
    }

    @Test("Orders about numbers of earlier orders get the codes that those numbers' state gives")
    func dependentRules() throws {
        let catalogue = try Self.catalogue()
        let run = DemoRun(startedAtSecond: 1_795_200_000)
        let demos = try Self.file().orders
        func codes(_ label: String, given line: Line, at number: String) throws -> Set<String> {
            let demo = try #require(demos.first { $0.label == label })
            let order = try #require(try Self.submitted(demo, run: run))
            let number = run.serviceNumber(number, product: line.product)
            do throws(Rejections) {
                _ = try validate(order, by: catalogue, given: Facts(lines: [number: line]))
                return []
            } catch {
                return Set(error.reasons.map(\.code.rawValue))
            }
        }
        let held = Line(product: "mobile2g", state: .reserved, heldBy: OrderID(UUID()))
        #expect(try codes("24", given: held, at: "13109169902") == ["NUMBER_BUSY"])
        let member = Line(
            product: "fixedLine", plan: "WB-BASIC-A-88",
            membership: .init(bundleId: BundleID(UUID()), isInEffect: false))
        #expect(
            try codes("25", given: member, at: "02988880201")
                == ["NUMBER_IN_ANOTHER_BUNDLE", "FROZEN_UNTIL_EFFECTIVE"])
    }

    @Test("Synthetic orders meet the rules that their outcome says")
    func synthetic() throws {
        let catalogue = try Self.catalogue()
        var generator = SyntheticOrders(seed: 7, startedAtSecond: 1_795_200_000, failuresPerThousand: 200)
        for _ in 0..<1000 {
            let synthetic = generator.next()
            let isAccepted = (try? validate(synthetic.order, by: catalogue, given: Facts())) != nil
            #expect(isAccepted == (synthetic.outcome != .rejected), "\(synthetic.order.offer)")
        }
    }

    @Test("The benchmark's order gives six work orders and eleven tasks")
    func benchmark() throws {
        let catalogue = try Self.catalogue()
        var generator = SyntheticOrders(seed: 1, startedAtSecond: 1_795_200_000, mix: .benchmark)
        let valid = try validate(generator.next().order, by: catalogue, given: Facts())
        let works = decompose(valid, by: catalogue, accountId: "A", identifiers: Identifiers())
        let tasks = works.flatMap { work in
            let type = catalogue.workOrderType(work.type, product: work.product)
            return type?.tasks.filter { $0.isNeeded(with: work.parameters) } ?? []
        }
        #expect(works.count == 6)
        #expect(tasks.count == 11)
    }

    @Test("A file that contradicts itself is refused")
    func contradictions() {
        for text in [
            #"{"orders": [{"label": "1", "title": "", "expect": {"state": "held"}}]}"#,
            #"{"orders": [{"label": "1", "title": "", "expect": {"state": "held"}, "text": "", "after": "2"}]}"#,
        ] {
            #expect(throws: DemoFileError.self) { try DemoFile(json: Data(text.utf8)) }
        }
    }
}

private struct Identifiers: IdentifierSource {
    func next() -> UUID { UUID() }
}
