/// RFC 3339 timestamps, by byte: Foundation's formatters cost hundreds of times as much, and every
/// message carries several.
extension Timestamp {
    /// Reads `2026-11-21T09:30:00.123456+08:00`; the offset is required, `Z` is one, digits below
    /// the microsecond are dropped. `nil` when the text is anything else.
    package init?(rfc3339 text: String) {
        var text = text
        let timestamp = text.withUTF8 { text in
            var reader = RFC3339Reader(bytes: text)
            return reader.read()
        }
        guard let timestamp else { return nil }
        self = timestamp
    }

    /// The same for text that is still bytes.
    init?(rfc3339 text: UnsafeBufferPointer<UInt8>) {
        var reader = RFC3339Reader(bytes: text)
        guard let timestamp = reader.read() else { return nil }
        self = timestamp
    }

    /// A day inside the years 0000 and 9999, so that no offset leads out of them.
    private static let firstWritable: Int64 = -62_167_132_800_000_000
    private static let lastWritable: Int64 = 253_402_214_399_999_999

    /// This instant as local time at an offset from UTC in seconds, which is written out: `…+08:00`.
    /// Fractions are written only where there are any: three digits, or six.
    ///
    /// The format has neither seconds of an offset nor years beyond four digits: an offset is cut to whole
    /// minutes (the instant stays right), and an instant outside the years is written as the nearest one inside.
    package func rfc3339(offsetSeconds exactOffset: Int) -> String {
        String(unsafeUninitializedCapacity: Self.maximumLength) { self.write(into: $0, offsetSeconds: exactOffset) }
    }

    /// The most bytes that `write(into:offsetSeconds:)` writes.
    static let maximumLength = 40

    /// Writes what `rfc3339(offsetSeconds:)` gives.
    ///
    /// - Parameter buffer: of at least `maximumLength` bytes.
    /// - Returns: how many it has written.
    func write(into buffer: UnsafeMutableBufferPointer<UInt8>, offsetSeconds exactOffset: Int) -> Int {
        let offsetSeconds = exactOffset / 60 * 60
        let writable = min(max(Self.firstWritable, self.microseconds), Self.lastWritable)
        let local = writable + Int64(offsetSeconds) * 1_000_000
        let (seconds, fraction) = local.flooredDivision(by: 1_000_000)
        let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
        let date = CivilDate(daysSinceEpoch: Int(days))
        var writer = DigitWriter(buffer: buffer)
        writer.write(date.year, digits: 4)
        writer.write("-")
        writer.write(date.month, digits: 2)
        writer.write("-")
        writer.write(date.day, digits: 2)
        writer.write("T")
        writer.write(Int(secondOfDay) / 3600, digits: 2)
        writer.write(":")
        writer.write(Int(secondOfDay) / 60 % 60, digits: 2)
        writer.write(":")
        writer.write(Int(secondOfDay) % 60, digits: 2)
        if fraction != 0 {
            writer.write(".")
            if fraction % 1000 == 0 {
                writer.write(Int(fraction) / 1000, digits: 3)
            } else {
                writer.write(Int(fraction), digits: 6)
            }
        }
        writer.write(offsetSeconds < 0 ? "-" : "+")
        writer.write(abs(offsetSeconds) / 3600, digits: 2)
        writer.write(":")
        writer.write(abs(offsetSeconds) / 60 % 60, digits: 2)
        return writer.count
    }
}

private struct DigitWriter {
    var buffer: UnsafeMutableBufferPointer<UInt8>
    var count = 0

    mutating func write(_ character: Unicode.Scalar) {
        self.buffer[self.count] = UInt8(truncatingIfNeeded: character.value)
        self.count += 1
    }

    mutating func write(_ number: Int, digits: Int) {
        var rest = number
        for position in stride(from: self.count + digits - 1, through: self.count, by: -1) {
            self.buffer[position] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        }
        self.count += digits
    }
}

private struct RFC3339Reader {
    let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private var current: UInt8? { self.position < self.bytes.count ? self.bytes[self.position] : nil }

    mutating func read() -> Timestamp? {
        guard let year = self.number(digits: 4), self.take("-"),
            let month = self.number(digits: 2), self.take("-"),
            let day = self.number(digits: 2), self.take("T") || self.take("t"),
            let date = CivilDate(year: year, month: month, day: day),
            let hour = self.number(digits: 2), hour < 24, self.take(":"),
            let minute = self.number(digits: 2), minute < 60, self.take(":"),
            let second = self.number(digits: 2), second < 60,
            let fraction = self.fraction(),
            let offset = self.offset(),
            self.current == nil
        else { return nil }
        let seconds = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Timestamp(microseconds: Int64(seconds) * 1_000_000 + Int64(fraction))
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard self.current == UInt8(truncatingIfNeeded: character.value) else { return false }
        self.position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard let byte = self.current, byte >= 48, byte <= 57 else { return nil }
        self.position += 1
        return Int(byte) - 48
    }

    private mutating func number(digits: Int) -> Int? {
        var number = 0
        for _ in 0..<digits {
            guard let digit = self.digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// Microseconds; 0 where no fraction is written.
    private mutating func fraction() -> Int? {
        guard self.take(".") else { return 0 }
        guard var fraction = self.digit() else { return nil }
        var digits = 1
        while let digit = self.digit() {
            digits += 1
            if digits <= 6 { fraction = fraction * 10 + digit }
        }
        for _ in min(digits, 6)..<6 { fraction *= 10 }
        return fraction
    }

    private mutating func offset() -> Int? {
        if self.take("Z") || self.take("z") { return 0 }
        let sign: Int
        if self.take("+") { sign = 1 } else if self.take("-") { sign = -1 } else { return nil }
        guard let hours = self.number(digits: 2), hours < 24, self.take(":"),
            let minutes = self.number(digits: 2), minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}

extension Int64 {
    /// Quotient rounded towards minus infinity, and the remainder, never negative.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
