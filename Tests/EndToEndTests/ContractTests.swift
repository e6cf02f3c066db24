import Contracts
import Foundation
import Postgres
import Testing

extension EndToEndTests {
    /// What the contract promises of messages and of the database.
    @Suite(.serialized)
    struct ContractTests {
        let system: RunningSystem

        init() async throws {
            self.system = try RunningSystem()
            try await self.system.untilReady()
        }

        @Test("Every message validates against its schema")
        func schemas() async throws {
            let observer = try Observer(self.system)
            let publisher = try Publisher(self.system)
            try await observer.start()
            var orders = [await Order.enhancedB288(), await Order.basicA88()]
            orders.append(await Order.callerAlert(on: await Unique.mobile(endingIn: "9901")))
            orders.append(await Order.callerAlert(on: await Unique.mobile(endingIn: "9902")))
            var wrong = await Order.enhancedB288()
            wrong.channel = "fax"
            try await publisher.publish(orders + [wrong])
            for order in orders.prefix(3) {
                let plan = try #require(try await observer.answer(to: order.externalId).acknowledged)
                _ = try await observer.completed(plan.orderId)
            }
            let failing = try #require(try await observer.answer(to: orders[3].externalId).acknowledged)
            try await until("the failing one is held") {
                try await !observer.messages(OrderHeld.self, of: failing.orderId).isEmpty
            }
            _ = try await observer.answer(to: wrong.externalId)

            let messages = try await observer.all().filter { !$0.topic.hasSuffix(".deadletters") }
            let types = Set(messages.map(\.type))
            #expect(
                types.isSuperset(of: [
                    "order.acknowledged", "order.rejected", "order.held", "order.completed", "workOrder.issued",
                    "workOrder.started", "workOrder.retryScheduled", "workOrder.completed", "workOrder.failed",
                    "network.command", "network.response",
                ])
            )
            let verdicts = try SchemaValidator.validate(messages)
            for (message, verdict) in zip(messages, verdicts) where verdict != "ok" {
                Issue.record("\(message.topic) \(message.type): \(verdict)\n\(message.text)")
            }
            #expect(verdicts.count == messages.count)
        }

        @Test("The validator refuses what breaks the contract")
        func validatorCanFail() throws {
            let broken = [
                #"{"specversion":"1.0","id":"1","source":"/orders","type":"order.completed","data":{}}"#,
                #"{"specversion":"1.0"}"#,
            ]
            for line in broken {
                let verdict = try SchemaValidator.validate(topic: "orders.events", values: [line])
                #expect(verdict.first?.hasPrefix("error") == true, "\(verdict)")
            }
        }

        @Test("The role of one service cannot read another's tables", arguments: ["orders", "provisioning"])
        func roles(service: String) async throws {
            let other = service == "orders" ? "provisioning" : "orders"
            let pool = PostgresPool(
                configuration: PostgresConfiguration(
                    url: self.system.databaseURL,
                    applicationName: "roles",
                    poolSize: 1,
                    role: "sheaf_\(service)",
                    schema: service
                ),
                logger: RunningSystem.logger
            )
            try await pool.withConnection { connection in
                try await connection.execute(unsafeSQL: "SELECT count(*) FROM \(service).outbox")
                for table in ["outbox", "inbox_offset", "work_order"] {
                    do {
                        try await connection.execute(unsafeSQL: "SELECT count(*) FROM \(other).\(table)")
                        Issue.record("sheaf_\(service) can read \(other).\(table)")
                    } catch let error as PostgresError {
                        #expect(error.code.rawValue == "42501", "\(error)")
                    }
                }
            }
            await pool.close()
        }
    }
}

/// The project's own contract check, fed with what was seen.
enum SchemaValidator {
    static func validate(_ messages: [Observed]) throws -> [String] {
        try self.run(
            messages.map {
                Line(
                    topic: $0.topic, value: try self.json($0.text),
                    headers: $0.headers)
            })
    }

    static func validate(topic: String, values: [String]) throws -> [String] {
        try self.run(
            values.map {
                Line(
                    topic: topic, value: try self.json($0),
                    headers: ["content-type": "application/cloudevents+json"])
            })
    }

    private struct Line: Encodable {
        var topic: String
        var value: JSONValue
        var headers: [String: String]
    }

    private static func json(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    private static func run(_ lines: [Line]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory
        let input = folder.appending(path: "sheaf-validate-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: input) }
        let encoder = JSONEncoder()
        let text = try lines.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }.joined()
        try Data(text.utf8).write(to: input)
        let process = Process()
        process.executableURL = URL(filePath: "deploy/contracts/validate")
        process.standardInput = try FileHandle(forReadingFrom: input)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
