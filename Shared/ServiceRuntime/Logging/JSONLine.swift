import Logging

/// Builds one JSON object on one line, keys in the order given.
struct JSONLine {
    private static let hexadecimal = Array("0123456789abcdef".unicodeScalars)

    private var text = "{"
    private var keys: Set<String> = []

    var finished: String { self.text + "}\n" }

    mutating func append(_ key: String, string value: String) {
        self.appendKey(key)
        self.appendQuoted(value)
    }

    /// Metadata with nested dictionaries flattened to dotted keys; whole numbers and booleans stay what they are.
    mutating func append(_ metadata: Logger.Metadata, prefix: String = "") {
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            if case .dictionary(let nested) = value {
                self.append(nested, prefix: "\(prefix)\(key).")
            } else {
                self.appendKey(prefix + key)
                self.appendValue(value)
            }
        }
    }

    private mutating func appendValue(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let string): self.appendQuoted(string)
        case .stringConvertible(let number as any BinaryInteger): self.text += "\(number)"
        case .stringConvertible(let flag as Bool): self.text += flag ? "true" : "false"
        case .stringConvertible(let other): self.appendQuoted(other.description)
        case .dictionary: self.appendQuoted("\(value)")
        case .array(let values):
            self.text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { self.text += "," }
                self.appendValue(value)
            }
            self.text += "]"
        @unknown default: self.appendQuoted("\(value)")
        }
    }

    /// A key that is taken, such as metadata called `time`, gets a prefix: parsers disagree on doubled keys.
    private mutating func appendKey(_ key: String) {
        var key = key
        while !self.keys.insert(key).inserted {
            key = "metadata." + key
        }
        if self.keys.count > 1 { self.text += "," }
        self.appendQuoted(key)
        self.text += ":"
    }

    private mutating func appendQuoted(_ string: String) {
        self.text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": self.text += "\\\""
            case "\\": self.text += "\\\\"
            case "\n": self.text += "\\n"
            case "\r": self.text += "\\r"
            case "\t": self.text += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                self.text += "\\u"
                for shift in [12, 8, 4, 0] as [UInt32] {
                    self.text.unicodeScalars.append(Self.hexadecimal[Int(scalar.value >> shift & 15)])
                }
            default: self.text.unicodeScalars.append(scalar)
            }
        }
        self.text += "\""
    }
}
