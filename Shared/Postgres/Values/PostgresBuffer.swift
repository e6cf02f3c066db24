/// Collects bytes in network order, as the binary format wants them.
package struct PostgresBuffer: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ integer: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: integer.bigEndian) { self.bytes.append(contentsOf: $0) }
    }

    package mutating func append(bytes: some Sequence<UInt8>) {
        self.bytes.append(contentsOf: bytes)
    }

    /// Appends a field: its length, then what `body` appends.
    package mutating func appendField(_ body: (inout PostgresBuffer) -> Void) {
        let start = self.bytes.count
        self.append(Int32(0))
        body(&self)
        let length = Int32(truncatingIfNeeded: self.bytes.count - start - 4).bigEndian
        Swift.withUnsafeBytes(of: length) { source in
            for index in 0..<4 { self.bytes[start + index] = source[index] }
        }
    }

    /// Appends the field that stands for NULL.
    package mutating func appendNull() {
        self.append(Int32(-1))
    }

    mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: true)
    }
}
