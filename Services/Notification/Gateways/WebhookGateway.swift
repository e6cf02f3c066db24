import AsyncHTTPClient
import Contracts
import Crypto
import Foundation
import JSONText
import NIOCore
import NIOHTTP1

/// Messages as signed requests to addresses that partners have named.
///
/// Each request carries `Sheaf-Signature: t=<seconds>,v1=<hex>`, an HMAC-SHA-256 of `<seconds>.<body>` by the shared secret,
/// and the message's id as `Idempotency-Key`: one that nobody has answered is sent again.
struct WebhookGateway: Gateway {
    struct Settings: Sendable {
        /// By the names that messages are addressed to.
        var addresses: [String: URL]
        var secret: String
        var timeout: TimeAmount = .seconds(10)
    }

    private struct Body: Encodable {
        var notificationId: NotificationID
        var recipient: String
        var subject: String?
        var text: String
        var priority: NotificationPriority
    }

    let id = "webhook"
    private let settings: Settings
    private let client: HTTPClient
    private let seconds: @Sendable () -> Int

    /// - Parameter seconds: since 1970, by the wall clock.
    init(
        _ settings: Settings, client: HTTPClient,
        seconds: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
    ) {
        self.settings = settings
        self.client = client
        self.seconds = seconds
    }

    func handOver(_ message: HandedMessage) async -> HandOver {
        guard let address = self.settings.addresses[message.recipient] else {
            let known = self.settings.addresses.keys.sorted().joined(separator: ", ")
            return .refused(
                code: "UNKNOWN_WEBHOOK", text: "there is no webhook '\(message.recipient)'; there are: \(known)")
        }
        do {
            let body = try JSONText.encode(
                Body(
                    notificationId: message.id, recipient: message.recipient, subject: message.subject,
                    text: message.text, priority: message.priority))
            var request = HTTPClientRequest(url: address.absoluteString)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.headers.add(name: "idempotency-key", value: message.id.description)
            request.headers.add(
                name: "sheaf-signature", value: Self.signature(body, at: self.seconds(), self.settings.secret))
            request.body = .bytes(body)
            let response = try await self.client.execute(request, timeout: self.settings.timeout)
            return Self.outcome(response.status)
        } catch {
            // Whether it has arrived or not: its id tells the receiver.
            return .deferred(code: "UNREACHABLE", text: "\(error)")
        }
    }

    static func signature(_ body: [UInt8], at seconds: Int, _ secret: String) -> String {
        let key = SymmetricKey(data: Array(secret.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(seconds).".utf8) + body, using: key)
        let hex = code.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
        return "t=\(seconds),v1=\(hex)"
    }

    static func outcome(_ status: HTTPResponseStatus) -> HandOver {
        switch status.code {
        case 200..<300: .delivered
        case 408, 425, 429, 500...: .deferred(code: "UNAVAILABLE", text: "\(status.code)")
        default: .refused(code: "REFUSED", text: "\(status.code)")
        }
    }
}
