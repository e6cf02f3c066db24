import AsyncHTTPClient
import Contracts
import Foundation
import Testing

@testable import Notification

@Suite("E-mails and webhooks, with servers of others", .serialized)
struct SinkTests {
    private func message(to recipient: String, _ text: String, subject: String? = nil) -> HandedMessage {
        HandedMessage(
            id: NotificationID(rawValue: UUID()), recipient: recipient, subject: subject, text: text, priority: .normal)
    }

    private func gateway(port: Int, seconds: Int = 10) -> SMTPGateway {
        SMTPGateway(
            .init(
                host: "127.0.0.1", port: port, isEncrypted: false, password: "", sender: "bills@sheaf.example",
                timeout: .seconds(seconds)))
    }

    @Test("An e-mail arrives whole, with its subject and the message's id, however long and in whatever letters")
    func email() async throws {
        let server = try LocalServer(LocalServer.smtp)
        defer { server.stop() }
        let text = String(repeating: "尊敬的客户，您2026年12月账单为288.00元。\n.\n", count: 60)
        let sent = message(
            to: "peter@example.org", text, subject: "您2026年12月的账单，共288.00元，请于2027年2月1日前缴纳，谢谢您的支持")
        #expect(await gateway(port: server.port).handOver(sent) == .accepted)
        let got = try server.next()
        #expect(got["text"] == text && got["subject"] == sent.subject)
        #expect(got["from"] == "bills@sheaf.example" && got["to"] == "peter@example.org")
        #expect(got["id"] == "<\(sent.id)@sheaf.example>")
        #expect(Int(got["longest"] ?? "").map { $0 <= 78 } == true, "no line is too long")
    }

    @Test("What a relay says: for good, for now, nothing at all, or not even there")
    func relays() async throws {
        let server = try LocalServer(LocalServer.smtp)
        defer { server.stop() }
        let gateway = gateway(port: server.port, seconds: 2)
        guard case .refused(_, let refused) = await gateway.handOver(message(to: "nobody@example.org", "a")) else {
            return #expect(Bool(false), "refused")
        }
        #expect(refused.contains("550"))
        guard case .deferred = await gateway.handOver(message(to: "later@example.org", "a")) else {
            return #expect(Bool(false), "deferred")
        }
        guard case .lost = await gateway.handOver(message(to: "silent@example.org", "a")) else {
            return #expect(Bool(false), "lost: the relay has the text, and says nothing")
        }
        server.stop()
        guard case .deferred(let code, _) = await gateway.handOver(message(to: "peter@example.org", "a")) else {
            return #expect(Bool(false), "absent")
        }
        #expect(code == "UNREACHABLE")
    }

    @Test("A webhook is signed, and carries the message's id; it is repeated where nobody has taken it")
    func webhook() async throws {
        let secret = "sixteen bytes and more"
        let server = try LocalServer(LocalServer.webhook(secret: secret))
        defer { server.stop() }
        func address(_ status: Int) throws -> URL {
            try #require(URL(string: "http://127.0.0.1:\(server.port)/\(status)"))
        }
        let gateway = WebhookGateway(
            .init(
                addresses: ["crm": try address(200), "down": try address(503), "gone": try address(410)],
                secret: secret), client: .shared)
        let sent = message(to: "crm", "尊敬的客户")
        #expect(await gateway.handOver(sent) == .delivered)
        let got = try server.next()
        #expect(got == ["signed": "True", "key": "\(sent.id)", "text": "尊敬的客户", "id": "\(sent.id)"])
        guard case .deferred = await gateway.handOver(message(to: "down", "a")) else {
            return #expect(Bool(false), "deferred")
        }
        guard case .refused = await gateway.handOver(message(to: "gone", "a")) else {
            return #expect(Bool(false), "refused")
        }
        guard case .refused(let code, _) = await gateway.handOver(message(to: "else", "a")) else {
            return #expect(Bool(false), "unknown")
        }
        #expect(code == "UNKNOWN_WEBHOOK")
        server.stop()
        guard case .deferred = await gateway.handOver(sent) else { return #expect(Bool(false), "absent") }
    }

    @Test("A message for a channel without a gateway is refused, and says which there are")
    func channels() async throws {
        try await Desk.open { desk in
            try await desk.request([
                NotificationRequested(
                    notificationId: NotificationID(rawValue: UUID()), recipient: "a@example.org", channel: .email,
                    template: "accountRestored")
            ])
            let told = try await desk.told(NotificationSuppressed.self)
            #expect(told.map(\.code) == ["CHANNEL_NOT_CONFIGURED"])
            #expect(told.first?.message == "channel email has no gateway; there are: mms, sms")
        }
    }
}
