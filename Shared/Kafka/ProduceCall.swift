import CRdKafka

extension ProducerRecord {
    /// Enqueues a copy of the record under a number that comes back with its delivery report.
    func produce(with client: OpaquePointer, number: UInt) -> rd_kafka_resp_err_t {
        let headers = self.headers.isEmpty ? nil : Self.makeHeaders(self.headers)
        let code = Self.withBytes(of: self.key) { key in
            Self.withBytes(of: self.value) { value in
                sheaf_produce(
                    client,
                    self.topic,
                    self.partition ?? RD_KAFKA_PARTITION_UA,
                    key?.baseAddress,
                    key?.count ?? 0,
                    value?.baseAddress,
                    value?.count ?? 0,
                    headers,
                    number
                )
            }
        }
        if code != RD_KAFKA_RESP_ERR_NO_ERROR, let headers {
            rd_kafka_headers_destroy(headers)
        }
        return code
    }

    private static func makeHeaders(_ headers: [KafkaHeader]) -> OpaquePointer? {
        let list = rd_kafka_headers_new(headers.count)
        for header in headers {
            Self.withBytes(of: header.value) { value in
                _ = rd_kafka_header_add(list, header.name, -1, value?.baseAddress, value?.count ?? 0)
            }
        }
        return list
    }

    /// C tells null from empty by the address, which Swift does not promise for an empty array.
    private static func withBytes<Result>(
        of bytes: [UInt8]?,
        _ body: (UnsafeRawBufferPointer?) -> Result
    ) -> Result {
        guard let bytes else { return body(nil) }
        guard bytes.isEmpty else { return bytes.withUnsafeBytes { body($0) } }
        return withUnsafeBytes(of: UInt8(0)) { body(UnsafeRawBufferPointer(rebasing: $0[..<0])) }
    }
}
