import AsyncHTTPClient
import Contracts
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
    private let multimediaFile: String
    private let smtp: SMTPGateway.Settings?
    private let webhooks: WebhookGateway.Settings?

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
        self.multimediaFile = reader.string("MMS_FILE", default: "")
        self.kannelURL = Self.url(kannel)
        self.reportsURL = Self.url(reports)
        if !kannel.isEmpty, self.kannelURL == nil {
            reader.refuse("KANNEL_URL", takes: "an address such as http://127.0.0.1:13013")
        }
        if self.reportsURL == nil { reader.refuse("REPORTS_URL", takes: "an address such as http://127.0.0.1:8084") }
        self.smtp = Self.smtp(reader, self.timeout)
        self.webhooks = Self.webhooks(reader, self.timeout)
        var dispatch = Dispatcher.Settings()
        dispatch.calls = reader.integer("GATEWAY_CALLS", default: 16, in: 1...1000)
        // An urgent message is called for three times at most.
        dispatch.lostAfterSeconds = 3 * Int(self.timeout.components.seconds) + 10
        self.dispatch = dispatch
    }

    private static func url(_ text: String) -> URL? {
        URL(string: text).flatMap { ["http", "https"].contains($0.scheme) && $0.host() != nil ? $0 : nil }
    }

    private static func smtp(_ reader: ConfigurationReader, _ timeout: Duration) -> SMTPGateway.Settings? {
        let text = reader.string("SMTP_URL", default: "")
        let user = reader.string("SMTP_USER", default: "")
        let password = reader.string("SMTP_PASSWORD", default: "", secret: true)
        let sender = reader.string("EMAIL_SENDER", default: "")
        guard !text.isEmpty else { return nil }
        guard let url = URL(string: text), let host = url.host(), ["smtp", "smtps"].contains(url.scheme) else {
            reader.refuse(
                "SMTP_URL", takes: "an address such as smtp://mail.example.org:25 or smtps://mail.example.org")
            return nil
        }
        guard sender.contains("@") else {
            reader.refuse("EMAIL_SENDER", takes: "an e-mail address, with SMTP_URL")
            return nil
        }
        let isEncrypted = url.scheme == "smtps"
        return SMTPGateway.Settings(
            host: host, port: url.port ?? (isEncrypted ? 465 : 25), isEncrypted: isEncrypted,
            user: user.isEmpty ? nil : user, password: password, sender: sender, timeout: timeout)
    }

    private static func webhooks(_ reader: ConfigurationReader, _ timeout: Duration) -> WebhookGateway.Settings? {
        let text = reader.string("WEBHOOKS", default: "")
        let secret = reader.string("WEBHOOK_SECRET", default: "", secret: true)
        guard !text.isEmpty else { return nil }
        var addresses: [String: URL] = [:]
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let address = Self.url(String(parts[1])) else {
                reader.refuse("WEBHOOKS", takes: "names and addresses such as crm=https://crm.example.org/sheaf,…")
                return nil
            }
            addresses[String(parts[0])] = address
        }
        guard secret.utf8.count >= 16 else {
            reader.refuse("WEBHOOK_SECRET", takes: "at least 16 characters, with WEBHOOKS")
            return nil
        }
        return WebhookGateway.Settings(addresses: addresses, secret: secret, timeout: TimeAmount(timeout))
    }

    /// Where messages of each channel go.
    func outlets(logger: Logger) throws -> [GatewayOutlet] {
        var outlets = [
            GatewayOutlet(
                try self.gateway(logger: logger), channels: [.sms], lanes: [.urgent, .others],
                perSecond: self.messagesPerSecond)
        ]
        if !self.multimediaFile.isEmpty {
            logger.critical(
                "Multimedia messages are written into a file and reach nobody",
                metadata: ["file": "\(self.multimediaFile)"])
            outlets.append(
                GatewayOutlet(
                    try FileGateway(path: self.multimediaFile), channels: [.mms], lanes: [.all],
                    perSecond: self.messagesPerSecond))
        }
        if let smtp {
            outlets.append(
                GatewayOutlet(SMTPGateway(smtp), channels: [.email], lanes: [.all], perSecond: self.messagesPerSecond))
        }
        if let webhooks {
            outlets.append(
                GatewayOutlet(
                    WebhookGateway(webhooks, client: .shared), channels: [.webhook], lanes: [.all],
                    perSecond: self.messagesPerSecond))
        }
        return outlets
    }

    private func gateway(logger: Logger) throws -> any Gateway {
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
