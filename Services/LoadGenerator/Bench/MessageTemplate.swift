import Contracts
import Foundation

/// A message's bytes, made once; copies differ in their ids, so that compression finds no more than it would in truth.
struct MessageTemplate: Sendable {
    private let bytes: [UInt8]
    /// Where 36 bytes of an id stand.
    private let idOffsets: [Int]

    /// A structured CloudEvents event around the body.
    init(event body: some MessageBody) throws {
        let type = Swift.type(of: body).type
        self.init(bytes: Array(try JSONEncoder().encode(Event(type: type, subject: body.subject, data: body))))
    }

    /// The body alone, as channels publish it.
    init(bare body: some MessageBody) throws {
        self.init(bytes: Array(try JSONEncoder().encode(body)))
    }

    private init(bytes: [UInt8]) {
        let marker = Array(Self.markerPrefix.utf8)
        self.bytes = bytes
        self.idOffsets = bytes.indices.filter { bytes[$0...].starts(with: marker) && bytes.count >= $0 + 36 }
    }

    var count: Int { self.bytes.count }

    /// A copy with ids of its own.
    func copy(_ serial: UInt64) -> [UInt8] {
        var copy = self.bytes
        for (place, offset) in self.idOffsets.enumerated() {
            // Ids of one message share their beginning, as time-ordered ids do.
            var rest = (serial &* 31 &+ UInt64(place)) &* 0x9e37_79b9_7f4a_7c15
            for index in (offset + 24)..<(offset + 36) {
                copy[index] = Self.hexadecimal[Int(rest & 15)]
                rest >>= 4
            }
        }
        return copy
    }

    private static let markerPrefix = "0192f3c4-5d6e-7"
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// An id that `copy` replaces.
    static func uuid() -> String { "\(self.markerPrefix)f80-9a1b-000000000000" }

    static func identifier<ID: Identifier>(_ kind: ID.Type = ID.self) -> ID {
        // The text is a UUID; were it none, any id would do.
        ID(self.uuid()) ?? ID(rawValue: UUID())
    }
}

private struct Event<Body: Encodable>: Encodable {
    var specversion = "1.0"
    var id = MessageTemplate.uuid()
    var source = "/orders"
    var type: String
    var subject: String
    var time = "2026-11-21T09:30:00.123456+08:00"
    var datacontenttype = "application/json"
    var traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    var correlationid = MessageTemplate.uuid()
    var causationid = MessageTemplate.uuid()
    var data: Body
}
