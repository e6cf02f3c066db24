import Contracts
import Foundation
import JSONText
import Synchronization

/// Writes messages into a file, one JSON object a line: where there is no gateway to a network.
final class FileGateway: Gateway {
    private struct Line: Encodable {
        var notificationId: NotificationID
        var recipient: String
        var sender: String?
        var text: String
        var priority: NotificationPriority
    }

    let id = "file"
    private let file: Mutex<FileHandle>

    /// - Throws: where the file cannot be written.
    init(path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: url) }
        let file = try FileHandle(forWritingTo: url)
        try file.seekToEnd()
        self.file = Mutex(file)
    }

    func handOver(_ message: HandedMessage) async -> HandOver {
        let line = Line(
            notificationId: message.id, recipient: message.recipient, sender: message.sender, text: message.text,
            priority: message.priority)
        do {
            let bytes = try JSONText.encode(line) + [10]
            // A line is written by one call, however many write.
            try self.file.withLock { try $0.write(contentsOf: bytes) }
            return .delivered
        } catch {
            return .deferred(code: "FILE", text: "\(error)")
        }
    }
}
