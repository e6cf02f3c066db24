import Contracts
import Foundation
import Testing

@Suite("UUIDs as text")
struct UUIDTextTests {
    @Test("They are written and read as Foundation does, in lower case")
    func agreesWithFoundation() {
        for _ in 0..<2000 {
            let uuid = UUID()
            #expect(uuid.text == uuid.uuidString.lowercased())
            #expect(UUID(text: uuid.text) == uuid)
            #expect(UUID(text: uuid.uuidString) == uuid)
        }
    }

    @Test(
        "Everything else is none",
        arguments: [
            "", "0192f3c4-0000-7000-8000-00000000000", "0192f3c4-0000-7000-8000-0000000000011",
            "0192f3c4x0000-7000-8000-000000000001", "0192f3c4-0000-7000-8000-00000000000g",
            "{192f3c4-0000-7000-8000-00000000001}", "0192f3c400007000800000000000000112345",
            "0192f3c4-0000-7000-8000-0000000000é",
        ])
    func refuses(text: String) {
        #expect(UUID(text: text) == nil)
    }
}
