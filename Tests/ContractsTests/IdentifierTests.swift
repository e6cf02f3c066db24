import Contracts
import Foundation
import Synchronization
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    @Test("of version 7 carry the time, the version and the variant")
    func layout() {
        let source = UUIDv7Source { 0x0192_f3c4_5678 }
        for _ in 0..<100 {
            let text = source.next(OrderID.self).description
            #expect(text.hasPrefix("0192f3c4-5678-7"))
            #expect(text.dropFirst(19).first.map { "89ab".contains($0) } == true)
            #expect(OrderID(text)?.description == text)
        }
    }

    @Test("are in the order of their making, within one millisecond and with a clock set back")
    func order() {
        let clock = Mutex(UInt64(1_800_000_000_000))
        let source = UUIDv7Source { clock.withLock { $0 } }
        var former = source.next(OrderID.self)
        for round in 0..<50_000 {
            if round == 20_000 { clock.withLock { $0 -= 5_000 } }
            if round == 40_000 { clock.withLock { $0 += 60_000 } }
            let next = source.next(OrderID.self)
            #expect(former < next)
            #expect(former.description < next.description)
            former = next
        }
    }

    @Test("made by many tasks at once are all different, and in order for each task")
    func concurrency() async {
        let source = UUIDv7Source { 1_800_000_000_000 }
        let batches = await withTaskGroup(of: [OrderID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<5_000).map { _ in source.next(OrderID.self) } } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(batches.joined()).count == 40_000)
        for batch in batches { #expect(batch == batch.sorted()) }
    }

    @Test(
        "that are no UUID are refused",
        arguments: [
            "", "0192f3c4", "0192f3c4-5678-7000-8000-00000000000g", "0192f3c4567870008000000000000001",
        ])
    func refused(text: String) throws {
        #expect(WorkOrderID(text) == nil)
        let json = try JSONEncoder().encode(text)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(WorkOrderID.self, from: json) }
    }
}
