import Contracts
import Foundation
import Kafka
import LoadGeneratorDomain

/// One demonstration: orders out, messages in, the clock moved, a verdict.
///
/// One loop does it all: what is to be published follows from what has been heard.
struct Demo: Sendable {
    let orders: [DemoOrder]
    let run: DemoRun
    let broker: Broker
    let teller: DemoTeller
    let calendar: BusinessCalendar
    let deadline: ContinuousClock.Instant

    /// Between two orders, so that the terminal shows how their stories interleave.
    private static let pause = Duration.milliseconds(120)
    private static let quiet = Duration.milliseconds(300)
    private static let deadLetters = Topic.deadLetters(of: "orders")

    /// - Returns: whether every order is in the state that the rules give it.
    func play() async throws -> Bool {
        let follower = try await TopicFollower(
            [.ordersEvents, .workOrdersIssued, .workOrdersEvents, Self.deadLetters], on: self.broker)
        let producer = try self.broker.producer()
        var stage = Stage(board: DemoBoard(self.orders, run: self.run), publishedCount: self.orders.map { _ in 0 })
        self.teller.begin(orders: self.orders.count, run: self.run)
        try await self.publishAndFollow(&stage, follower, producer)
        let isHeard = self.isEverythingHeard(stage)
        if isHeard { try await self.moveClock(&stage, follower, producer) }
        await producer.close(timeout: .seconds(5))
        await follower.close()
        return self.teller.conclude(stage.board, isClockMoved: isHeard)
    }

    private struct Stage: Sendable {
        var board: DemoBoard
        /// How many copies of each order have been published.
        var publishedCount: [Int]
        /// Orders that have come to an end of their own, and whose work has been drawn.
        var ended: Set<Int> = []
        var lastHeard: [Int: ContinuousClock.Instant] = [:]
        var nextPublication = ContinuousClock.now
    }

    // MARK: Orders

    private func publishAndFollow(
        _ stage: inout Stage, _ follower: TopicFollower, _ producer: KafkaProducer
    ) async throws {
        while !self.isEverythingHeard(stage), ContinuousClock.now < self.deadline {
            if ContinuousClock.now >= stage.nextPublication, let index = self.nextToPublish(stage) {
                try await self.publish(index, &stage, producer)
            }
            try await self.listen(&stage, follower)
        }
    }

    private func nextToPublish(_ stage: Stage) -> Int? {
        stage.board.entries.indices.first { index in
            let demo = stage.board.entries[index].demo
            guard stage.publishedCount[index] < demo.copies ?? 1 else { return false }
            guard let after = demo.after.flatMap(stage.board.index(ofLabel:)) else { return true }
            return stage.board.entries[after].story.hasEnded
        }
    }

    private func publish(_ index: Int, _ stage: inout Stage, _ producer: KafkaProducer) async throws {
        let entry = stage.board.entries[index]
        let value = try entry.demo.order.map { order in
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return Array(try encoder.encode(self.run.prepare(order)))
        }
        let record = ProducerRecord(
            topic: Topic.ordersSubmitted.name,
            key: Array(entry.externalID.utf8),
            value: value ?? Array((entry.demo.text ?? "").utf8))
        self.teller.tellPublication(of: entry, copy: stage.publishedCount[index] + 1)
        try await producer.publish([record])
        stage.publishedCount[index] += 1
        stage.nextPublication = .now + Self.pause
    }

    private func isEverythingHeard(_ stage: Stage) -> Bool {
        stage.board.entries.indices.allSatisfy { index in
            let entry = stage.board.entries[index]
            guard stage.publishedCount[index] == entry.demo.copies ?? 1 else { return false }
            guard stage.ended.contains(index) else { return false }
            return entry.demo.expect.effect != .immediate || !entry.story.effects.isEmpty
        }
    }

    // MARK: Messages

    private func listen(_ stage: inout Stage, _ follower: TopicFollower) async throws {
        for record in try await follower.poll(wait: .milliseconds(20)) {
            guard let event = try self.event(record) else { continue }
            let milliseconds = record.timestampMilliseconds ?? 0
            guard let index = stage.board.apply(event, at: milliseconds) else { continue }
            stage.lastHeard[index] = .now
            self.teller.tell(event, of: stage.board.entries[index])
        }
        for index in stage.board.entries.indices where self.hasEnded(index, stage) {
            if stage.ended.insert(index).inserted { self.teller.draw(stage.board.entries[index]) }
        }
    }

    /// Topics are not ordered among each other: that an order is held may be heard before the last of its other work
    /// orders.
    private func hasEnded(_ index: Int, _ stage: Stage) -> Bool {
        let story = stage.board.entries[index].story
        guard story.hasEnded, story.isWorkSettled, let lastHeard = stage.lastHeard[index] else { return false }
        return !story.completions.isEmpty || ContinuousClock.now - lastHeard > Self.quiet
    }

    private func event(_ record: ConsumedRecord) throws -> DemoEvent? {
        guard record.topicPartition.topic != Self.deadLetters.name else {
            func header(_ name: String) -> String { record.headers.last { $0.name == name }?.text ?? "" }
            return .deadLetter(
                key: String(decoding: record.key ?? [], as: UTF8.self),
                code: header("dl_code"), message: header("dl_message"))
        }
        guard let value = record.value else { return nil }
        do {
            return try DemoEvent(structured: value)
        } catch {
            throw LoadGeneratorError(
                description: "\(record.topicPartition) holds, at \(record.offset), what is no message of it: \(error)")
        }
    }

    // MARK: The clock

    /// To the 1st of the next month; then, if something takes effect even later (the family service does, on the last
    /// day of a month), to that.
    private func moveClock(_ stage: inout Stage, _ follower: TopicFollower, _ producer: KafkaProducer) async throws {
        guard let now = stage.board.latestBusinessTime else { return }
        let first = self.calendar.startOfNextMonth(after: now)
        let latest = stage.board.entries.compactMap { $0.story.completions.first?.effectiveAt }.max() ?? first
        for target in Set([first, max(first, latest)]).sorted() {
            self.teller.tellClock(target)
            try await producer.publish([try self.clockSetting(to: target)])
            while !self.isEffective(stage, by: target), ContinuousClock.now < self.deadline {
                try await self.listen(&stage, follower)
            }
        }
        // Time for an effect too many to show itself.
        let quietUntil = ContinuousClock.now + Self.quiet
        while ContinuousClock.now < quietUntil { try await self.listen(&stage, follower) }
    }

    private func clockSetting(to instant: Timestamp) throws -> ProducerRecord {
        let encoder = JSONEncoder()
        encoder.userInfo[.businessCalendar] = self.calendar
        let setting = ClockSet(now: instant, rate: 1)
        return ProducerRecord(
            topic: ClockSet.topic.name, key: Array(setting.key.utf8), value: Array(try encoder.encode(setting)))
    }

    private func isEffective(_ stage: Stage, by instant: Timestamp) -> Bool {
        stage.board.entries.allSatisfy { entry in
            guard let completion = entry.story.completions.first, completion.effectiveAt <= instant else { return true }
            return !entry.story.effects.isEmpty
        }
    }
}
