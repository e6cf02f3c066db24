package import Contracts

/// One product's part of an order, as the order sees it.
package struct WorkOrder: Hashable, Sendable {
    package typealias State = WorkOrderLifecycle.State

    /// Why it was not carried out.
    package struct Failure: Hashable, Sendable {
        package var code: String
        package var message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    package var id: WorkOrderID
    package var type: String
    package var product: String
    package var memberRef: String
    package var serviceNumber: String
    package var parameters: JSONObject
    /// Those of the same order that must be done before it is issued.
    package var dependsOn: [WorkOrderID]
    package var target: TargetTime
    package var state: State = .waiting
    /// Of an issued one, when its target time ends; of a waiting one, when it would if those before it kept theirs.
    package var dueAt: Timestamp
    package var issuedAt: Timestamp?
    package var startedAt: Timestamp?
    /// When it completed, failed or was cancelled.
    package var endedAt: Timestamp?
    package var failure: Failure?
    /// The gravest that was heard of.
    package var jeopardy: JeopardyKind?

    package init(
        id: WorkOrderID,
        type: String,
        product: String,
        memberRef: String,
        serviceNumber: String,
        parameters: JSONObject = [:],
        dependsOn: [WorkOrderID] = [],
        target: TargetTime,
        dueAt: Timestamp = Timestamp(microseconds: 0)
    ) {
        self.id = id
        self.type = type
        self.product = product
        self.memberRef = memberRef
        self.serviceNumber = serviceNumber
        self.parameters = parameters
        self.dependsOn = dependsOn
        self.target = target
        self.dueAt = dueAt
    }
}
