package import Contracts

/// What can happen to a ticket. Each has what was there before, where it takes the place of something.
package enum TicketEvent: Sendable, Hashable {
    case submitted(Submission)
    case rejected(Rejection)
    case linked(Link)
    case evidence(Evidence)
    /// To a queue, or to somebody.
    case assigned(Assignment)
    case dispatched(Dispatch)
    case reminded(Reminder)
    case partnerReplied(PartnerReply)
    /// The customer is answered.
    case replied(Words)
    case escalated(Escalation)
    case waits(Waiting)
    case goesOn(Words)
    case reclassified(Reclassification)
    case repaired(Repair)
    case resolved(Resolution)
    case closed(Closing)
    case reopened(Reopening)
    case cancelled(Words)
    case refundRequested(RefundRequest)
    case refundApproved(RefundDecision)
    case refundDeclined(RefundDecision)
    case refundBooked(RefundBooking)
    case refundRejected(RefundRejection)
    case warned(Alarm)
    case missed(Alarm)
    case noted(Words)
    case joined(Joining)

    package struct Submission: Sendable, Hashable, Codable {
        package var externalId: String
        package var channel: String
        package var customerId: String
        package var customerName: String?
        package var contactNumber: String?
        package var serviceNumber: String?
        package var accountId: String?
        package var facts: TicketFacts
        package var text: String
        package var occurredAt: Timestamp?
        /// As the channel says.
        package var submittedAt: Timestamp
        package var orderId: OrderID?
        package var usageIds: [UsageID]
        /// By which it goes until it is closed.
        package var catalogueVersion: String
    }

    package struct Rejection: Sendable, Hashable, Codable {
        package struct Reason: Sendable, Hashable, Codable {
            package var code: String
            package var path: String
            package var message: String
        }

        package var reasons: [Reason]
    }

    package struct Link: Sendable, Hashable, Codable {
        package var externalId: String
        package var channel: String
        package var text: String
        package var submittedAt: Timestamp
    }

    /// What the service had learned of the customer when it was taken.
    package struct Evidence: Sendable, Hashable, Codable {
        package struct Order: Sendable, Hashable, Codable {
            package var orderId: OrderID
            package var action: String
            package var offer: String
            package var state: String

            package init(orderId: OrderID, action: String, offer: String, state: String) {
                self.orderId = orderId
                self.action = action
                self.offer = offer
                self.state = state
            }
        }

        package struct FailedWorkOrder: Sendable, Hashable, Codable {
            package var workOrderId: WorkOrderID
            package var orderId: OrderID
            package var type: String
            package var code: String
            package var message: String
            package var failedAt: Timestamp

            package init(
                workOrderId: WorkOrderID, orderId: OrderID, type: String, code: String, message: String,
                failedAt: Timestamp
            ) {
                self.workOrderId = workOrderId
                self.orderId = orderId
                self.type = type
                self.code = code
                self.message = message
                self.failedAt = failedAt
            }
        }

        package struct Bill: Sendable, Hashable, Codable {
            package var billId: BillID
            package var cycle: BillingCycle
            package var totalMilliyuan: Milliyuan
            package var outstandingMilliyuan: Milliyuan
            package var issuedAt: Timestamp

            package init(
                billId: BillID, cycle: BillingCycle, totalMilliyuan: Milliyuan, outstandingMilliyuan: Milliyuan,
                issuedAt: Timestamp
            ) {
                self.billId = billId
                self.cycle = cycle
                self.totalMilliyuan = totalMilliyuan
                self.outstandingMilliyuan = outstandingMilliyuan
                self.issuedAt = issuedAt
            }
        }

        package var ordersInFlight: [Order]
        package var failedWorkOrders: [FailedWorkOrder]
        /// The last ones, the latest first.
        package var bills: [Bill]
        /// Of the number: the bundle that it is in.
        package var offer: String?
        package var usageIds: [UsageID]

        package init(
            ordersInFlight: [Order] = [], failedWorkOrders: [FailedWorkOrder] = [], bills: [Bill] = [],
            offer: String? = nil, usageIds: [UsageID] = []
        ) {
            self.ordersInFlight = ordersInFlight
            self.failedWorkOrders = failedWorkOrders
            self.bills = bills
            self.offer = offer
            self.usageIds = usageIds
        }
    }

    package struct Place: Sendable, Hashable, Codable {
        package var queue: String
        package var owner: String?
        package var level: String

        package init(queue: String, owner: String?, level: String) {
            self.queue = queue
            self.owner = owner
            self.level = level
        }
    }

    package struct Assignment: Sendable, Hashable, Codable {
        package var to: Place
        /// `nil`: at its submission.
        package var from: Place?
        package var text: String?
    }

    package struct Dispatch: Sendable, Hashable, Codable {
        package var partner: String
        package var text: String
        package var waitsOn: DeadlineRule.Party
        package var replyDueAt: Timestamp
    }

    package struct Reminder: Sendable, Hashable, Codable {
        package var partner: String
        /// From 1.
        package var number: Int
        package var replyDueAt: Timestamp
    }

    package struct PartnerReply: Sendable, Hashable, Codable {
        package var partner: String
        package var text: String
        package var isLate: Bool
    }

    package struct Words: Sendable, Hashable, Codable {
        package var text: String?
    }

    package struct Escalation: Sendable, Hashable, Codable {
        package enum Cause: String, Sendable, Hashable, Codable {
            case deadline, command, category, partner
        }

        package var to: Place
        package var from: Place
        package var cause: Cause
        /// Whose deadline was missed.
        package var clock: DeadlineRule.Clock?
        package var text: String?
    }

    package struct Waiting: Sendable, Hashable, Codable {
        package var on: DeadlineRule.Party
        package var text: String?
    }

    package struct Reclassification: Sendable, Hashable, Codable {
        package var to: TicketFacts
        package var from: TicketFacts
        package var text: String?
    }

    package struct Repair: Sendable, Hashable, Codable {
        package var repairedAt: Timestamp
        package var text: String?
    }

    package struct Resolution: Sendable, Hashable, Codable {
        package var text: String
        package var problemId: ProblemID?
        package var surveyUntil: Timestamp
    }

    package struct Closing: Sendable, Hashable, Codable {
        package enum Outcome: String, Sendable, Hashable, Codable {
            case satisfied, noResponse, byCommand
        }

        package var outcome: Outcome
        package var score: Int?
        package var text: String?
    }

    package struct Reopening: Sendable, Hashable, Codable {
        package var score: Int?
        package var text: String?
    }

    package struct Alarm: Sendable, Hashable, Codable {
        package var clock: DeadlineRule.Clock
        /// Of the warning, or of the deadline.
        package var at: Timestamp
        package var dueAt: Timestamp
    }

    package struct Joining: Sendable, Hashable, Codable {
        package var problemId: ProblemID
    }
}

extension TicketEvent {
    package struct RefundRequest: Sendable, Hashable, Codable {
        package var refundId: RefundID
        package var rule: AdjustmentRule
        /// What is credited.
        package var amountMilliyuan: Milliyuan
        /// What was charged wrongly, or the monthly fee.
        package var basisMilliyuan: Milliyuan
        /// Of `rentWaiver`: started days of the fault.
        package var days: Int?
        package var usageIds: [UsageID]
        package var accountId: String
        package var reason: String
        package var role: String
        package var needsApproval: Bool
        /// The role's; `nil`: any amount.
        package var limitMilliyuan: Milliyuan?
    }

    package struct RefundDecision: Sendable, Hashable, Codable {
        package var refundId: RefundID
        package var role: String
        package var text: String?
    }

    package struct RefundBooking: Sendable, Hashable, Codable {
        package var refundId: RefundID
        package var cycle: BillingCycle
    }

    package struct RefundRejection: Sendable, Hashable, Codable {
        package var refundId: RefundID
        package var code: String
        package var message: String
    }
}
