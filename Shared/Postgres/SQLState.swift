/// The five characters with which PostgreSQL names a condition; the first two are its class.
package struct SQLState: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    private init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    /// The class: `23` for every kind of integrity violation.
    package var category: String { String(self.rawValue.prefix(2)) }

    /// No connection could be made.
    package static let unableToConnect = Self("08001")
    /// The connection was found closed before anything was sent: nothing has happened.
    package static let connectionDoesNotExist = Self("08003")
    /// The connection was lost while the statement ran.
    package static let connectionFailure = Self("08006")
    /// The connection was lost during COMMIT: the transaction is either done or undone.
    package static let transactionResolutionUnknown = Self("08007")
    package static let protocolViolation = Self("08P01")
    package static let featureNotSupported = Self("0A000")
    package static let invalidParameterValue = Self("22023")
    package static let notNullViolation = Self("23502")
    package static let foreignKeyViolation = Self("23503")
    package static let uniqueViolation = Self("23505")
    package static let checkViolation = Self("23514")
    package static let exclusionViolation = Self("23P01")
    package static let invalidTransactionState = Self("25000")
    package static let inFailedTransaction = Self("25P02")
    package static let idleInTransactionTimeout = Self("25P03")
    package static let invalidStatementName = Self("26000")
    package static let invalidPassword = Self("28P01")
    package static let unknownDatabase = Self("3D000")
    package static let serializationFailure = Self("40001")
    package static let deadlockDetected = Self("40P01")
    package static let insufficientPrivilege = Self("42501")
    package static let undefinedTable = Self("42P01")
    package static let duplicateObject = Self("42710")
    package static let tooManyConnections = Self("53300")
    package static let lockNotAvailable = Self("55P03")
    package static let queryCancelled = Self("57014")
    package static let adminShutdown = Self("57P01")
    package static let crashShutdown = Self("57P02")
    package static let cannotConnectNow = Self("57P03")
    package static let idleSessionTimeout = Self("57P05")
    package static let internalError = Self("XX000")

    /// The connection is gone, or there never was one.
    package var isConnectionLost: Bool {
        switch self {
        case .protocolViolation: false
        case .adminShutdown, .crashShutdown, .cannotConnectNow, .idleInTransactionTimeout, .idleSessionTimeout: true
        default: self.category == "08"
        }
    }

    /// No statement reached the server: repeating cannot do anything twice.
    package var isBeforeSending: Bool {
        switch self {
        case .unableToConnect, .connectionDoesNotExist, .cannotConnectNow, .tooManyConnections: true
        default: false
        }
    }

    /// Two transactions were in each other's way; one of them has to start again.
    package var isConflict: Bool {
        switch self {
        case .serializationFailure, .deadlockDetected, .lockNotAvailable: true
        default: false
        }
    }

    /// A constraint refused the row: unique, foreign key, check, not null, exclusion.
    package var isIntegrityViolation: Bool { self.category == "23" }

    /// The server lacks disk, memory or connections.
    package var isResourceShortage: Bool { self.category == "53" }
}

extension SQLState: CustomStringConvertible {
    package var description: String { self.rawValue }
}
