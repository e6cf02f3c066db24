import ArgumentParser
import Contracts
import Foundation
import Kafka

struct ClockCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Shows and moves the business clock, where it is a controlled one.",
        subcommands: [Show.self, Set.self, Advance.self]
    )

    /// Business time by the last setting.
    static func current() async throws -> (setting: ClockSet, now: Timestamp)? {
        let records = try await Broker().read(.clockControl)
        guard let last = records.last, let value = last.value else { return nil }
        struct Envelope: Decodable { var data: ClockSet }
        let decoder = JSONDecoder()
        let data = Data(value)
        let setting =
            try (try? decoder.decode(Envelope.self, from: data))?.data ?? decoder.decode(ClockSet.self, from: data)
        let wall = Int64(Date().timeIntervalSince1970 * 1000)
        let passed = max(0, wall - (last.timestampMilliseconds ?? wall))
        return (setting, setting.now.advanced(byMilliseconds: Int(passed) * setting.rate))
    }
}

extension ClockCommands {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows business time.")

        func run() async throws {
            guard let (setting, now) = try await ClockCommands.current() else {
                return Terminal.show("the clock was never set: business time is the system's")
            }
            Terminal.show("\(now), at rate \(setting.rate)")
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sets business time: forward only.")

        @Argument(help: "Such as 2026-12-01T00:00:00+08:00.") var time: String
        @ArgumentParser.Option(help: "Business seconds a second; 0 stands still.") var rate = 1

        func run() async throws {
            guard let now = Timestamp(rfc3339: self.time) else {
                throw ValidationError("'\(self.time)' is no time with an offset, such as 2026-12-01T00:00:00+08:00")
            }
            try await Broker().publish([ClockSet(now: now, rate: self.rate)])
            Terminal.show("set to \(now)")
        }
    }

    struct Advance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Moves business time on.")

        @ArgumentParser.Option(help: "Days.") var days = 0
        @ArgumentParser.Option(help: "Hours.") var hours = 0
        @ArgumentParser.Option(help: "Minutes.") var minutes = 0

        func validate() throws {
            guard self.days >= 0, self.hours >= 0, self.minutes >= 0, self.days + self.hours + self.minutes > 0 else {
                throw ValidationError("name how far: --days, --hours, --minutes, all forward")
            }
        }

        func run() async throws {
            let current = try await ClockCommands.current()
            let start = current?.now ?? Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
            let now = start.advanced(bySeconds: ((self.days * 24 + self.hours) * 60 + self.minutes) * 60)
            try await Broker().publish([ClockSet(now: now, rate: current?.setting.rate ?? 1)])
            Terminal.show("set to \(now)")
        }
    }
}
