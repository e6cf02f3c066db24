import Kafka
import Postgres

/// What an error that stopped a batch means for it. Nobody else looks into errors to decide.
enum Disposition: Sendable {
    /// The world is at fault: try again, for as long as it takes; never a dead letter.
    case environment
    /// The service is shutting down.
    case cancelled
    /// A record is at fault, or the code: find the record and park it.
    case record

    init(of error: any Error) {
        switch error {
        case is CancellationError: self = .cancelled
        case let error as PostgresError where error.isTransient: self = .environment
        case is KafkaError: self = .environment
        default: self = .record
        }
    }
}
