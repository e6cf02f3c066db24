import Contracts
import Foundation
import Kafka
import LoadGeneratorDomain

/// A campaign, with urgent messages in between.
struct NotificationBench: Sendable {
    let broker: Broker
    let messages: Int
    let urgentPerSecond: Int

    private static let longest = Duration.seconds(300)

    private struct Progress {
        var sent = 0
        var lastAt: ContinuousClock.Instant?
        var urgentAt: [String: ContinuousClock.Instant] = [:]
    }

    func run() async throws -> NotificationReport {
        let calendar = BusinessCalendar(timeZone: TimeZone(identifier: "Asia/Shanghai") ?? .gmt)
        try await self.setClock(calendar)
        let follower = try await TopicFollower([.notificationsEvents], on: self.broker)
        let campaign = (0..<self.messages).map { self.request("139\(10_000_000 + $0)", .bulk) }
        let ids = Set(campaign.map { $0.notificationId.description })
        Terminal.note("notifications: \(self.messages) of a campaign, \(self.urgentPerSecond) urgent ones a second")
        let start = ContinuousClock.now
        let producer = try self.broker.producer()
        for first in stride(from: 0, to: campaign.count, by: 2000) {
            try await producer.publish(
                try campaign[first..<min(first + 2000, campaign.count)].map { try self.record($0, calendar) })
        }
        var published: [String: ContinuousClock.Instant] = [:]
        var progress = Progress()
        var nextUrgent = ContinuousClock.now
        while progress.sent < self.messages || progress.urgentAt.count < published.count {
            let now = ContinuousClock.now
            guard now - start < Self.longest else {
                throw LoadGeneratorError(
                    description: "only \(progress.sent) of \(self.messages) messages went out in time")
            }
            if now >= nextUrgent, progress.sent < self.messages {
                let urgent = self.request("138\(10_000_000 + published.count)", .urgent)
                published[urgent.notificationId.description] = .now
                try await producer.publish([try self.record(urgent, calendar)])
                nextUrgent += .seconds(1) / self.urgentPerSecond
            }
            for record in try await follower.poll(wait: .milliseconds(5)) {
                guard let value = record.value, let event = try? JSONDecoder().decode(Event.self, from: Data(value)),
                    event.type == NotificationSent.type
                else { continue }
                if ids.contains(event.subject) {
                    progress.sent += 1
                    progress.lastAt = .now
                } else if published[event.subject] != nil {
                    progress.urgentAt[event.subject] = progress.urgentAt[event.subject] ?? .now
                }
            }
        }
        await follower.close()
        await producer.close(timeout: .seconds(5))
        var latencies = Latencies()
        for (id, instant) in progress.urgentAt {
            if let sentFrom = published[id] { latencies.add(nanoseconds: (instant - sentFrom).nanoseconds) }
        }
        let took = (progress.lastAt ?? .now) - start
        return NotificationReport(
            messages: self.messages, perSecond: Double(self.messages) / took.inSeconds, urgent: latencies.summary())
    }

    private struct Event: Decodable {
        var type: String
        var subject: String
    }

    /// Nine o'clock: campaigns keep the day's hours.
    private func setClock(_ calendar: BusinessCalendar) async throws {
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        let setting = ClockSet(
            now: calendar.instant(of: calendar.date(of: now).nextDay, secondOfDay: 9 * 3600), rate: 1)
        let encoder = JSONEncoder()
        encoder.userInfo[.businessCalendar] = calendar
        let producer = try self.broker.producer()
        try await producer.publish([
            ProducerRecord(
                topic: ClockSet.topic.name, key: Array(setting.key.utf8), value: Array(try encoder.encode(setting)))
        ])
        await producer.close(timeout: .seconds(5))
    }

    private func request(_ recipient: String, _ priority: NotificationPriority) -> NotificationRequested {
        NotificationRequested(
            notificationId: NotificationID(rawValue: UUID()), recipient: recipient, channel: .sms,
            template: "orderAcknowledged", parameters: ["offerName": "GPRS 5"], priority: priority, campaign: "bench")
    }

    private func record(_ request: NotificationRequested, _ calendar: BusinessCalendar) throws -> ProducerRecord {
        let encoder = JSONEncoder()
        encoder.userInfo[.businessCalendar] = calendar
        return ProducerRecord(
            topic: NotificationRequested.topic.name, key: Array(request.key.utf8),
            value: Array(try encoder.encode(request)))
    }
}

/// `bench/notifications.json`.
struct NotificationReport: Codable, Sendable {
    var messages: Int
    /// From the first publication to the last `notification.sent` of the campaign.
    var perSecond: Double
    /// Of urgent ones meanwhile, from publication to `notification.sent`.
    var urgent: LatencySummary?

    /// For people.
    var lines: [String] {
        var lines = ["\(self.messages) messages of a campaign: \(self.perSecond.text(0)) a second"]
        if let urgent {
            lines.append(
                "urgent ones meanwhile, publication to notification.sent: p50 \(urgent.p50Milliseconds.text(0)) ms, p99 "
                    + "\(urgent.p99Milliseconds.text(0)) ms, at most \(urgent.maximumMilliseconds.text(0)) ms")
        }
        return lines
    }
}
