import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// Notification, bearerbox and smsbox die, or are not there.
    @Suite(.serialized)
    struct NotificationFaultTests {
        let system: RunningSystem
        let publisher: Publisher
        let clock: ClockControl
        let phones: Phones

        init() async throws {
            self.system = try RunningSystem()
            try await self.system.untilReady()
            try #require(Phones.isThere(self.system), "Kannel is not installed")
            self.publisher = try Publisher(self.system)
            self.clock = ClockControl(system: self.system, publisher: self.publisher)
            self.phones = try Phones(self.system)
        }

        /// A business hour at which nothing else waits for the gateway: what other customers of the
        /// same system are told, bills of thousands, would be sent first.
        private func quietMorning() async throws {
            try await self.clock.set(nextHour: 9)
            let database = Database(self.system)
            try await until("what others are told is out", .seconds(600)) {
                try await database.dueNotifications(by: try await self.clock.now()) == 0
            }
        }

        @Test(
            "10,000 messages while Notification, bearerbox and smsbox are killed 15 times: each once, or known as uncertain"
        )
        func kills() async throws {
            try await self.quietMorning()
            let run = String(UInt32.random(in: 0...UInt32.max), radix: 36)
            let requests = (0..<10_000).map { serial in
                NotificationRequested(
                    notificationId: NotificationID(rawValue: UUID()), recipient: "139\(20_000_000 + serial)",
                    channel: .sms, template: "orderAcknowledged", language: "en",
                    parameters: ["offerName": .string("\(run)-\(serial)-")],
                    priority: serial % 10 == 0 ? .urgent : .normal)
            }
            for first in stride(from: 0, to: requests.count, by: 1000) {
                try await self.publisher.publish(Array(requests[first..<first + 1000]))
            }
            let database = Database(self.system)
            for round in 0..<15 {
                // Not while one is being started again: three at a time would only wait for each other.
                let before = try await database.settledNotifications(run)
                try await until("some more are sent", .seconds(120)) {
                    let settled = try await database.settledNotifications(run)
                    return settled > before + 200 || settled == requests.count
                }
                try self.system.kill(["notification", "bearerbox", "smsbox"][round % 3])
            }
            try await until("nothing is on its way", .seconds(240)) {
                try await database.settledNotifications(run) == requests.count
            }
            try await self.expectOnce(run, requests.count, try await database.notificationStates(run))
        }

        @Test(
            "While Kannel is not there, nothing is lost and nobody is called in vain; then the backlog goes by priority"
        )
        func absence() async throws {
            try await self.quietMorning()
            let run = String(UInt32.random(in: 0...UInt32.max), radix: 36)
            // Its supervisor sleeps, so that nobody starts it again.
            try #require(try self.system.signal(SIGSTOP, "supervise/smsbox"))
            defer { _ = try? self.system.signal(SIGCONT, "supervise/smsbox") }
            try #require(try self.system.kill("smsbox"))
            let priorities: [NotificationPriority] = [.bulk, .normal, .urgent]
            let requests = (0..<600).map { serial in
                NotificationRequested(
                    notificationId: NotificationID(rawValue: UUID()), recipient: "139\(30_000_000 + serial)",
                    channel: .sms, template: "orderAcknowledged", language: "en",
                    parameters: ["offerName": .string("\(run)-\(serial)-")], priority: priorities[serial / 200])
            }
            try await self.publisher.publish(requests)
            let database = Database(self.system)
            // Once pauses have come to their longest, it is the same for however long it takes.
            let start = ContinuousClock.now
            try await until("the gateway has been believed to be absent for a while", .seconds(180)) {
                try await self.isClosed() && ContinuousClock.now - start > .seconds(30)
            }
            #expect(try await database.notificationAttempts(run) >= 1)
            #expect(try await database.settledNotifications(run) == 0)
            _ = try self.system.signal(SIGCONT, "supervise/smsbox")
            try await until("all are sent", .seconds(120)) {
                try await database.settledNotifications(run) == requests.count
            }
            try await until("all have arrived", .seconds(60)) { try self.serials(run).count >= requests.count }
            let arrived = try self.serials(run)
            #expect(arrived.sorted() == Array(0..<600), "each once")
            func places(_ priority: Int) -> [Int] { arrived.indices.filter { arrived[$0] / 200 == priority } }
            let (bulk, normal, urgent) = (places(0), places(1), places(2))
            // Those of one batch are on their way together.
            #expect(try #require(normal.last) < #require(bulk.first) + 64)
            #expect(urgent.reduce(0, +) < bulk.reduce(0, +), "urgent ones wait for nobody")
        }

        /// Whether Notification takes the gateway for absent, and tries it only every now and then.
        private func isClosed() async throws -> Bool {
            let (status, data) = try await HTTP.get(self.system.notificationURL + "/metrics")
            let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
            return status == 200
                && lines.contains { $0.hasPrefix("notification_gateway_closed{gateway=\"kannel\"} 1") }
        }

        /// Of a run, in the order in which they have arrived.
        private func serials(_ run: String) throws -> [Int] {
            try self.phones.texts().compactMap { text in
                text.text.range(of: "\(run)-").flatMap { Int(text.text[$0.upperBound...].prefix { $0.isNumber }) }
            }
        }

        /// The network's own count: Kannel may send again what it had in its store when it died, which nobody else knows.
        private func expectOnce(_ run: String, _ count: Int, _ states: [(serial: Int, state: String, urgent: Bool)])
            async throws
        {
            #expect(states.count == count)
            var arrived: [Int: Int] = [:]
            func look() throws {
                arrived = [:]
                for text in try self.phones.texts() {
                    guard let start = text.text.range(of: "\(run)-")?.upperBound,
                        let serial = Int(text.text[start...].prefix { $0.isNumber })
                    else { continue }
                    arrived[serial, default: 0] += 1
                }
            }
            let uncertain = Set(states.filter { $0.state == "uncertain" }.map(\.serial))
            let urgent = Set(states.filter(\.urgent).map(\.serial))
            try await until("what the gateway has taken is with the network", .seconds(60)) {
                try look()
                return states.allSatisfy { uncertain.contains($0.serial) || arrived[$0.serial, default: 0] > 0 }
            }
            let handed = try self.handedOver(run)
            for (serial, times) in handed where times > 1 && !urgent.contains(serial) {
                Issue.record("\(serial) was handed over \(times) times")
            }
            let twice = arrived.filter { $0.value > 1 && handed[$0.key] == 1 }.count
            // At most a batch of each lane for each death.
            #expect(uncertain.count < 15 * 2 * 64, "of which nobody knows: \(uncertain.count)")
            #expect(twice < 15 * 16, "sent again by Kannel itself: \(twice)")
            print("uncertain: \(uncertain.count); sent again by Kannel itself: \(twice)")
        }

        /// How often smsbox has accepted each.
        private func handedOver(_ run: String) throws -> [Int: Int] {
            let folder = try #require(self.system.runFolder)
            var times: [Int: Int] = [:]
            for line in try String(contentsOfFile: folder + "/log/smsbox.log", encoding: .utf8).split(separator: "\n") {
                guard line.contains("sendsms sender"), let start = line.range(of: "\(run)-")?.upperBound,
                    let serial = Int(line[start...].prefix { $0.isNumber })
                else { continue }
                times[serial, default: 0] += 1
            }
            return times
        }
    }
}
