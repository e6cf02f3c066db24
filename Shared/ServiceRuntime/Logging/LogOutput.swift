import Glibc
import Synchronization

/// Where finished log lines go: whole lines, never two mixed.
final class LogOutput: Sendable {
    static let standardOutput = LogOutput { line in
        writeAll(line, to: STDOUT_FILENO)
    }

    private let sink: Mutex<@Sendable (String) -> Void>

    init(_ sink: @escaping @Sendable (String) -> Void) {
        self.sink = Mutex(sink)
    }

    func write(_ line: String) {
        self.sink.withLock { $0(line) }
    }
}

/// Writes past the C library's buffer: a line is out before the process may die. A closed output loses it, silently,
/// since there is nowhere left to say so.
func writeAll(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written > 0 {
            rest = rest.dropFirst(written)
        } else if errno == EAGAIN {
            var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = Glibc.poll(&poll, 1, 1000)
        } else if errno != EINTR {
            return
        }
    }
}
