import Contracts
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// E-mails, by a relay that speaks SMTP (RFC 5321), with TLS from the first byte where it is asked for (RFC 8314).
struct SMTPGateway: Gateway {
    struct Settings: Sendable {
        var host: String
        var port: Int
        var isEncrypted: Bool
        var user: String?
        var password: String
        /// Whom recipients see.
        var sender: String
        var timeout: Duration = .seconds(10)
    }

    let id = "smtp"
    private let settings: Settings

    init(_ settings: Settings) { self.settings = settings }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private struct TimedOut: Error {}

    func handOver(_ message: HandedMessage) async -> HandOver {
        let email = EmailMessage(
            id: message.id, from: self.settings.sender, to: message.recipient,
            subject: message.subject ?? String(message.text.prefix(40)), text: message.text, date: Date())
        // From then on the relay may have it.
        let progress = Progress()
        do {
            return try await withThrowingTaskGroup(of: HandOver.self) { group in
                group.addTask { try await self.send(email, progress) }
                group.addTask {
                    try await Task.sleep(for: self.settings.timeout)
                    throw TimedOut()
                }
                defer { group.cancelAll() }
                return try await group.next() ?? .deferred(code: "UNAVAILABLE", text: "nothing was said")
            }
        } catch let reply as SMTPReply {
            return reply.outcome
        } catch {
            let text = error is TimedOut ? "no answer in time" : "\(error)"
            return progress.isHandedOver ? .lost(text: text) : .deferred(code: "UNREACHABLE", text: text)
        }
    }

    private final class Progress: Sendable {
        private let handedOver = Mutex(false)

        var isHandedOver: Bool { self.handedOver.withLock { $0 } }

        func handOver() { self.handedOver.withLock { $0 = true } }
    }

    private func connect() async throws -> Connection {
        let settings = self.settings
        let tls = try settings.isEncrypted ? NIOSSLContext(configuration: .makeClientConfiguration()) : nil
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(settings.timeout))
            .connect(host: settings.host, port: settings.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: settings.host)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
    }

    private func send(_ email: EmailMessage, _ progress: Progress) async throws -> HandOver {
        try await self.connect().executeThenClose { inbound, outbound in
            var replies = SMTPReplies(inbound)
            func say(_ line: String) async throws { try await outbound.write(ByteBuffer(string: line + "\r\n")) }
            func ask(_ line: String, _ expected: Int...) async throws {
                try await say(line)
                try await replies.next().expect(expected)
            }
            try await replies.next().expect([220])
            try await ask("EHLO \(Self.hostName)", 250)
            if let user = self.settings.user {
                let secret = Data("\0\(user)\0\(self.settings.password)".utf8).base64EncodedString()
                try await ask("AUTH PLAIN \(secret)", 235)
            }
            try await ask("MAIL FROM:<\(email.from)>", 250)
            try await ask("RCPT TO:<\(email.to)>", 250, 251)
            try await ask("DATA", 354)
            progress.handOver()
            try await ask(email.data + ".", 250)
            // It has the message, whatever becomes of the farewell.
            try? await say("QUIT")
            return .accepted
        }
    }

    private static let hostName: String = {
        let name = ProcessInfo.processInfo.hostName
        return name.isEmpty ? "localhost" : name
    }()
}

/// What a relay has said.
struct SMTPReply: Error, Hashable, Sendable {
    var code: Int
    var text: String

    /// - Throws: the reply itself, when it is another one.
    func expect(_ codes: [Int]) throws(SMTPReply) {
        guard codes.contains(self.code) else { throw self }
    }

    /// Of one that was not expected: 5xx is for good, all others for now.
    var outcome: HandOver {
        let text = "\(self.code) \(self.text.prefix(200))"
        return switch self.code {
        case 530, 534, 535, 538: .deferred(code: "DENIED", text: text)
        case 500..<600: .refused(code: "REFUSED", text: text)
        default: .deferred(code: "UNAVAILABLE", text: text)
        }
    }
}

/// Replies out of the bytes of a connection; one of several lines is one.
private struct SMTPReplies {
    private struct Ended: Error {}

    private static let longest = 65_536

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var bytes: [UInt8] = []

    init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) { self.inbound = inbound.makeAsyncIterator() }

    mutating func next() async throws -> SMTPReply {
        var text = ""
        while true {
            let line = try await self.line()
            guard line.utf8.count >= 3, let code = Int(line.prefix(3)) else { throw SMTPReply(code: 0, text: line) }
            text += line.dropFirst(4)
            if line.dropFirst(3).first != "-" { return SMTPReply(code: code, text: text) }
        }
    }

    private mutating func line() async throws -> String {
        while true {
            if let end = self.bytes.firstIndex(of: 10) {
                let line = self.bytes[..<end].filter { $0 != 13 }
                self.bytes.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            guard self.bytes.count < Self.longest, let buffer = try await self.inbound.next() else { throw Ended() }
            self.bytes += Array(buffer.readableBytesView)
        }
    }
}
