/// The parameters of one execution, encoded one after the other into one buffer.
package struct Parameters: Sendable {
    private(set) var buffer = PostgresBuffer()
    /// The types' object ids.
    private(set) var types: [UInt32] = []
    /// Where each field starts in the buffer: four bytes of length, then the value.
    private(set) var offsets: [Int] = []

    package init() {}

    /// Appends the next parameter: a value, an optional, or an array of either.
    package mutating func append<T: PostgresEncodable>(_ value: T) {
        self.types.append(T.postgresType.oid)
        self.offsets.append(self.buffer.bytes.count)
        value.encodeField(into: &self.buffer)
    }

    /// Calls `body` with what libpq takes: pointers to the values (`nil` for NULL), lengths, formats.
    func withArrays<R>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> R
    ) -> R {
        self.buffer.bytes.withUnsafeBytes { bytes in
            var values: [UnsafePointer<CChar>?] = []
            var lengths: [Int32] = []
            values.reserveCapacity(self.offsets.count)
            lengths.reserveCapacity(self.offsets.count)
            for offset in self.offsets {
                let length = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
                let value = bytes[(offset + 4)...]
                let start = bytes.baseAddress.map { ($0 + value.startIndex).assumingMemoryBound(to: CChar.self) }
                values.append(length < 0 ? nil : start)
                lengths.append(max(length, 0))
            }
            let binary = [Int32](repeating: 1, count: self.offsets.count)
            return body(Int32(self.offsets.count), values, lengths, binary)
        }
    }
}
