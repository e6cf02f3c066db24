import Foundation
import JSONText

/// Reading by byte: the general decoder takes some fifteen times as long.
extension UsageRecorded {
    /// Reads a record, by byte where its form is the usual one.
    ///
    /// - Throws: what `JSONDecoder` throws.
    package init(json: [UInt8]) throws {
        if let record = UsageRecorded(scanning: json) {
            self = record
        } else {
            self = try JSONDecoder().decode(UsageRecorded.self, from: Data(json))
        }
    }

    /// Reads a record of the usual form: fields in any order and each once, unknown ones of any kind, ASCII without
    /// escapes, whole numbers.
    ///
    /// - Returns: `nil` when it has another form, or is to be refused: the general decoder says which.
    package init?(scanning json: [UInt8]) {
        guard let record = json.withUnsafeBufferPointer({ UsageRecorded(scanning: $0) }) else { return nil }
        self = record
    }

    package static func scan(_ data: UnsafeBufferPointer<UInt8>) -> UsageRecorded? { UsageRecorded(scanning: data) }

    /// The same where the bytes lie.
    package init?(scanning json: UnsafeBufferPointer<UInt8>) {
        var fields = ScannedFields()
        guard fields.scan(json), let record = fields.record, record.missingField == nil else { return nil }
        self = record
    }
}

/// The fields of a usage record as far as they have been seen.
private struct ScannedFields {
    private var usageId: UsageID?
    private var kind: UsageKind?
    private var serviceNumber: String?
    private var startedAt: Timestamp?
    private var endedAt: Timestamp?
    private var direction: CallDirection?
    private var otherParty: String?
    private var roaming: Roaming?
    private var uplinkBytes: Int64?
    private var downlinkBytes: Int64?
    private var hotspot: Hotspot?

    var record: UsageRecorded? {
        guard let usageId, let kind, let serviceNumber, let startedAt, let endedAt else { return nil }
        return UsageRecorded(
            usageId: usageId, kind: kind, serviceNumber: serviceNumber, startedAt: startedAt, endedAt: endedAt,
            direction: self.direction, otherParty: self.otherParty, roaming: self.roaming,
            uplinkBytes: self.uplinkBytes, downlinkBytes: self.downlinkBytes, hotspot: self.hotspot
        )
    }

    mutating func scan(_ json: UnsafeBufferPointer<UInt8>) -> Bool {
        var scanner = JSONScanner(json)
        guard scanner.take("{") else { return false }
        repeat {
            guard let name = scanner.text(), scanner.take(":"), self.take(name, &scanner) else { return false }
        } while scanner.take(",")
        return scanner.take("}") && scanner.isAtEnd()
    }

    private mutating func take(_ name: UnsafeBufferPointer<UInt8>, _ scanner: inout JSONScanner) -> Bool {
        switch name.count {
        case 4 where name.isText("kind"): Self.set(&self.kind, scanner.text().flatMap(UsageKind.init))
        case 7 where name.isText("usageId"):
            Self.set(&self.usageId, scanner.text().flatMap { UUID(characters: $0) }.map(UsageID.init(rawValue:)))
        case 7 where name.isText("endedAt"): Self.set(&self.endedAt, Self.time(&scanner))
        case 7 where name.isText("roaming"): Self.set(&self.roaming, scanner.text().flatMap(Roaming.init))
        case 7 where name.isText("hotspot"): Self.set(&self.hotspot, scanner.text().flatMap(Hotspot.init))
        case 9 where name.isText("startedAt"): Self.set(&self.startedAt, Self.time(&scanner))
        case 9 where name.isText("direction"):
            Self.set(&self.direction, scanner.text().flatMap(CallDirection.init))
        case 10 where name.isText("otherParty"): Self.set(&self.otherParty, Self.text(&scanner))
        case 11 where name.isText("uplinkBytes"): Self.set(&self.uplinkBytes, scanner.integer())
        case 13 where name.isText("downlinkBytes"): Self.set(&self.downlinkBytes, scanner.integer())
        // An event with its envelope: its fields are in its data.
        case 11 where name.isText("specversion"): false
        case 13 where name.isText("serviceNumber"): Self.set(&self.serviceNumber, Self.text(&scanner))
        default: scanner.skipValue()
        }
    }

    /// A field counts once: which of two the general decoder takes is its own affair.
    private static func set<Value>(_ field: inout Value?, _ value: Value?) -> Bool {
        guard field == nil, let value else { return false }
        field = value
        return true
    }

    private static func text(_ scanner: inout JSONScanner) -> String? {
        scanner.text().map { String(decoding: $0, as: UTF8.self) }
    }

    private static func time(_ scanner: inout JSONScanner) -> Timestamp? {
        scanner.text().flatMap { Timestamp(rfc3339: $0) }
    }
}

extension UsageKind {
    fileprivate init?(_ text: UnsafeBufferPointer<UInt8>) {
        if text.isText("voice") {
            self = .voice
        } else if text.isText("data") {
            self = .data
        } else if text.isText("sms") {
            self = .sms
        } else if text.isText("mms") {
            self = .mms
        } else if text.isText("wlan") {
            self = .wlan
        } else {
            return nil
        }
    }
}

extension CallDirection {
    fileprivate init?(_ text: UnsafeBufferPointer<UInt8>) {
        if text.isText("originating") {
            self = .originating
        } else if text.isText("terminating") {
            self = .terminating
        } else if text.isText("forwarded") {
            self = .forwarded
        } else {
            return nil
        }
    }
}

extension Roaming {
    fileprivate init?(_ text: UnsafeBufferPointer<UInt8>) {
        if text.isText("home") {
            self = .home
        } else if text.isText("domestic") {
            self = .domestic
        } else if text.isText("international") {
            self = .international
        } else {
            return nil
        }
    }
}

extension Hotspot {
    fileprivate init?(_ text: UnsafeBufferPointer<UInt8>) {
        if text.isText("campus") {
            self = .campus
        } else if text.isText("other") {
            self = .other
        } else {
            return nil
        }
    }
}
