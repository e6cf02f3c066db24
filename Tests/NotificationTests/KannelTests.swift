import AsyncHTTPClient
import Contracts
import Foundation
import NIOHTTP1
import Testing

@testable import Notification

@Suite("Kannel's interface")
struct KannelTests {
    private static let gateway = KannelGateway(
        .init(
            url: URL(string: "http://127.0.0.1:13013") ?? URL(filePath: "/"), user: "u", password: "p&q",
            sender: "10086",
            reportsURL: URL(string: "http://127.0.0.1:8084") ?? URL(filePath: "/"), token: "t"),
        client: .shared)

    private func fields(_ text: String, _ priority: NotificationPriority = .normal) throws -> [String: String] {
        let message = HandedMessage(
            id: NotificationID(try #require(UUID(uuidString: "0192f3c4-0000-7000-8000-000000000001"))),
            recipient: "13109160001", text: text, priority: priority)
        let url = try #require(Self.gateway.url(of: message).flatMap { URLComponents(string: $0) })
        #expect(url.path == "/cgi-bin/sendsms" && url.port == 13013)
        return Dictionary(uniqueKeysWithValues: (url.queryItems ?? []).map { ($0.name, $0.value ?? "") })
    }

    @Test("A text goes with its report's address, in which the id of the message is")
    func request() throws {
        let fields = try fields("100% & more")
        #expect(fields["text"] == "100% & more" && fields["to"] == "13109160001" && fields["from"] == "10086")
        #expect(fields["username"] == "u" && fields["password"] == "p&q" && fields["coding"] == nil)
        let report = try #require(fields["dlr-url"])
        #expect(report.hasPrefix("http://127.0.0.1:8084/kannel/receipts?id=0192f3c4-0000-7000-8000-000000000001"))
        #expect(report.hasSuffix("&type=%d&answer=%A") && report.contains("token=t"))
        #expect(fields["dlr-mask"] == "19" && fields["priority"] == nil)
    }

    @Test("Chinese goes in UCS-2; urgent ones by priority")
    func coding() throws {
        let fields = try fields("尊敬的客户", .urgent)
        #expect(fields["coding"] == "2" && fields["charset"] == "UTF-8" && fields["priority"] == "3")
        #expect(fields["text"] == "尊敬的客户")
    }

    @Test("What an answer means: only what never went out is tried again")
    func outcomes() {
        #expect(KannelGateway.outcome(.accepted, "0: Accepted for delivery") == .accepted)
        guard case .refused = KannelGateway.outcome(.badRequest, "bad") else { return #expect(Bool(false)) }
        guard case .deferred = KannelGateway.outcome(.forbidden, "who?") else { return #expect(Bool(false)) }
        guard case .deferred = KannelGateway.outcome(.serviceUnavailable, "later") else {
            return #expect(Bool(false))
        }
    }
}
