import Foundation
import Testing

/// The customers' phones: what Kannel's fake network has received for them, and what they send.
struct Phones: Sendable {
    struct Text: Hashable, Sendable {
        /// From whom it is, as the phone shows it.
        var sender = ""
        var recipient: String
        var text: String
    }

    private let log: URL
    private let script: URL
    private let runFolder: String

    init(_ system: RunningSystem) throws {
        self.runFolder = try #require(system.runFolder, "SHEAF_RUN_FOLDER is not set")
        self.log = URL(filePath: self.runFolder).appending(path: "log/sms-network.log")
        self.script = URL(filePath: "deploy/scripts/text")
    }

    /// Whether there is a network: without Kannel messages go into a file.
    static func isThere(_ system: RunningSystem) -> Bool {
        system.runFolder.map { FileManager.default.fileExists(atPath: $0 + "/kannel/phones-port") } ?? false
    }

    /// Multimedia messages, which go into a file.
    func pictures(to recipient: String) throws -> Int {
        let file = URL(filePath: self.runFolder).appending(path: "mms.jsonl")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .filter { $0.contains("\"\(recipient)\"") }.count
    }

    func texts(to recipient: String) throws -> [String] {
        try self.texts().filter { $0.recipient == recipient }.map(\.text)
    }

    /// All that has arrived, in that order; a long one with its last part.
    func texts() throws -> [Text] {
        var parts: [String: String] = [:]
        var texts: [Text] = []
        for line in try String(contentsOf: self.log, encoding: .utf8).split(separator: "\n") {
            guard let start = line.range(of: "Got message ")?.upperBound, let open = line[start...].firstIndex(of: "<"),
                line.hasSuffix(">")
            else { continue }
            let words = line[line.index(after: open)...].dropLast().split(separator: " ", maxSplits: 3)
            guard words.count == 4 else { continue }
            let (sender, recipient, kind, content) = (String(words[0]), String(words[1]), words[2], words[3])
            switch kind {
            case "text":
                let text = String(decoding: Self.bytes(content), as: UTF8.self)
                texts.append(Text(sender: sender, recipient: recipient, text: text))
            case "ucs-2": texts.append(Text(sender: sender, recipient: recipient, text: Self.ucs2(content)))
            case "udh":
                // The header's last three bytes: a reference, how many parts there are, and which this is.
                let halves = content.split(separator: " data ", maxSplits: 1)
                let header = Self.bytes(halves.first ?? "")
                guard halves.count == 2, header.count >= 3 else { continue }
                let key = "\(recipient) \(header[header.count - 3])"
                parts[key, default: ""] += Self.ucs2(halves[1])
                if header[header.count - 1] == header[header.count - 2] {
                    let text = parts.removeValue(forKey: key) ?? ""
                    texts.append(Text(sender: sender, recipient: recipient, text: text))
                }
            default: continue
            }
        }
        return texts
    }

    /// As in addresses.
    private static func bytes(_ text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return bytes
    }

    private static func ucs2(_ text: Substring) -> String {
        let bytes = Self.bytes(text)
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        return String(decoding: units, as: UTF16.self)
    }

    /// Sends a text as a customer does.
    func send(_ text: String, from sender: String, to receiver: String = "10086") throws {
        let process = Process()
        process.executableURL = self.script
        process.arguments = [sender, text, receiver]
        process.environment = ProcessInfo.processInfo.environment.merging(["SHEAF_RUN_FOLDER": self.runFolder]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "the text is not sent: \(said)")
    }
}
