import Contracts
import Foundation

/// Where messages of a channel go.
protocol Gateway: Sendable {
    /// How it is named in events and by the read API.
    var id: String { get }

    /// Hands a message over, once.
    ///
    /// Never throws: whatever happens is one of the outcomes. Is not called again for the same message unless the outcome
    /// says that it did not go out, or nobody knows and it is urgent.
    func handOver(_ message: HandedMessage) async -> HandOver
}

/// A message, as gateways need it.
struct HandedMessage: Sendable {
    var id: NotificationID
    var recipient: String
    /// The number from which it is sent; `nil`: the gateway's own.
    var sender: String?
    var subject: String?
    var text: String
    var priority: NotificationPriority
    /// The gateway need not try after that.
    var expiresAt: Timestamp?
}

/// What a gateway has said.
enum HandOver: Sendable, Hashable {
    /// It has the message; receipts may follow.
    case accepted
    /// It has the message, and nothing more will be told.
    case delivered
    /// It is not there, or will not have it now: the message did not go out.
    case deferred(code: String, text: String)
    /// It will never have this one.
    case refused(code: String, text: String)
    /// The call broke off: the message may have gone out.
    case lost(text: String)
}
