import Foundation

/// A PostgreSQL server of this process alone, in a temporary folder.
///
/// It outlives no test process: a guard waits for the end of a pipe that only this process holds open,
/// and then stops the server and removes the folder, also after `kill -9`.
actor TestDatabaseServer {
    nonisolated let folder: URL
    nonisolated let port: Int
    private let binaries: String
    private let settings: [String: String]
    private let guardian: Pipe

    /// - Parameters:
    ///   - settings: of the server.
    ///   - prepare: puts further files into the data folder before the start.
    init(settings: [String: String], prepare: @Sendable (URL) async throws -> Void) async throws {
        self.settings = settings
        self.binaries = try Self.findBinaries()
        self.port = try Self.freePort()
        self.folder = FileManager.default.temporaryDirectory.appending(path: "sheaf-test-\(UUID().uuidString)")
        self.guardian = Pipe()
        try FileManager.default.createDirectory(
            at: self.folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        try Self.startGuardian(self.guardian, folder: self.folder)
        let data = self.folder.appending(path: "data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: false)
        try await Self.giveToServerUser(data, log: self.folder)
        try await self.asServerUser(
            "initdb",
            [
                "--pgdata=\(data.path)", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C",
                "--no-sync",
            ])
        try await prepare(data)
        try await Self.giveToServerUser(data, log: self.folder)
        try await self.start()
    }

    /// The URL of a database of this server.
    nonisolated func url(database: String) -> String {
        "postgres://postgres@127.0.0.1:\(self.port)/\(database)"
    }

    /// Starts the server and waits until it takes connections; recovers first if it was killed.
    func start() async throws {
        var options = [
            "-p \(self.port)", "-c listen_addresses=127.0.0.1", "-c unix_socket_directories=\(self.folder.path)/data",
            // The tests kill processes, not the machine; hundreds of them run at once, each with pools of its own.
            "-c fsync=off", "-c max_connections=1000",
        ]
        for (name, value) in self.settings.sorted(by: { $0.key < $1.key }) {
            options.append("-c \(name)=\(value)")
        }
        try await self.asServerUser(
            "pg_ctl",
            [
                "--pgdata=\(self.folder.path)/data", "--log=\(self.folder.path)/data/server.log", "--wait",
                "--timeout=60", "--options=\(options.joined(separator: " "))", "start",
            ])
    }

    /// Kills every process of the server at once, as a power cut would; returns when all are dead.
    func kill9() async throws {
        guard let postmaster = self.postmaster else { return }
        let children = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init)
            .filter { Self.status(of: $0)?.parent == postmaster }
        let processes = [postmaster] + children
        for process in processes { kill(process, SIGKILL) }
        while processes.contains(where: { Self.status(of: $0).map { $0.state != "Z" } ?? false }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        // A dead process whose parent has not noticed yet would keep the server from starting again.
        for lock in ["postmaster.pid", ".s.PGSQL.\(self.port).lock"] {
            try FileManager.default.removeItem(atPath: "\(self.folder.path)/data/\(lock)")
        }
    }

    private var postmaster: Int32? {
        let file = try? String(contentsOfFile: "\(self.folder.path)/data/postmaster.pid", encoding: .utf8)
        return file?.split(separator: "\n").first.flatMap { Int32($0) }
    }

    private static func status(of process: Int32) -> (state: Substring, parent: Int32)? {
        // pid (name) state parent …
        let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        guard let fields = stat?.split(separator: ")").last?.split(separator: " "), fields.count > 1 else { return nil }
        return Int32(fields[1]).map { (fields[0], $0) }
    }

    private func asServerUser(_ program: String, _ arguments: [String]) async throws {
        let path = "\(self.binaries)/\(program)"
        let log = self.folder.appending(path: "\(program).log")
        if geteuid() == 0 {
            try await TestDatabaseCommand.run(
                "runuser", ["-u", "postgres", "--", path] + arguments, output: log)
        } else {
            try await TestDatabaseCommand.run(path, arguments, output: log)
        }
    }

    /// PostgreSQL refuses to run as root, and to use a folder that is not its own.
    private static func giveToServerUser(_ data: URL, log: URL) async throws {
        guard geteuid() == 0 else { return }
        try await TestDatabaseCommand.run(
            "chown", ["-R", "postgres:", data.path], output: log.appending(path: "chown.log"))
    }

    private static func startGuardian(_ pipe: Pipe, folder: URL) throws {
        // Other children must not inherit the end that tells of our death.
        _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let script = """
            trap '' INT TERM HUP
            cat > /dev/null
            server=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null) && kill -QUIT "$server" 2> /dev/null
            while [ -n "$server" ] && grep -qs '^State:[^Z]*$' "/proc/$server/status"; do sleep 0.1; done
            rm -rf "$1"
            """
        try TestDatabaseCommand.spawn(
            "sh", ["-c", script, "guardian", folder.path], input: pipe.fileHandleForReading,
            output: try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/null")))
        try pipe.fileHandleForReading.close()
    }

    private static func findBinaries() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.compactMap(Int.init).max()
        let candidates = [ProcessInfo.processInfo.environment["POSTGRES_BIN"], newest.map { "\(root)/\($0)/bin" }]
        for case let folder? in candidates
        where FileManager.default.isExecutableFile(atPath: "\(folder)/initdb") {
            return folder
        }
        throw TestDatabaseCommand.Failure(description: "no PostgreSQL server under \(root), nor in POSTGRES_BIN")
    }

    private static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
            }
        }
        guard isBound else { throw TestDatabaseCommand.Failure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
