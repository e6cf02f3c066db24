import Contracts
import Foundation
import Kafka

@testable import LoadGenerator
@testable import LoadGeneratorDomain

/// Answers orders as Orders and Provisioning would, with one work order a member, and makes mistakes on demand.
struct FakeSystem: Sendable {
    static let topics = [
        Topic.ordersSubmitted, .ordersEvents, .workOrdersIssued, .workOrdersEvents, .networkCommands, .clockControl,
        Topic.deadLetters(of: "orders"),
    ].map(\.name)

    enum Mistake: Sendable {
        case none
        /// The n-th order never completes.
        case loses(order: Int)
        /// The n-th order completes twice.
        case doubles(order: Int)
        /// Bundles never take effect.
        case ignoresClock
    }

    let broker: Broker
    var mistake = Mistake.none
    private let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)

    init(broker: Broker, mistake: Mistake = .none) {
        self.broker = broker
        self.mistake = mistake
    }

    /// Runs the body beside the system.
    func running<Result: Sendable>(_ body: @Sendable @escaping () async throws -> Result) async throws -> Result {
        let follower = try await TopicFollower([.ordersSubmitted, .clockControl], on: self.broker)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await self.serve(follower)
                return nil
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            for try await result in group {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    private struct State {
        var orders = 0
        /// By channel and external id.
        var seen: [String: OrderSubmitted] = [:]
        var pending: [OrderEffective] = []
    }

    private func serve(_ follower: TopicFollower) async throws {
        let producer = try self.broker.producer()
        var state = State()
        while !Task.isCancelled {
            for record in try await follower.poll(wait: .milliseconds(20)) {
                let answers =
                    record.topicPartition.topic == Topic.clockControl.name
                    ? try self.moveClock(record, &state) : try self.answer(record, &state)
                try await producer.publish(answers)
            }
        }
        await producer.close(timeout: .seconds(1))
        await follower.close()
    }

    private func answer(_ record: ConsumedRecord, _ state: inout State) throws -> [ProducerRecord] {
        guard let order = try? JSONDecoder().decode(OrderSubmitted.self, from: Data(record.value ?? [])) else {
            var letter = ProducerRecord(
                topic: Topic.deadLetters(of: "orders").name, key: record.key, value: record.value)
            letter.headers = [KafkaHeader("dl_code", "INVALID_JSON"), KafkaHeader("dl_message", "no JSON")]
            return [letter]
        }
        let earlier = state.seen.updateValue(state.seen[order.externalId] ?? order, forKey: order.externalId)
        if let earlier { return earlier == order ? [] : [try self.reject(order, "DUPLICATE_EXTERNAL_ID")] }
        if let code = Self.brokenRule(order) { return [try self.reject(order, code)] }
        state.orders += 1
        return try self.accept(order, &state)
    }

    private static func brokenRule(_ order: OrderSubmitted) -> String? {
        if order.offer.contains("UNKNOWN") { return "UNKNOWN_OFFER" }
        if order.customer.identity == nil { return "IDENTITY_REQUIRED" }
        if order.members.contains(where: { $0.serviceNumber == "12" }) { return "NUMBER_FORMAT" }
        return order.offer.hasPrefix("WB-") && order.members.count == 1 ? "MEMBER_COUNT" : nil
    }

    private func reject(_ order: OrderSubmitted, _ code: String) throws -> ProducerRecord {
        let reason = OrderRejected.Reason(code: code, path: "/", message: "")
        return try self.record(
            OrderRejected(
                orderId: OrderID(UUID()), externalId: order.externalId, channel: order.channel, reasons: [reason],
                rejectedAt: Fixture.now))
    }

    private func accept(_ order: OrderSubmitted, _ state: inout State) throws -> [ProducerRecord] {
        let orderID = OrderID(UUID())
        let planned = order.members.map { member in
            OrderAcknowledged.PlannedWorkOrder(
                workOrderId: WorkOrderID(UUID()), type: "install", product: member.product, memberRef: member.ref,
                serviceNumber: member.serviceNumber, dependsOn: [], dueAt: Fixture.now)
        }
        var records = [
            try self.record(
                OrderAcknowledged(
                    orderId: orderID, externalId: order.externalId, channel: order.channel, action: order.action,
                    customerId: order.customer.id, accountId: "A", offer: order.offer, acknowledgedAt: Fixture.now,
                    workOrders: planned))
        ]
        for work in planned { records += try self.carryOut(work, of: orderID) }
        if planned.contains(where: { $0.serviceNumber.hasSuffix("9902") }) {
            let held = OrderHeld(
                orderId: orderID, externalId: order.externalId, reasons: [.init(code: "FAILED", message: "")],
                heldAt: Fixture.now)
            return records + [try self.record(held)]
        }
        if case .loses(let number) = self.mistake, number == state.orders { return records }
        let effectiveAt = self.calendar.startOfNextMonth(after: Fixture.now)
        let completed = OrderCompleted(
            orderId: orderID, externalId: order.externalId, accountId: "A", offer: order.offer,
            completedAt: Fixture.now, effectiveAt: effectiveAt)
        records.append(try self.record(completed))
        if case .doubles(let number) = self.mistake, number == state.orders {
            records.append(try self.record(completed))
        }
        state.pending.append(
            OrderEffective(
                orderId: orderID, externalId: order.externalId, accountId: "A", offer: order.offer,
                bundleId: BundleID(UUID()), effectiveAt: effectiveAt, members: []))
        return records
    }

    private func carryOut(_ work: OrderAcknowledged.PlannedWorkOrder, of orderID: OrderID) throws -> [ProducerRecord] {
        let issued = WorkOrderIssued(
            workOrderId: work.workOrderId, orderId: orderID, type: work.type, product: work.product,
            memberRef: work.memberRef, serviceNumber: work.serviceNumber, parameters: [:], dueAt: Fixture.now)
        let started = WorkOrderStarted(
            workOrderId: work.workOrderId, orderId: orderID, type: work.type, startedAt: Fixture.now)
        let records = [try self.record(issued), try self.record(started)]
        guard !work.serviceNumber.hasSuffix("9902") else {
            let failed = WorkOrderFailed(
                workOrderId: work.workOrderId, orderId: orderID, type: work.type, failedAt: Fixture.now, attempts: 1,
                results: [:], task: "hlr.createSubscriber", code: "FAILED", message: "")
            return records + [try self.record(failed)]
        }
        let completed = WorkOrderCompleted(
            workOrderId: work.workOrderId, orderId: orderID, type: work.type, completedAt: Fixture.now, attempts: 1,
            results: [:])
        return records + [try self.record(completed)]
    }

    private func moveClock(_ record: ConsumedRecord, _ state: inout State) throws -> [ProducerRecord] {
        let setting = try JSONDecoder().decode(ClockSet.self, from: Data(record.value ?? []))
        if case .ignoresClock = self.mistake { return [] }
        let due = state.pending.filter { $0.effectiveAt <= setting.now }
        state.pending.removeAll { $0.effectiveAt <= setting.now }
        return try due.map { try self.record($0) }
    }

    private func record(_ body: some MessageBody) throws -> ProducerRecord {
        ProducerRecord(
            topic: type(of: body).topic.name, key: Array(body.key.utf8), value: try Fixture.event(body))
    }
}
