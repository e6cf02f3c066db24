import Foundation
@testable import Postgres
import TestSupport
import Testing

@Suite("Connecting")
struct ConfigurationTests {
    @Test(
        "What is logged of a URL has no password",
        arguments: [
            ("postgres://u:secret@db:5433/main?sslmode=require", "postgres://u@db:5433/main?sslmode=require"),
            ("host=db user=u password='secret' dbname=main", "postgres://u@db/main"),
            ("postgres:///main?host=/run/x&password=secret", "postgres:///run/x/main"),
            ("nonsense secret", "unreadable"),
        ])
    func masked(url: String, expected: String) {
        #expect(PostgresConfiguration(url: url).maskedURL == expected)
    }

    @Test("A URL that cannot be read is an error that does not quote it")
    func unreadable() async {
        let error = await postgresError {
            _ = try await PostgresConnection.open(
                PostgresConfiguration(url: "nonsense secret"), logger: TestDatabase.silent)
        }
        #expect(error?.code == .invalidParameterValue)
        #expect(error?.isTransient == false)
        #expect("\(error?.message ?? "secret")".contains("secret") == false)
    }

    @Test("The server's refusal to connect keeps its SQLSTATE and is not transient")
    func refused() async throws {
        let url = try await TestDatabase.shared.url(database: "no_such_database")
        let error = await postgresError {
            _ = try await PostgresConnection.open(PostgresConfiguration(url: url), logger: TestDatabase.silent)
        }
        #expect(error?.code == .unknownDatabase)
        #expect(error?.isTransient == false)
    }

    @Test(
        "A host that never answers is given up in time, and at once when the task is cancelled",
        arguments: [false, true])
    func silentHost(cancels: Bool) async throws {
        // A socket that listens and never accepts: the connection is made, no answer comes.
        let listener = try SilentListener()
        var configuration = PostgresConfiguration(url: "postgres://u@127.0.0.1:\(listener.port)/x")
        configuration.connectTimeout = cancels ? .seconds(600) : .milliseconds(300)
        let opening = Task { [configuration] in
            _ = try await PostgresConnection.open(configuration, logger: TestDatabase.silent)
        }
        if cancels { opening.cancel() }
        let result = await opening.result
        #expect(throws: (any Error).self) { try result.get() }
        do {
            try result.get()
        } catch let error as PostgresError {
            #expect(!cancels)
            #expect(error.code == .unableToConnect)
        } catch {
            #expect(cancels && error is CancellationError)
        }
        listener.close()
    }

    struct Setting: Statement {
        static let sql = "SELECT current_setting($1), current_user::text"
        var name: String
        func bind(_ parameters: inout Parameters) { parameters.append(self.name) }
        static func read(_ columns: inout Columns) throws -> String {
            let setting: String = try columns.next()
            return "\(setting) as \(try columns.next() as String)"
        }
    }

    @Test("Role, schema, time-out and settings hold on every connection")
    func session() async throws {
        try await TestDatabase.shared.withDatabase { base in
            let service = ServiceSchema(schema: "it's \"x\"", role: "sheaf_session_test")
            try await service.prepare(base, logger: TestDatabase.silent)
            var configuration = service.configuration(base)
            configuration.statementTimeout = .milliseconds(1500)
            configuration.settings["custom.note"] = "it's \\ a 'test'"
            let connection = try await PostgresConnection.open(configuration, logger: TestDatabase.silent)
            func setting(_ name: String) async throws -> String? {
                try await connection.execute(Setting(name: name)).first
            }
            #expect(try await setting("search_path") == "\"it's \"\"x\"\"\" as sheaf_session_test")
            #expect(try await setting("statement_timeout") == "1500ms as sheaf_session_test")
            #expect(try await setting("custom.note") == "it's \\ a 'test' as sheaf_session_test")
            #expect(try await setting("plan_cache_mode") == "force_custom_plan as sheaf_session_test")
            let error = await postgresError { _ = try await connection.execute(SleepSeconds(seconds: 60)) }
            #expect(error?.code == .queryCancelled)
            #expect(connection.isOpen)
            await connection.close()
        }
    }

    @Test(
        "TLS by URL: sslmode=require and verify-ca work, and verify-ca refuses another authority",
        .timeLimit(.minutes(10)))
    func tls() async throws {
        let certificates = FileManager.default.temporaryDirectory.appending(path: "sheaf-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: certificates, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: certificates) }
        func make(_ name: String, in folder: URL) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "1",
                "-subj", "/CN=localhost", "-keyout", folder.appending(path: "\(name).key").path,
                "-out", folder.appending(path: "\(name).crt").path,
            ]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
        }
        try make("server", in: certificates)
        try make("other", in: certificates)
        let database = TestDatabase(privateWith: ["ssl": "on"]) { data in
            for file in ["server.crt", "server.key"] {
                try FileManager.default.copyItem(at: certificates.appending(path: file), to: data.appending(path: file))
            }
            let key = data.appending(path: "server.key").path
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        }
        let url = try await database.url(database: "postgres")
        func cipher(_ parameters: String) async throws -> [Bool] {
            let configuration = PostgresConfiguration(url: "\(url)?\(parameters)")
            let connection = try await PostgresConnection.open(configuration, logger: TestDatabase.silent)
            return try await connection.execute(IsEncrypted())
        }
        #expect(try await cipher("sslmode=require") == [true])
        #expect(try await cipher("sslmode=disable") == [false])
        #expect(try await cipher("sslmode=verify-ca&sslrootcert=\(certificates.path)/server.crt") == [true])
        let refused = await postgresError {
            _ = try await cipher("sslmode=verify-ca&sslrootcert=\(certificates.path)/other.crt")
        }
        #expect(refused?.code == .unableToConnect)
    }

    struct IsEncrypted: Statement {
        static let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        static func read(_ columns: inout Columns) throws -> Bool { try columns.next() }
    }
}

/// Listens on a port and never says a word.
struct SilentListener {
    let port: Int
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 4) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        try #require(isListening)
        self.descriptor = descriptor
        self.port = Int(UInt16(bigEndian: address.sin_port))
    }

    func close() {
        _ = Glibc.close(self.descriptor)
    }
}
