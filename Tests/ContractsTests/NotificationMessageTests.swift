import Contracts
import Foundation
import Testing

/// One of each message that Notification reads or writes, with every field.
enum NotificationMessages {
    static let now = Timestamp(microseconds: 1_795_224_600_123_000)
    static let later = Timestamp(microseconds: 1_795_900_000_000_000)
    static let id = NotificationID(UUID(uuidString: "0192f3c4-0000-7000-8000-000000000001") ?? UUID())
    static let number = "13109160001"

    static let bodies: [any MessageBody & Equatable] = [
        NotificationRequested(
            notificationId: id, recipient: number, channel: .sms, template: "billIssued", language: "en",
            parameters: ["total": 288_000], priority: .bulk, notBefore: now, expiresAt: later, dedupeKey: "k",
            campaign: "c"),
        NotificationScheduled(
            notificationId: id, recipient: number, channel: .sms, template: "billIssued", priority: .normal,
            dueAt: later, reason: "outsideHours", scheduledAt: now),
        NotificationSent(
            notificationId: id, recipient: number, channel: .sms, template: "billIssued", text: "尊敬的客户", sentAt: now,
            gatewayId: "kannel"),
        NotificationDelivered(notificationId: id, recipient: number, deliveredAt: now),
        NotificationFailed(notificationId: id, recipient: number, code: "UNCERTAIN", message: "…", failedAt: now),
        NotificationSuppressed(
            notificationId: id, recipient: number, code: "OPTED_OUT", message: "…", suppressedAt: now),
        MessageReceived(messageId: "m-1", from: number, to: "10086", text: "KTGPRS5", receivedAt: now),
    ]
}

@Suite("Notification's messages")
struct NotificationMessageTests {
    @Test("come back from JSON as they went", arguments: NotificationMessages.bodies.indices)
    func roundTrip(index: Int) throws {
        try Self.checkRoundTrip(NotificationMessages.bodies[index])
    }

    private static func checkRoundTrip<Body: MessageBody & Equatable>(_ body: Body) throws {
        let json = try RatingMessages.encoder().encode(body)
        #expect(try JSONDecoder().decode(Body.self, from: json) == body)
        #expect(MessageTypes.byTopic[Body.topic.name]?.contains(Body.type) == true)
        #expect(body.key == NotificationMessages.number && !body.subject.isEmpty)
        #expect(!String(decoding: json, as: UTF8.self).contains("+00:00"), "times carry the business offset")
    }

    @Test("are all there, and validate against their schemas")
    func schemas() throws {
        let topics = [Topic.notificationsRequested, .notificationsEvents, .messagesReceived]
        let types = topics.flatMap { MessageTypes.byTopic[$0.name] ?? [] }
        #expect(Set(types) == Set(NotificationMessages.bodies.map { type(of: $0).type }))
        let encoder = try RatingMessages.encoder()
        var lines: [String] = []
        for body in NotificationMessages.bodies { lines.append(try ContractValidation.line(body, encoder)) }
        let verdicts = try ContractValidation.verdicts(on: lines)
        for (body, verdict) in zip(NotificationMessages.bodies, verdicts) {
            #expect(verdict == "ok", "\(type(of: body).type)")
        }
        #expect(verdicts.count == lines.count)
        let broken = lines.map { $0.replacingOccurrences(of: "\"13109160001\"", with: "7") }
        #expect(try ContractValidation.verdicts(on: broken).allSatisfy { $0.hasPrefix("error") })
    }
}
