import JSONText

/// Writes `usage.rated` and `usage.rerated` by byte: there is one for each usage record.
package struct UsageRatedWriter: Sendable {
    private var offsets: OffsetMemory

    /// - Parameter calendar: in whose offset times are written.
    package init(calendar: BusinessCalendar) {
        self.offsets = OffsetMemory(calendar: calendar)
    }

    /// The data of the message.
    package mutating func write(_ rated: UsageRated) -> [UInt8] {
        self.write(rated, previousCharge: nil)
    }

    /// Appends the data of the message.
    package mutating func write(_ rated: UsageRated, to bytes: inout [UInt8]) {
        self.write(rated, previousCharge: nil, to: &bytes)
    }

    /// The data of the message.
    package mutating func write(_ rerated: UsageRerated) -> [UInt8] {
        self.write(rerated.rated, previousCharge: rerated.previousChargeMilliyuan)
    }

    private mutating func write(_ rated: UsageRated, previousCharge: Milliyuan?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(320 + rated.lines.count * 224)
        self.write(rated, previousCharge: previousCharge, to: &bytes)
        return bytes
    }

    private mutating func write(_ rated: UsageRated, previousCharge: Milliyuan?, to bytes: inout [UInt8]) {
        bytes.appendJSON(raw: "{\"usageId\":")
        bytes.appendJSON(rated.usageId)
        bytes.appendJSON(raw: ",\"accountId\":")
        bytes.appendJSON(rated.accountId)
        bytes.appendJSON(raw: ",\"serviceNumber\":")
        bytes.appendJSON(rated.serviceNumber)
        bytes.appendJSON(raw: ",\"kind\":")
        bytes.appendJSON(rated.kind.rawValue)
        bytes.appendJSON(raw: ",\"cycle\":")
        bytes.appendJSON(rated.cycle)
        bytes.appendJSON(raw: ",\"endedAt\":")
        bytes.appendJSON(rated.endedAt, offsetSeconds: self.offsets.offsetSeconds(at: rated.endedAt))
        bytes.appendJSON(raw: ",\"units\":")
        bytes.appendJSON(rated.units)
        bytes.appendJSON(raw: ",\"lines\":[")
        for (index, line) in rated.lines.enumerated() {
            if index > 0 { bytes.appendJSON(raw: ",") }
            Self.append(line, to: &bytes)
        }
        bytes.appendJSON(raw: "],\"chargeMilliyuan\":")
        bytes.appendJSON(rated.chargeMilliyuan.rawValue)
        if let previousCharge {
            bytes.appendJSON(raw: ",\"previousChargeMilliyuan\":")
            bytes.appendJSON(previousCharge.rawValue)
        }
        bytes.appendJSON(raw: ",\"sequence\":")
        bytes.appendJSON(rated.sequence)
        bytes.appendJSON(raw: "}")
    }

    private static func append(_ line: UsageRated.Line, to bytes: inout [UInt8]) {
        bytes.appendJSON(raw: "{\"rule\":")
        bytes.appendJSON(line.rule)
        if let allowance = line.allowance {
            bytes.appendJSON(raw: ",\"allowance\":")
            bytes.appendJSON(allowance)
        }
        bytes.appendJSON(raw: ",\"units\":")
        bytes.appendJSON(line.units)
        bytes.appendJSON(raw: ",\"unitPriceMilliyuan\":")
        bytes.appendJSON(line.unitPriceMilliyuan.rawValue)
        bytes.appendJSON(raw: ",\"chargeMilliyuan\":")
        bytes.appendJSON(line.chargeMilliyuan.rawValue)
        if let before = line.allowanceBefore {
            bytes.appendJSON(raw: ",\"allowanceBefore\":")
            bytes.appendJSON(before)
        }
        if let after = line.allowanceAfter {
            bytes.appendJSON(raw: ",\"allowanceAfter\":")
            bytes.appendJSON(after)
        }
        bytes.appendJSON(raw: ",\"subject\":[")
        for (index, level) in line.subject.enumerated() {
            if index > 0 { bytes.appendJSON(raw: ",") }
            bytes.appendJSON(level)
        }
        bytes.appendJSON(raw: "]}")
    }
}
