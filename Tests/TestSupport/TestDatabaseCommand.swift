import Foundation

/// Programs that the tests' servers need.
///
/// `Process` will not do: it takes a program for running as long as a server that the program left
/// behind holds an inherited descriptor. Children here inherit input and output and nothing else.
enum TestDatabaseCommand {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs a program to its end, off the cooperative pool.
    ///
    /// - Throws: when its exit code is not 0, with what it printed into `file`.
    static func run(_ program: String, _ arguments: [String], output file: URL) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try Self.runBlocking(program, arguments, output: file) })
            }
        }
    }

    private static func runBlocking(_ program: String, _ arguments: [String], output file: URL) throws {
        let input = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/dev/null"))
        try Data().write(to: file)
        let output = try FileHandle(forWritingTo: file)
        let process = try Self.spawn(program, arguments, input: input, output: output)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            throw Failure(description: "\(program) ended with \(status): \(text)")
        }
    }

    /// Starts a program, found by `PATH`.
    ///
    /// - Returns: its process id.
    @discardableResult
    static func spawn(
        _ program: String, _ arguments: [String], input: FileHandle, output: FileHandle
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.fileDescriptor, 0)
        posix_spawn_file_actions_adddup2(&actions, output.fileDescriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, output.fileDescriptor, 2)
        for descriptor in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init)
        where descriptor > 2 {
            // One that has been closed meanwhile is no error.
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        let words = ([program] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        var process = pid_t()
        let problem = posix_spawnp(&process, program, &actions, nil, words + [nil], environ)
        guard problem == 0 else { throw Failure(description: "\(program) cannot be started: \(problem)") }
        return process
    }
}
