import Foundation
import ServiceRuntime
import Testing

@Suite("Configuration")
struct ConfigurationReaderTests {
    private enum Colour: String, CaseIterable {
        case red
        case green
    }

    @Test("Unset and empty variables give the default")
    func defaults() throws {
        let reader = ConfigurationReader(variables: ["EMPTY": ""])
        #expect(reader.string("NAME", default: "a") == "a")
        #expect(reader.integer("EMPTY", default: 7, in: 1...9) == 7)
        #expect(reader.choice("COLOUR", default: Colour.green) == .green)
        #expect(reader.boolean("FLAG", default: true))
        #expect(reader.seconds("WAIT", default: 3, in: 0...9) == .seconds(3))
        #expect(reader.timeZone("ZONE", default: "Asia/Shanghai").identifier == "Asia/Shanghai")
        try reader.finish()
    }

    @Test("Values of every type are read")
    func values() throws {
        let reader = ConfigurationReader(variables: [
            "PORT": "8080", "COLOUR": "RED", "FLAG": "0", "DELAY_MS": "20", "ZONE": "Europe/Berlin",
        ])
        #expect(reader.integer("PORT", default: 1, in: 0...65535) == 8080)
        #expect(reader.choice("COLOUR", default: Colour.green) == .red)
        #expect(!reader.boolean("FLAG", default: true))
        #expect(reader.milliseconds("DELAY_MS", default: 1, in: 0...100) == .milliseconds(20))
        #expect(reader.timeZone("ZONE", default: "Asia/Shanghai").identifier == "Europe/Berlin")
        try reader.finish()
    }

    @Test("Every mistake is told at once, each in one line with variable, value and what it takes")
    func mistakes() throws {
        let reader = ConfigurationReader(variables: [
            "PORT": "http", "LIMIT": "10", "COLOUR": "blue\nish", "FLAG": "maybe", "WAIT": "-1", "ZONE": "Mars/Olympus",
        ])
        _ = reader.integer("PORT", default: 1, in: 0...65535)
        _ = reader.integer("LIMIT", default: 1, in: 1...9)
        _ = reader.choice("COLOUR", default: Colour.green)
        _ = reader.boolean("FLAG", default: true)
        _ = reader.seconds("WAIT", default: 3, in: 0...9)
        _ = reader.timeZone("ZONE", default: "Asia/Shanghai")
        let error = #expect(throws: ConfigurationError.self) { try reader.finish() }
        #expect(
            error?.mistakes == [
                #"PORT is "http": takes a whole number from 0 to 65535"#,
                #"LIMIT is "10": takes a whole number from 1 to 9"#,
                #"COLOUR is "blue\nish": takes one of red, green"#,
                #"FLAG is "maybe": takes true or false"#,
                #"WAIT is "-1": takes whole seconds from 0 to 9"#,
                #"ZONE is "Mars/Olympus": takes an IANA time zone such as Asia/Shanghai"#,
            ])
    }

    @Test("Secrets are masked in print; of a URL only the secret part")
    func masking() {
        let reader = ConfigurationReader(variables: [
            "DATABASE_URL": "postgresql://sheaf:hunter2@db:5432/sheaf?sslpassword=hunter2",
            "CONNINFO": "host=db password=hunter2", "LOG": "info",
            "KAFKA_SASL_PASSWORD": "hunter2", "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_BOOTSTRAP_SERVERS": "b:9092",
        ])
        #expect(reader.string("DATABASE_URL", default: "", secret: true).contains("hunter2"))
        #expect(reader.string("CONNINFO", default: "", secret: true).contains("hunter2"))
        _ = reader.string("LOG", default: "debug")
        let kafka = reader.variables(prefix: "KAFKA_", except: ["KAFKA_BOOTSTRAP_SERVERS"])
        #expect(kafka == ["KAFKA_SASL_PASSWORD": "hunter2", "KAFKA_SECURITY_PROTOCOL": "SASL_SSL"])
        let printed = reader.printable.map { "\($0.name)=\($0.value)" }
        #expect(
            printed == [
                "DATABASE_URL=postgresql://sheaf:***@db:5432/sheaf?***", "CONNINFO=***", "LOG=info",
                "KAFKA_SASL_PASSWORD=***", "KAFKA_SECURITY_PROTOCOL=SASL_SSL",
            ])
    }

    @Test("A secret can be given as a file, and an unreadable file is a mistake")
    func secretFile() throws {
        let path = NSTemporaryDirectory() + "secret-\(ProcessInfo.processInfo.processIdentifier)"
        try "hunter2\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let reader = ConfigurationReader(variables: ["KEY_FILE": path, "OTHER_FILE": "/nowhere"])
        #expect(reader.string("KEY", default: "", secret: true) == "hunter2")
        try reader.finish()
        _ = reader.string("OTHER", default: "", secret: true)
        let error = #expect(throws: ConfigurationError.self) { try reader.finish() }
        #expect(error?.mistakes == [#"OTHER_FILE is "/nowhere": takes the path of a readable text file"#])
    }

    @Test("A mistake that only the service can see is told like the others")
    func refusal() {
        let reader = ConfigurationReader(variables: ["CATALOGUE": "/nowhere"])
        _ = reader.string("CATALOGUE", default: "deploy/catalogue")
        reader.refuse("CATALOGUE", takes: "a file or folder")
        let error = #expect(throws: ConfigurationError.self) { try reader.finish() }
        #expect(error?.description == #"CATALOGUE is "/nowhere": takes a file or folder"#)
    }

    @Test("A wrong configuration ends the process with 78 and the mistakes on standard error")
    func exitCode() async throws {
        let result = try #require(
            await #expect(processExitsWith: .exitCode(78), observing: [\.standardErrorContent]) {
                setenv("HTTP_PORT", "70000", 1)
                setenv("LOG_FORMAT", "xml", 1)
                await serviceMain("orders") { reader in
                    _ = RuntimeConfiguration(reader, defaultPort: 8081)
                    try reader.finish()
                }
            })
        let lines = String(decoding: result.standardErrorContent, as: UTF8.self).split(separator: "\n")
        #expect(lines.contains(#"orders: HTTP_PORT is "70000": takes a whole number from 0 to 65535"#))
        #expect(lines.contains(#"orders: LOG_FORMAT is "xml": takes one of text, json"#))
    }
}
