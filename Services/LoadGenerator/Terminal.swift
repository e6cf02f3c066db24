import Foundation
import LoadGeneratorDomain

/// Where people read.
enum Terminal {
    /// Colours if standard output is a terminal and `NO_COLOR` is not set.
    static var style: TextStyle {
        let refusesColour = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        return isatty(STDOUT_FILENO) == 1 && !refusesColour ? .coloured : .plain
    }

    /// A result, at once also when standard output is a file.
    static func show(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }

    /// Something by the way, on standard error.
    static func note(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }
}
