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
        self.bytes.append(jsonText: value)
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

/// The members of an event as most producers write them: each once, texts without escapes, and the data as one object.
///
/// It knows only this form. Whatever else is well-formed has to be read by the general decoder, which also says
/// what is wrong with what is not; the data is found, not read.
struct EnvelopeScanner {
    private(set) var texts: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
    /// With its braces.
    private(set) var data: ArraySlice<UInt8>?

    private let bytes: [UInt8]
    private var position = 0

    /// - Parameter value: valid UTF-8.
    /// - Returns: `nil` when the value has another form.
    init?(_ value: [UInt8]) {
        self.bytes = value
        self.texts.reserveCapacity(12)
        guard self.take("{") else { return nil }
        repeat {
            guard let name = self.text(), self.take(":") else { return nil }
            if name.elementsEqual("data".utf8) {
                guard self.data == nil, let object = self.object() else { return nil }
                self.data = object
            } else {
                guard let value = self.text(), !self.texts.contains(where: { $0.name == name }) else { return nil }
                self.texts.append((name, value))
            }
        } while self.take(",")
        guard self.take("}") else { return nil }
        self.skipSpace()
        guard self.position == self.bytes.endIndex else { return nil }
    }

    func text(_ name: StaticString) -> String? {
        let text = name.withUTF8Buffer { wanted in
            self.texts.first { $0.name.elementsEqual(wanted) }
        }
        return text.map { String(decoding: $0.value, as: UTF8.self) }
    }

    private mutating func skipSpace() {
        while self.position < self.bytes.endIndex {
            switch self.bytes[self.position] {
            case 0x20, 0x09, 0x0a, 0x0d: self.position += 1
            default: return
            }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        self.skipSpace()
        guard self.position < self.bytes.endIndex, self.bytes[self.position] == UInt8(ascii: character) else {
            return false
        }
        self.position += 1
        return true
    }

    /// A text in which each byte stands for itself.
    private mutating func text() -> ArraySlice<UInt8>? {
        guard self.take("\"") else { return nil }
        let start = self.position
        while self.position < self.bytes.endIndex {
            let byte = self.bytes[self.position]
            self.position += 1
            if byte == UInt8(ascii: "\"") { return self.bytes[start..<(self.position - 1)] }
            guard byte.standsForItself else { return nil }
        }
        return nil
    }

    /// From a brace to the one that closes it.
    private mutating func object() -> ArraySlice<UInt8>? {
        self.skipSpace()
        let start = self.position
        guard self.take("{") else { return nil }
        var depth = 1
        var isInText = false
        while self.position < self.bytes.endIndex {
            let byte = self.bytes[self.position]
            self.position += 1
            switch byte {
            case UInt8(ascii: "\\") where isInText: self.position += 1
            case UInt8(ascii: "\""): isInText.toggle()
            case UInt8(ascii: "{") where !isInText: depth += 1
            case UInt8(ascii: "}") where !isInText:
                depth -= 1
                if depth == 0 { return self.bytes[start..<self.position] }
            default: break
            }
        }
        return nil
    }
}
