package import Logging

/// How log lines look: `LOG_FORMAT`.
package enum LogFormat: String, CaseIterable, Sendable {
    /// For people at a terminal.
    case text
    /// For collectors: one JSON object a line.
    case json
}

/// Sends every `Logger` of the process to standard output. To be called once, before the first `Logger` is made.
///
/// - Parameter service: the service's name; every JSON line carries it.
package func bootstrapLogging(level: Logger.Level, format: LogFormat, service: String) {
    LoggingSystem.bootstrap(
        { label, provider in
            LineLogHandler(label: label, level: level, format: format, service: service, metadataProvider: provider)
        },
        metadataProvider: nil
    )
}
