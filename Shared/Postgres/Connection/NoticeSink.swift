import CLibPQ
import Logging

/// Takes the server's notices and warnings to the log, at debug level: libpq would print them.
final class NoticeSink {
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    /// For `PQsetNoticeReceiver`; its argument is an unretained sink, kept by the connection's handle.
    static let receive: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> Void = { argument, result in
        guard let argument, let result else { return }
        let sink = Unmanaged<NoticeSink>.fromOpaque(argument).takeUnretainedValue()
        // Not DETAIL, which may quote rows.
        guard let message = sheaf_result_message(result) else { return }
        sink.logger.debug(
            "PostgreSQL notice",
            metadata: [
                "postgres.severity": "\(sheaf_result_severity(result).map { String(cString: $0) } ?? "")",
                "postgres.notice": "\(String(cString: message))",
            ])
    }
}
