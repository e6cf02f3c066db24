import Contracts
import Foundation
import Kafka
import Logging
import Postgres
import Testing

/// The system that `deploy/scripts/up` has started, seen from outside: topics, HTTP, and its processes.
///
/// The environment names it, as `.run/env` does; without it these tests have nothing to test and say so.
struct RunningSystem: Sendable {
    let kafka: KafkaConfiguration
    let databaseURL: String
    let ordersURL: String
    let provisioningURL: String
    let ratingURL: String
    let notificationURL: String
    let complaintsURL: String
    /// Holds `pids`: who may be killed.
    let runFolder: String?

    static let logger = {
        var logger = Logger(label: "end-to-end")
        logger.logLevel = .error
        return logger
    }()

    static var isThere: Bool { ProcessInfo.processInfo.environment["ORDERS_URL"] != nil }

    init() throws {
        let environment = ProcessInfo.processInfo.environment
        func variable(_ name: String) throws -> String {
            try #require(environment[name], "\(name) is not set: run these tests by `make test`")
        }
        self.kafka = try KafkaConfiguration(environment: environment).setting(["fetch.wait.max.ms": "5"])
        self.databaseURL = try variable("DATABASE_URL")
        self.ordersURL = try variable("ORDERS_URL")
        self.provisioningURL = try variable("PROVISIONING_URL")
        self.ratingURL = try variable("RATING_URL")
        self.notificationURL = try variable("NOTIFICATION_URL")
        self.complaintsURL = try variable("COMPLAINTS_URL")
        self.runFolder = environment["SHEAF_RUN_FOLDER"]
    }

    /// What the system runs as now: name and process id; also, as `supervise/NAME`, who starts it again.
    func processes() throws -> [String: Int32] {
        let folder = try #require(self.runFolder, "SHEAF_RUN_FOLDER is not set")
        let text = try String(contentsOfFile: folder + "/processes", encoding: .utf8)
        var processes: [String: Int32] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count >= 2, let pid = Int32(parts[1]) { processes[String(parts[0])] = pid }
        }
        return processes
    }

    /// `kill -9`. A process that is just being started again is left alone.
    @discardableResult
    func kill(_ name: String) throws -> Bool { try self.signal(SIGKILL, name) }

    /// - Returns: whether there was such a process.
    func signal(_ signal: Int32, _ name: String) throws -> Bool {
        guard let pid = try self.processes()[name], pid > 1 else { return false }
        return Glibc.kill(pid, signal) == 0
    }

    /// Waits until every service says that it is ready.
    func untilReady(_ deadline: Duration = .seconds(300)) async throws {
        let urls = [
            self.ordersURL, self.provisioningURL, self.ratingURL, self.notificationURL, self.complaintsURL,
        ]
        for url in urls {
            try await until("\(url) is ready", deadline) {
                (try? await self.status(of: url + "/readyz")) == 200
            }
        }
    }

    func status(of url: String) async throws -> Int {
        try await HTTP.get(url).status
    }

    func json<Body: Decodable>(_ type: Body.Type, from url: String) async throws -> Body {
        let (status, data) = try await HTTP.get(url)
        try #require(status == 200, "\(url): \(status) \(String(decoding: data, as: UTF8.self))")
        return try JSONDecoder().decode(type, from: data)
    }

    /// What has happened to an order, in one word each: in the order of time, which is checked.
    func timeline(of order: OrderID) async throws -> [String] {
        struct Body: Decodable {
            struct Item: Decodable {
                var kind: String
                var at: Timestamp
            }

            var items: [Item]
        }
        let body = try await self.json(Body.self, from: "\(self.ordersURL)/orders/\(order)/timeline")
        #expect(body.items.map(\.at) == body.items.map(\.at).sorted())
        return body.items.map(\.kind)
    }

    func connect() -> PostgresPool {
        PostgresPool(
            configuration: PostgresConfiguration(url: self.databaseURL, applicationName: "end-to-end", poolSize: 2),
            logger: Self.logger
        )
    }
}

/// Polls for a fact. Every wait of these tests is one of these.
nonisolated(nonsending) func until(
    _ fact: String,
    _ deadline: Duration = .seconds(300),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ holds: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + deadline
    while ContinuousClock.now < end {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    if try await holds() { return }
    Issue.record("not within \(deadline): \(fact)", sourceLocation: sourceLocation)
    throw NotInTime(fact: fact)
}

struct NotInTime: Error {
    var fact: String
}
