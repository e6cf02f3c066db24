import Contracts
import Foundation
import Kafka
import LoadGeneratorDomain
import Postgres

/// The rows and messages of orders, with the transactions, the relay and the reading that they need, and no business
/// logic, decoding or encoding at all: what the machine, its database and its broker can do at best.
struct FlowCeiling: Sendable {
    let broker: Broker
    let pool: PostgresPool
    let shape: OrderShape
    let messages: CeilingMessages

    /// Orders in a transaction: some 2,000 rows of tasks.
    private static let batch = 200
    /// A relay that found less than this waits before it looks again.
    private static let fewMessages = 500

    /// - Returns: orders a second, until every message is delivered and read, and the outbox is empty.
    func measure(orders: Int) async throws -> Double {
        try await self.pool.withConnection { connection in
            try await connection.execute(unsafeSQL: CeilingSchema.empty, name: "empty the ceiling's tables")
        }
        let follower = try await TopicFollower([Topic(ScratchTopic.name)], on: self.broker)
        let written = Gauge()
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.write(orders, written) }
            group.addTask { try await self.relay(orders * self.shape.outboxMessages) }
            group.addTask { try await self.feed(orders, written) }
            let expected = orders * (self.shape.outboxMessages + self.shape.otherMessages)
            group.addTask { try await self.read(expected, follower) }
            try await group.waitForAll()
        }
        let seconds = (ContinuousClock.now - start).inSeconds
        await follower.close()
        return Double(orders) / seconds
    }

    // MARK: Rows

    private func write(_ orders: Int, _ written: Gauge) async throws {
        for first in stride(from: 0, to: orders, by: Self.batch) {
            let batch = Batch(first: first, count: min(Self.batch, orders - first), self.shape)
            try await self.accept(batch)
            try await self.provision(batch)
            try await self.complete(batch)
            await written.set(first + batch.orders.count)
        }
    }

    /// The order with its work orders; acknowledged and issued.
    private func accept(_ batch: Batch) async throws {
        let messages = self.messages
        let content = JSONB(utf8: messages.submitted.copy(1))
        let outbox =
            batch.each(batch.orders, messages.acknowledged) + batch.each(batch.workOrders, messages.issued)
        try await self.pool.withTransaction("accept") { transaction in
            _ = try await transaction.execute(
                together: InsertCeilingOrders(orders: batch.orders, content: content),
                InsertCeilingOrderWorkOrders(
                    workOrders: batch.workOrders, orders: batch.orderOfWorkOrder, parameters: Self.parameters),
                AppendToCeilingOutbox(outbox))
        }
    }

    /// The work orders with their tasks: two steps, as if each had two tasks on the average.
    private func provision(_ batch: Batch) async throws {
        let messages = self.messages
        let first = Array(batch.tasks.prefix(batch.workOrders.count))
        let rest = Array(batch.tasks.dropFirst(first.count))
        let begun = batch.each(batch.workOrders, messages.started) + batch.each(first, messages.command)
        try await self.pool.withTransaction("start") { transaction in
            _ = try await transaction.execute(
                together: InsertCeilingWorkOrders(
                    workOrders: batch.workOrders, orders: batch.orderOfWorkOrder, parameters: Self.parameters),
                InsertCeilingTasks(tasks: batch.tasks, workOrders: batch.workOrderOfTask),
                AppendToCeilingOutbox(begun))
        }
        try await self.pool.withTransaction("go on") { transaction in
            _ = try await transaction.execute(
                together: FinishCeilingTasks(tasks: first.sorted()),
                AppendToCeilingOutbox(batch.each(rest, messages.command)))
        }
        try await self.pool.withTransaction("finish") { transaction in
            _ = try await transaction.execute(
                together: FinishCeilingTasks(tasks: rest.sorted()),
                FinishCeilingWorkOrders(workOrders: batch.workOrders.sorted()),
                AppendToCeilingOutbox(batch.each(batch.workOrders, messages.workOrderCompleted)))
        }
    }

    private func complete(_ batch: Batch) async throws {
        let outbox = batch.each(batch.orders, self.messages.completed)
        try await self.pool.withTransaction("complete") { transaction in
            _ = try await transaction.execute(
                together: FinishCeilingOrderWorkOrders(workOrders: batch.workOrders.sorted()),
                FinishCeilingOrders(orders: batch.orders.sorted()),
                AppendToCeilingOutbox(outbox))
        }
    }

    // MARK: Messages

    private func relay(_ count: Int) async throws {
        let producer = try self.broker.producer()
        var remaining = count
        while remaining > 0 {
            try Task.checkCancellation()
            let pending = try await self.pool.execute(FetchCeilingMessages())
            if !pending.isEmpty {
                try await producer.publish(
                    pending.map { ProducerRecord(topic: ScratchTopic.name, key: $0.key, value: $0.value) })
                _ = try await self.pool.execute(RemoveCeilingMessages(outboxIDs: pending.map(\.outboxID)))
                remaining -= pending.count
            }
            if remaining > 0, pending.count < Self.fewMessages { try await Task.sleep(for: .milliseconds(10)) }
        }
        await producer.close(timeout: .seconds(5))
    }

    /// The submissions and responses, a batch ahead of the rows that they lead to.
    private func feed(_ orders: Int, _ written: Gauge) async throws {
        let producer = try self.broker.producer()
        for first in stride(from: 0, to: orders, by: Self.batch) {
            while await written.value + Self.batch < first { try await Task.sleep(for: .milliseconds(2)) }
            let records = (first..<min(first + Self.batch, orders)).flatMap { order in
                ScratchTopic.records(self.messages.others(UInt64(order)), key: UInt64(order))
            }
            try await producer.publish(records)
        }
        await producer.close(timeout: .seconds(5))
    }

    private func read(_ count: Int, _ follower: TopicFollower) async throws {
        var remaining = count
        while remaining > 0 {
            try Task.checkCancellation()
            remaining -= try await follower.poll(wait: .milliseconds(100)).count
        }
    }

    private static let parameters = JSONB(
        #"{"formerPlan": "2G-STANDARD", "plan": "WB-ENH-B-288", "group": "AL-0-0"}"#)
}

