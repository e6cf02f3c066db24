import Logging

/// Writes a log event as one line, as JSON or as text.
struct LineLogHandler: LogHandler {
    let label: String
    let format: LogFormat
    let service: String
    let output: LogOutput

    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(
        label: String, level: Logger.Level, format: LogFormat, service: String,
        metadataProvider: Logger.MetadataProvider? = nil, output: LogOutput = .standardOutput
    ) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.service = service
        self.metadataProvider = metadataProvider
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var metadata = self.metadata
        if let provided = self.metadataProvider?.get() {
            metadata.merge(provided) { _, new in new }
        }
        if let own = event.metadata {
            metadata.merge(own) { _, new in new }
        }
        if let error = event.error {
            metadata[LogKeys.error] = "\(error)"
        }
        let time = Timestamp.now
        switch self.format {
        case .json: self.output.write(self.jsonLine(event, time: time, metadata: metadata))
        case .text: self.output.write(self.textLine(event, time: time, metadata: metadata))
        }
    }

    private func jsonLine(_ event: LogEvent, time: Timestamp, metadata: Logger.Metadata) -> String {
        var line = JSONLine()
        line.append("time", string: time.rfc3339)
        line.append("level", string: event.level.rawValue)
        line.append("service", string: self.service)
        line.append("logger", string: self.label)
        line.append("message", string: event.message.description)
        line.append(metadata)
        return line.finished
    }

    private func textLine(_ event: LogEvent, time: Timestamp, metadata: Logger.Metadata) -> String {
        let level = event.level.rawValue.uppercased()
        var line = "\(time.rfc3339) \(level)\(String(repeating: " ", count: max(0, 8 - level.count)))"
        line += " \(self.service): \(event.message.description)"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(value)"
        }
        // One event, one line, whatever a message quotes.
        return line.replacing("\n", with: "\\n").replacing("\r", with: "\\r") + "\n"
    }
}
