import Contracts
import Foundation
import Testing

@Suite("JSON of unknown shape")
struct JSONValueTests {
    @Test(
        "is read and written as it is",
        arguments: [
            ("null", .null), ("true", .bool(true)), ("false", .bool(false)), ("0", .integer(0)), ("1", .integer(1)),
            ("-9223372036854775808", .integer(.min)), ("1.5", .number("1.5")), ("-0.001", .number("-0.001")),
            ("18446744073709551615", .number("18446744073709551615")), ("\"\"", .string("")), ("\"1\"", .string("1")),
            ("[]", .array([])), ("{}", .object([:])),
            ("[1,\"a\",null,[true]]", .array([1, "a", .null, .array([true])])),
            ("{\"a\":{\"b\":[0.25]}}", .object(["a": .object(["b": .array([.number("0.25")])])])),
        ] as [(String, JSONValue)])
    func roundTrip(text: String, value: JSONValue) throws {
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value)
        #expect(String(decoding: try JSONEncoder().encode(value), as: UTF8.self) == text)
    }

    @Test("with a fraction in a parameter does not make a message unreadable")
    func fractions() throws {
        let id = "0192f3c4-0000-7000-8000-000000000001"
        let text = """
            {"workOrderId":"\(id)","orderId":"\(id)","type":"install","completedAt":"2026-11-21T09:30:00+08:00",
             "attempts":2,"results":{"signal":-71.5,"port":"3/1/7"}}
            """
        let message = try JSONDecoder().decode(WorkOrderCompleted.self, from: Data(text.utf8))
        #expect(message.results == ["signal": .number("-71.5"), "port": "3/1/7"])
    }
}
