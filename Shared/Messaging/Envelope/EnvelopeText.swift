import JSONText

/// A JSON object whose first members are texts, written by byte.
///
/// Every message has an envelope, and the general encoder takes longer for it than for the data inside.
struct EnvelopeWriter {
    private var bytes: [UInt8] = []

    init(capacity: Int) {
        self.bytes.reserveCapacity(capacity)
        self.bytes.append(UInt8(ascii: "{"))
    }

    /// - Parameter value: leaves the member out when it is `nil`.
    mutating func append(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        self.appendName(name)
        self.bytes.appendJSON(value)
    }

    /// - Parameter json: JSON text.
    mutating func append(_ name: StaticString, json: some Collection<UInt8>) {
        self.appendName(name)
        self.bytes.append(contentsOf: json)
    }

    consuming func finish() -> [UInt8] {
        self.bytes.append(UInt8(ascii: "}"))
        return self.bytes
    }

    private mutating func appendName(_ name: StaticString) {
        if self.bytes.count > 1 { self.bytes.append(UInt8(ascii: ",")) }
        self.bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(UInt8(ascii: ":"))
    }
}
