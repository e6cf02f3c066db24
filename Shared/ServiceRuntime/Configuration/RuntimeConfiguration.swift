package import Logging

/// The variables that every service has: where it serves HTTP and how it logs.
package struct RuntimeConfiguration: Sendable {
    /// `HTTP_HOST`, default `0.0.0.0`: the address to listen on.
    package let httpHost: String
    /// `HTTP_PORT`, default given by the service: 0 takes any free port.
    package let httpPort: Int
    /// `LOG_LEVEL`, default `info`: trace, debug, info, notice, warning, error or critical.
    package let logLevel: Logger.Level
    /// `LOG_FORMAT`, default `json`.
    package let logFormat: LogFormat

    /// Reads the four; a wrong one is reported by the reader's `finish()`.
    package init(_ reader: ConfigurationReader, defaultPort: Int) {
        self.httpHost = reader.string("HTTP_HOST", default: "0.0.0.0")
        self.httpPort = reader.integer("HTTP_PORT", default: defaultPort, in: 0...65535)
        self.logLevel = reader.choice("LOG_LEVEL", default: Logger.Level.info)
        self.logFormat = reader.choice("LOG_FORMAT", default: LogFormat.json)
    }
}
