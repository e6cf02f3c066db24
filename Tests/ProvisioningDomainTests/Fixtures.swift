import Contracts
import DomainFixtures
import Foundation
import ProvisioningDomain

extension RetryPolicy {
    /// Three attempts of a second each.
    static let quick = RetryPolicy(
        timeoutMilliseconds: 1000,
        maximumAttempts: 3,
        withinSeconds: 60,
        firstDelayMilliseconds: 100,
        maximumDelayMilliseconds: 1000
    )
}

extension Catalogue {
    /// `one` and `two` tasks on an element, `visit` with field work between two.
    static func small(fieldWork: FieldWork = .reported) -> Catalogue {
        func type(_ name: String, _ tasks: [TaskType]) -> (String, [String: WorkOrderType]) {
            let target = TargetTime(seconds: 3600, counting: .calendar)
            let type = WorkOrderType(type: name, product: "any", target: target, undoneBy: nil, tasks: tasks)
            return (name, ["any": type])
        }
        let create = TaskType(
            system: "hlr", operation: "create", parameters: ["open": "all"], retry: .quick, undo: "hlr.remove")
        let services = TaskType(system: "hlr", operation: "setServices", retry: .quick)
        let visit = TaskType(system: "field", operation: "install", kind: .field, retry: .quick, undo: "field.remove")
        return Catalogue(
            version: "small",
            workOrderTypes: Dictionary(
                uniqueKeysWithValues: [
                    type("one", [create]), type("two", [create, services]), type("visit", [create, visit, services]),
                ]),
            workingCalendar: WorkingCalendar(calendar: BusinessCalendar(timeZone: .gmt)),
            fieldWork: fieldWork
        )
    }
}

/// A lane with its surroundings.
struct Site {
    static let start = Timestamp(microseconds: 1_800_000_000_000_000)

    var lane = Lane(serviceNumber: "13109160001")
    var catalogue = Catalogue.small()
    /// By the business clock.
    var now = Site.start
    /// The wall clock is another one.
    var wallNow = Site.start.advanced(bySeconds: -86_400)
    var jitter = 0.5
    let identifiers = CountingIdentifiers()

    @discardableResult
    mutating func apply(_ event: Lane.Event) throws -> [Effect] {
        let jitter = self.jitter
        return try self.lane.apply(
            event,
            in: .init(
                catalogues: Catalogues(current: self.catalogue),
                now: self.now,
                wallNow: self.wallNow,
                jitter: { jitter },
                identifiers: self.identifiers
            )
        )
    }

    /// Issues a work order that is due an hour later.
    mutating func issue(_ type: String) throws -> (id: WorkOrderID, effects: [Effect]) {
        let issued = self.issued(type)
        return (issued.workOrderId, try self.apply(.issued(issued)))
    }

    func issued(_ type: String) -> WorkOrderIssued {
        WorkOrderIssued(
            workOrderId: self.identifiers.next(),
            orderId: self.identifiers.next(),
            type: type,
            product: "mobile3g",
            memberRef: "m3",
            serviceNumber: self.lane.serviceNumber,
            parameters: ["plan": "3G-96"],
            dueAt: self.now.advanced(bySeconds: 3600)
        )
    }

    /// Answers a command.
    @discardableResult
    mutating func answer(_ command: NetworkCommand?, _ answer: Answer = .success) throws -> [Effect] {
        guard let command else { return [] }
        return try self.apply(.answered(answer.response(to: command, at: self.wallNow)))
    }

    @discardableResult
    mutating func report(_ id: WorkOrderID, _ status: String, appointmentAt: Timestamp? = nil) throws -> [Effect] {
        let report = WorkOrderReported(
            workOrderId: id, status: status, appointmentAt: appointmentAt, by: "staff", at: self.now)
        return try self.apply(.reported(report))
    }

    /// Lets the wall clock go to the timer of a work order's task, and so much further.
    mutating func fireTaskTimer(_ id: WorkOrderID, lateMilliseconds: Int = 0) throws -> [Effect] {
        if let timerAt = self.lane.workOrders[id]?.tasks.compactMap(\.timerAt).first {
            self.wallNow = max(self.wallNow, timerAt.advanced(byMilliseconds: lateMilliseconds))
        }
        return try self.apply(.taskTimer(id))
    }

    func state(_ id: WorkOrderID) -> WorkOrder.State? { self.lane.workOrders[id]?.state }
}

/// What an element may say.
enum Answer: CaseIterable {
    case success, retriable, failure, rejection, needsReport

    func response(to command: NetworkCommand, at instant: Timestamp) -> NetworkResponse {
        var response = NetworkResponse(
            commandId: command.commandId,
            workOrderId: command.workOrderId,
            status: .failed,
            code: "E1",
            message: "no",
            attempt: command.attempt,
            at: instant
        )
        switch self {
        case .success: (response.status, response.code, response.message) = (.succeeded, nil, nil)
        case .retriable: response.retriable = true
        case .failure: break
        case .rejection: response.status = .rejected
        case .needsReport: response.code = ProvisioningCode.needsReport
        }
        return response
    }
}

extension [Effect] {
    var commands: [NetworkCommand] {
        self.compactMap { if case .command(let command) = $0 { command } else { nil } }
    }

    /// In one word each, for comparison with a table.
    var names: [String] { self.map(\.name) }
}

extension Effect {
    var name: String {
        switch self {
        case .command(let command): "\(command.system).\(command.operation) \(command.attempt)"
        case .started: "started"
        case .retryScheduled(let retry): "retry after \(retry.code)"
        case .completed: "completed"
        case .failed(let failed): "failed \(failed.task) \(failed.code)"
        case .cancelled: "cancelled"
        case .jeopardy(let jeopardy): jeopardy.kind.rawValue
        case .rescheduled: "rescheduled"
        case .ignored(let reason): reason.rawValue
        case .refused(let code, _): code
        }
    }

    /// What it says the end of, or anything else of; `nil` when it is about no work order.
    var workOrderId: WorkOrderID? {
        switch self {
        case .command(let command): command.workOrderId
        case .started(let started): started.workOrderId
        case .retryScheduled(let retry): retry.workOrderId
        case .completed(let completed): completed.workOrderId
        case .failed(let failed): failed.workOrderId
        case .cancelled(let cancelled): cancelled.workOrderId
        case .jeopardy(let jeopardy): jeopardy.workOrderId
        case .rescheduled(let rescheduled): rescheduled.workOrderId
        case .ignored, .refused: nil
        }
    }

    var isEnd: Bool {
        switch self {
        case .completed, .failed, .cancelled: true
        default: false
        }
    }
}
