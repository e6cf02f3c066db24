import Contracts
import Messaging

/// What Complaints tells that customers are told.
enum ComplaintEvent: IncomingMessage, Hashable {
    case acknowledged(ComplaintAcknowledged)
    case replied(ComplaintReplied)
    case resolved(ComplaintResolved)
    case reopened(ComplaintReopened)
    case closed(ComplaintClosed)
    case deadlineMissed(ComplaintDeadlineMissed)

    static let topic = Topic.complaintsEvents
    static let types = [
        ComplaintAcknowledged.type, ComplaintReplied.type, ComplaintResolved.type, ComplaintReopened.type,
        ComplaintClosed.type, ComplaintDeadlineMissed.type,
    ]

    static func decode(type: String, from data: any Decoder) throws -> ComplaintEvent {
        switch type {
        case ComplaintAcknowledged.type: .acknowledged(try ComplaintAcknowledged(from: data))
        case ComplaintReplied.type: .replied(try ComplaintReplied(from: data))
        case ComplaintResolved.type: .resolved(try ComplaintResolved(from: data))
        case ComplaintReopened.type: .reopened(try ComplaintReopened(from: data))
        case ComplaintClosed.type: .closed(try ComplaintClosed(from: data))
        default: .deadlineMissed(try ComplaintDeadlineMissed(from: data))
        }
    }

    /// Whom it concerns, by what the complaint says of itself.
    var numbers: (contact: String?, service: String?, accountId: String?) {
        switch self {
        case .acknowledged(let event): (event.contactNumber, event.serviceNumber, event.accountId)
        case .replied(let event): (event.contactNumber, event.serviceNumber, event.accountId)
        case .resolved(let event): (event.contactNumber, event.serviceNumber, event.accountId)
        case .reopened(let event): (event.contactNumber, event.serviceNumber, event.accountId)
        case .closed(let event): (event.contactNumber, event.serviceNumber, event.accountId)
        case .deadlineMissed(let event): (event.contactNumber, event.serviceNumber, event.accountId)
        }
    }
}
