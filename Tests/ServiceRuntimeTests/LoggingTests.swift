import Foundation
import Logging
import Testing

@testable import ServiceRuntime

@Suite("Logging")
struct LoggingTests {
    private func logger(_ format: LogFormat, into lines: Locked<[String]>, level: Logger.Level = .info) -> Logger {
        Logger(label: "relay") { label in
            LineLogHandler(
                label: label, level: level, format: format, service: "orders",
                output: LogOutput { line in lines.change { $0.append(line) } })
        }
    }

    private func object(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test("A line is one JSON object with time, level, service, message and flattened metadata")
    func json() throws {
        let lines = Locked<[String]>([])
        var logger = self.logger(.json, into: lines)
        logger[metadataKey: LogKeys.orderID] = "O1"
        logger.warning(
            "said \"no\"\nand \\ \u{1} 中文 left",
            metadata: [
                LogKeys.kafkaOffset: .stringConvertible(42), "flag": .stringConvertible(true),
                "nested": ["a": "1", "b": ["c": "2"]], "list": ["x", "y"], "time": "mine",
            ])
        let line = try #require(lines.value.first)
        #expect(lines.value.count == 1)
        #expect(line.filter { $0 == "\n" }.count == 1 && line.hasSuffix("}\n"))
        let object = try self.object(line)
        #expect(object["level"] as? String == "warning")
        #expect(object["service"] as? String == "orders")
        #expect(object["logger"] as? String == "relay")
        #expect(object["message"] as? String == "said \"no\"\nand \\ \u{1} 中文 left")
        #expect(object["order.id"] as? String == "O1")
        #expect(object["messaging.kafka.offset"] as? Int == 42)
        #expect(object["flag"] as? Bool == true)
        #expect(object["nested.a"] as? String == "1")
        #expect(object["nested.b.c"] as? String == "2")
        #expect(object["list"] as? [String] == ["x", "y"])
        #expect(object["metadata.time"] as? String == "mine")
        let time = try #require(object["time"] as? String)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test("An event's own metadata wins over the logger's, and an error is shown")
    func precedence() throws {
        struct Failure: Error {}
        let lines = Locked<[String]>([])
        var logger = self.logger(.json, into: lines)
        logger[metadataKey: "key"] = "logger"
        logger.error("failed", error: Failure(), metadata: ["key": "event"])
        let object = try self.object(try #require(lines.value.first))
        #expect(object["key"] as? String == "event")
        #expect(object["error"] as? String == "Failure()")
    }

    @Test("Text format is one readable line an event")
    func text() throws {
        let lines = Locked<[String]>([])
        self.logger(.text, into: lines).notice("two\nlines", metadata: ["b": "2", "a": "1"])
        let line = try #require(lines.value.first)
        #expect(line.contains("Z NOTICE   orders: two\\nlines a=1 b=2"))
        #expect(line.filter { $0 == "\n" }.count == 1)
    }

    @Test("Events below the level are not written")
    func level() {
        let lines = Locked<[String]>([])
        let logger = self.logger(.json, into: lines, level: .warning)
        logger.info("quiet")
        logger.warning("loud")
        #expect(lines.value.count == 1)
    }

    @Test(
        "Time is UTC with milliseconds cut off, not rounded",
        arguments: [
            (0, 0, "1970-01-01T00:00:00.000Z"), (1_796_083_199, 999_999_999, "2026-11-30T23:59:59.999Z"),
            (1_709_164_800, 5_000_000, "2024-02-29T00:00:00.005Z"),
        ])
    func time(seconds: Int, nanoseconds: Int, expected: String) {
        #expect(Timestamp(secondsSince1970: seconds, nanoseconds: nanoseconds).rfc3339 == expected)
    }

    @Test("Bootstrapped logging writes JSON lines on standard output")
    func bootstrap() async throws {
        let result = try #require(
            await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
                bootstrapLogging(level: .debug, format: .json, service: "rating")
                Logger(label: "main").debug("hello")
                exit(0)
            })
        let output = String(decoding: result.standardOutputContent, as: UTF8.self)
        let line = try #require(output.split(separator: "\n").first { $0.contains("hello") })
        #expect(try self.object(String(line))["service"] as? String == "rating")
    }
}
