import Foundation
import Hummingbird
import ServiceRuntime
import Testing

@Suite("Pages")
struct PageTests {
    private func request(_ query: String) -> Request {
        Request(
            head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/orders" + query),
            body: RequestBody(buffer: ByteBuffer()))
    }

    @Test("Without parameters the first 50 are asked for")
    func defaults() throws {
        let page = try PageRequest(self.request(""))
        #expect(page.limit == 50 && page.after == nil && page.fetchLimit == 51)
    }

    @Test("Limits from 1 to 200 are taken", arguments: [1, 200])
    func limits(limit: Int) throws {
        #expect(try PageRequest(self.request("?limit=\(limit)")).limit == limit)
    }

    @Test("Other limits are refused with name, value and range", arguments: ["0", "201", "-1", "x", "", "1.5"])
    func badLimit(value: String) {
        let problem = #expect(throws: ProblemDetails.self) { try PageRequest(self.request("?limit=\(value)")) }
        #expect(problem?.status == .badRequest)
        #expect(problem?.code == "INVALID_PARAMETER")
        #expect(problem?.detail == "Parameter limit is \"\(value)\". It takes a whole number from 1 to 200.")
    }

    @Test(
        "Cursors that were not handed out are refused",
        arguments: ["x", "", "!!!", "bm90IGpzb24", Cursor(["only one"]).text, "%00", "eyJhIjoxfQ"])
    func badCursor(value: String) {
        let problem = #expect(throws: ProblemDetails.self) {
            try PageRequest(self.request("?after=\(value)"), keyParts: 2)
        }
        #expect(problem?.status == .badRequest)
        #expect(problem?.detail?.hasPrefix("Parameter after is ") == true)
        #expect(problem?.detail?.hasSuffix("It takes the value of next of the page before.") == true)
    }

    @Test(
        "A cursor survives the query", arguments: [["a"], ["2026-12-01T00:00:00+08:00", "??>>~~/中文"], ["", "\"\\"]])
    func cursor(parts: [String]) throws {
        let text = Cursor(parts).text
        #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        #expect(try PageRequest(self.request("?after=\(text)"), keyParts: parts.count).after?.parts == parts)
    }

    @Test("One row more than asked for means a next page, which begins after the last shown")
    func next() throws {
        let page = Page(fetched: ["a", "b", "c"], for: PageRequest(limit: 2)) { [$0] }
        #expect(page.items == ["a", "b"])
        #expect(page.next == Cursor(["b"]))
        let last = Page(fetched: ["a", "b"], for: PageRequest(limit: 2)) { [$0] }
        #expect(String(decoding: try JSONEncoder().encode(last.items), as: UTF8.self) == #"["a","b"]"#)
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(last)) as? [String: Any]
        #expect(object?["next"] is NSNull)
    }
}
