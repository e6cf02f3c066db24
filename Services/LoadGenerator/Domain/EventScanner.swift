/// What a load test needs of an event: who it is about.
///
/// Decoding every event in full would take processor time from the system that is measured.
package struct ScannedEvent: Hashable, Sendable {
    /// The event's own id: the same when a message was published twice.
    package var id: UInt128?
    package var type = ""
    package var orderID: UInt128?
    package var externalID: String?
    package var workOrderID: UInt128?
    /// The work orders of an acknowledged order's plan.
    package var listedWorkOrderIDs: [UInt128] = []

    package init() {}
}

/// Finds the ids in a structured CloudEvents event in one pass over its bytes.
///
/// It checks nothing: broken JSON gives an event without a type.
package struct EventScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0
    private var event = ScannedEvent()

    package static func scan(_ value: [UInt8]) -> ScannedEvent {
        value.withUnsafeBufferPointer { bytes in
            var scanner = EventScanner(bytes: bytes)
            return scanner.scan()
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private mutating func scan() -> ScannedEvent {
        var key: Range<Int>?
        while self.position < self.bytes.count {
            switch self.bytes[self.position] {
            case UInt8(ascii: "\""):
                let text = self.readString()
                if self.skipColon() {
                    key = text
                } else if let name = key {
                    self.take(name, text)
                    key = nil
                }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                self.depth += 1
                key = nil
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                self.depth -= 1
                key = nil
            case UInt8(ascii: ","):
                key = nil
            default:
                break
            }
            self.position += 1
        }
        return self.event
    }

    /// From the opening quote to behind the closing one.
    private mutating func readString() -> Range<Int> {
        let start = self.position + 1
        self.position = start
        while self.position < self.bytes.count, self.bytes[self.position] != UInt8(ascii: "\"") {
            self.position += self.bytes[self.position] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(self.position, self.bytes.count)
        self.position = end + 1
        return start..<end
    }

    private mutating func skipColon() -> Bool {
        var next = self.position
        while next < self.bytes.count, self.bytes[next] <= UInt8(ascii: " ") { next += 1 }
        guard next < self.bytes.count, self.bytes[next] == UInt8(ascii: ":") else { return false }
        self.position = next + 1
        return true
    }

    /// Attributes of the envelope stand at depth 1, fields of the data at depth 2, those of a plan at depth 4.
    private mutating func take(_ key: Range<Int>, _ value: Range<Int>) {
        switch self.depth {
        case 1:
            if self.matches(key, "type") { self.event.type = String(decoding: self.bytes[value], as: UTF8.self) }
            if self.matches(key, "id") { self.event.id = self.identifier(value) }
        case 2:
            if self.matches(key, "orderId") { self.event.orderID = self.identifier(value) }
            if self.matches(key, "workOrderId") { self.event.workOrderID = self.identifier(value) }
            if self.matches(key, "externalId") {
                self.event.externalID = String(decoding: self.bytes[value], as: UTF8.self)
            }
        case 4:
            if self.matches(key, "workOrderId"), let id = self.identifier(value) {
                self.event.listedWorkOrderIDs.append(id)
            }
        default:
            break
        }
    }

    private func matches(_ range: Range<Int>, _ name: StaticString) -> Bool {
        range.count == name.utf8CodeUnitCount
            && name.withUTF8Buffer { $0.elementsEqual(self.bytes[range]) }
    }

    /// A UUID's 128 bits; `nil` for any other text.
    private func identifier(_ range: Range<Int>) -> UInt128? {
        guard range.count == 36 else { return nil }
        var value: UInt128 = 0
        for byte in self.bytes[range] where byte != UInt8(ascii: "-") {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt128(digit)
        }
        return value
    }
}
