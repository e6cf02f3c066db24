import Foundation

/// `sheaf-ctl`, as a process of its own.
enum CommandLineTool {
    /// Beside the tests' own binary.
    private static let binary = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "Ctl")

    /// - Returns: the exit code, and what it printed, errors included.
    static func run(_ arguments: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = Self.binary
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// What it prints with `--json`.
    static func json<Body: Decodable>(_ type: Body.Type = Body.self, _ arguments: [String]) throws -> Body {
        let process = Process()
        process.executableURL = Self.binary
        process.arguments = arguments + ["--json"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(type, from: data)
    }
}
