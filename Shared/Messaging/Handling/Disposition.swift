import Kafka
import Postgres

/// What an error that stopped a batch means for it. Nobody else looks into errors to decide.
package enum Disposition: Sendable {
    /// The world is at fault: try again, for as long as it takes; never a dead letter.
    case environment
    /// The service is shutting down.
    case cancelled
    /// A record is at fault, or the code: find the record and park it.
    case record

    package init(of error: any Error) {
        switch error {
        case is CancellationError, is PostgresPoolClosedError: self = .cancelled
        case let error as PostgresError where error.isTransient || error.isServersFault: self = .environment
        case is KafkaError: self = .environment
        default: self = .record
        }
    }
}

extension PostgresError {
    /// Not the statement's or its values' fault: a full disk, no memory, a cancelled or timed-out statement, a
    /// server that has become read-only, an internal error.
    fileprivate var isServersFault: Bool {
        ["53", "57", "58", "XX"].contains(self.code.category) || self.code.rawValue == "25006"
    }
}
