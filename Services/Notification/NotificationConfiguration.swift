import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import ServiceRuntime

/// Where messages go, and how many.
struct NotificationConfiguration: Sendable {
    /// Kannel's own limit, or a network's, belongs here too: what a gateway refuses for it is tried again.
    let messagesPerSecond: Int
    let dispatch: Dispatcher.Settings
    /// What a gateway has to say to be let in.
    let token: String
    private let kannelURL: URL?
    private let user: String
    private let password: String
    private let sender: String
    private let reportsURL: URL?
    private let timeout: Duration
    private let file: String

    init(_ reader: ConfigurationReader) throws {
        self.messagesPerSecond = reader.integer("SMS_PER_SECOND", default: 500, in: 1...100_000)
        let kannel = reader.string("KANNEL_URL", default: "")
        self.user = reader.string("KANNEL_USER", default: "sheaf")
        self.password = reader.string("KANNEL_PASSWORD", default: "", secret: true)
        self.token = reader.string("KANNEL_TOKEN", default: "", secret: true)
        self.sender = reader.string("SMS_SENDER", default: "10086")
        let reports = reader.string("REPORTS_URL", default: "http://127.0.0.1:8084")
        self.timeout = reader.seconds("GATEWAY_TIMEOUT_SECONDS", default: 10, in: 1...300)
        self.file = reader.string("MESSAGES_FILE", default: "messages.jsonl")
        self.kannelURL = Self.url(kannel)
        self.reportsURL = Self.url(reports)
        if !kannel.isEmpty, self.kannelURL == nil {
            reader.refuse("KANNEL_URL", takes: "an address such as http://127.0.0.1:13013")
        }
        if self.reportsURL == nil { reader.refuse("REPORTS_URL", takes: "an address such as http://127.0.0.1:8084") }
        var dispatch = Dispatcher.Settings()
        dispatch.calls = reader.integer("GATEWAY_CALLS", default: 16, in: 1...1000)
        // An urgent message is called for three times at most.
        dispatch.lostAfterSeconds = 3 * Int(self.timeout.components.seconds) + 10
        self.dispatch = dispatch
    }

    private static func url(_ text: String) -> URL? {
        URL(string: text).flatMap { ["http", "https"].contains($0.scheme) && $0.host() != nil ? $0 : nil }
    }

    func gateway(logger: Logger) throws -> any Gateway {
        guard let kannelURL, let reportsURL else {
            logger.critical(
                "No SMS gateway: messages are written into a file and reach nobody",
                metadata: ["file": "\(self.file)", "set": "KANNEL_URL"])
            return try FileGateway(path: self.file)
        }
        return KannelGateway(
            KannelGateway.Settings(
                url: kannelURL, user: self.user, password: self.password, sender: self.sender, reportsURL: reportsURL,
                token: self.token, timeout: TimeAmount(self.timeout)),
            client: .shared)
    }
}
