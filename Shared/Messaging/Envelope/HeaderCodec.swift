import Kafka

/// Headers in one database column: for each its name and value, both preceded by their length as a
/// 32-bit big-endian number; the length -1 stands for "no value".
///
/// The headers of a structured event, which nearly all messages have, are `nil`: the column is NULL.
enum HeaderCodec {
    static let structuredEvent = [KafkaHeader(name: "content-type", value: Array(EventEncoder.contentType.utf8))]

    static func encode(_ headers: [KafkaHeader]) -> [UInt8]? {
        if headers == Self.structuredEvent { return nil }
        var bytes: [UInt8] = []
        for header in headers { Self.append(header, to: &bytes) }
        return bytes
    }

    static func append(_ header: KafkaHeader, to bytes: inout [UInt8]) {
        Self.append(Array(header.name.utf8), to: &bytes)
        Self.append(header.value, to: &bytes)
    }

    static func decode(_ bytes: [UInt8]?) -> [KafkaHeader] {
        guard let bytes else { return Self.structuredEvent }
        return Self.decode(bytes[...])
    }

    /// - Parameter former: headers of the same names in the same order, mostly: what is the same is not made again.
    static func decode(_ bytes: ArraySlice<UInt8>, like former: [KafkaHeader] = []) -> [KafkaHeader] {
        var rest = bytes
        var headers: [KafkaHeader] = []
        headers.reserveCapacity(former.count)
        while let name = Self.next(&rest) {
            let value = Self.next(&rest) ?? nil
            let like = headers.count < former.count ? former[headers.count] : nil
            if let like, let name, let value, like.name.utf8.elementsEqual(name) {
                let isSame = like.value?.elementsEqual(value) ?? false
                headers.append(isSame ? like : KafkaHeader(name: like.name, value: Array(value)))
            } else {
                headers.append(
                    KafkaHeader(name: String(decoding: name ?? [], as: UTF8.self), value: value.map { Array($0) }))
            }
        }
        return headers
    }

    private static func append(_ field: [UInt8]?, to bytes: inout [UInt8]) {
        let length = UInt32(bitPattern: field.map { Int32($0.count) } ?? -1)
        bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
        bytes += field ?? []
    }

    /// `nil` at the end; `.some(nil)` for "no value".
    private static func next(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>?? {
        guard rest.count >= 4 else { return nil }
        let length = Int32(bitPattern: rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
        rest = rest.dropFirst(4)
        guard length >= 0 else { return .some(nil) }
        defer { rest = rest.dropFirst(Int(length)) }
        return .some(rest.prefix(Int(length)))
    }
}