/// How far something has come.
private actor Gauge {
    private(set) var value = 0

    func set(_ value: Int) { self.value = value }
}

/// The ids of some orders, of their work orders and tasks.
private struct Batch: Sendable {
    var orders: [UUID]
    var workOrders: [UUID]
    var orderOfWorkOrder: [UUID]
    var tasks: [UUID]
    var workOrderOfTask: [UUID]
    private let first: UInt64

    init(first: Int, count: Int, _ shape: OrderShape) {
        let ids = UUIDv7Source { UInt64(Date().timeIntervalSince1970 * 1000) }
        self.first = UInt64(first)
        self.orders = (0..<count).map { _ in ids.next() }
        self.workOrders = (0..<(count * shape.workOrders)).map { _ in ids.next() }
        self.orderOfWorkOrder = (0..<(count * shape.workOrders)).map { [orders] in orders[$0 / shape.workOrders] }
        self.tasks = (0..<(count * shape.tasks)).map { _ in ids.next() }
        self.workOrderOfTask = (0..<(count * shape.tasks)).map { [workOrders] in workOrders[$0 % workOrders.count] }
    }

    /// One message of a kind for each of some things.
    func each(_ things: [UUID], _ template: MessageTemplate) -> [(key: [UInt8], value: [UInt8])] {
        things.enumerated().map { index, thing in
            (Array(thing.uuidString.utf8), template.copy(self.first &* 1000 &+ UInt64(index)))
        }
    }
}

extension AppendToCeilingOutbox {
    fileprivate init(_ messages: [(key: [UInt8], value: [UInt8])]) {
        self.init(keys: messages.map(\.key), values: messages.map(\.value))
    }
}
