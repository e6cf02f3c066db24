import AsyncHTTPClient
import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import NotificationDomain

/// Short messages by Kannel's `sendsms` interface, with delivery reports.
struct KannelGateway: Gateway {
    struct Settings: Sendable {
        /// Such as `http://127.0.0.1:13013`.
        var url: URL
        var user: String
        var password: String
        /// Whom recipients see, where the message says nothing else.
        var sender: String
        /// The service's own address, to which reports are sent.
        var reportsURL: URL
        /// What reports have to say to be let in.
        var token: String
        var timeout: TimeAmount = .seconds(10)
    }

    let id = "kannel"
    private let settings: Settings
    private let client: HTTPClient

    init(_ settings: Settings, client: HTTPClient) {
        self.settings = settings
        self.client = client
    }

    func handOver(_ message: HandedMessage) async -> HandOver {
        guard let url = self.url(of: message) else {
            return .refused(code: "RECIPIENT", text: "recipient '\(message.recipient)' makes no address")
        }
        do {
            let response = try await self.client.execute(HTTPClientRequest(url: url), timeout: self.settings.timeout)
            let body = try await response.body.collect(upTo: 65_536)
            return Self.outcome(response.status, String(buffer: body))
        } catch let error as HTTPClientError where error == .connectTimeout || error == .getConnectionFromPoolTimeout {
            return .deferred(code: "UNREACHABLE", text: "\(error)")
        } catch let error as IOError where Self.isRefusal(error) {
            return .deferred(code: "UNREACHABLE", text: "\(error)")
        } catch {
            return .lost(text: "\(error)")
        }
    }

    /// Nobody has listened: nothing was said.
    private static func isRefusal(_ error: IOError) -> Bool {
        [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode)
    }

    /// Kannel answers 202 where it has the message, 503 where it cannot have it now, and 4xx where it never will.
    static func outcome(_ status: HTTPResponseStatus, _ body: String) -> HandOver {
        let text = "\(status.code) \(body.prefix(200))"
        return switch status.code {
        case 200..<300: .accepted
        case 401, 403: .deferred(code: "DENIED", text: text)
        case 400..<500: .refused(code: "REFUSED", text: text)
        default: .deferred(code: "UNAVAILABLE", text: text)
        }
    }

    func url(of message: HandedMessage) -> String? {
        guard !message.recipient.isEmpty,
            var components = URLComponents(
                url: self.settings.url.appending(path: "cgi-bin/sendsms"), resolvingAgainstBaseURL: false),
            var reports = URLComponents(url: self.settings.reportsURL, resolvingAgainstBaseURL: false)
        else { return nil }
        reports.path += KannelRoutes.receiptsPath
        reports.queryItems = [
            URLQueryItem(name: "id", value: message.id.description),
            URLQueryItem(name: "token", value: self.settings.token),
        ]
        // Kannel puts the report's kind and text in their places.
        guard let report = reports.string.map({ $0 + "&type=%d&answer=%A" }) else { return nil }
        var fields = [
            ("username", self.settings.user), ("password", self.settings.password),
            ("from", message.sender ?? self.settings.sender),
            ("to", message.recipient), ("text", message.text), ("charset", "UTF-8"),
            // Delivered, not delivered, and what the network's centre has said.
            ("dlr-mask", "19"), ("dlr-url", report),
        ]
        if ShortMessage(message.text).coding == .ucs2 { fields.append(("coding", "2")) }
        if message.priority == .urgent { fields.append(("priority", "3")) }
        components.percentEncodedQuery = fields.map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&")
        return components.string
    }

    private static let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            if Self.plain.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}
