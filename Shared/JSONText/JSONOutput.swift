import Foundation

/// A JSON text as far as it is written, and what is open in it.
final class JSONOutput {
    enum Opened {
        case nothing
        /// A value without parts.
        case value
        case array, object
    }

    /// Thrown for whatever cannot be written here.
    struct Beyond: Error {}

    private struct Level {
        var opened = Opened.nothing
        var isEmpty = true
    }

    private(set) var bytes: [UInt8] = []
    /// Of the value that is being written, after those around it.
    private var levels: [Level] = []
    /// Something was asked for that only the general encoder can do.
    private(set) var isBeyond = false
    let userInfo: [CodingUserInfoKey: Any]

    init(userInfo: [CodingUserInfoKey: Any]) {
        self.userInfo = userInfo
        self.bytes.reserveCapacity(512)
        self.levels.reserveCapacity(8)
    }

    /// Writes a value with all its parts.
    func write<Value: Encodable>(_ value: Value) throws {
        guard !Self.hasOwnForm(Value.self) else { throw Beyond() }
        self.levels.append(Level())
        try value.encode(to: JSONWriter(output: self, depth: self.levels.count))
        switch self.levels.removeLast().opened {
        case .nothing: throw Beyond()
        case .value: break
        case .array: self.bytes.append(UInt8(ascii: "]"))
        case .object: self.bytes.append(UInt8(ascii: "}"))
        }
        if self.isBeyond { throw Beyond() }
    }

    /// Whether the general encoder writes it otherwise than the type itself would.
    static func hasOwnForm(_ type: any Any.Type) -> Bool {
        type == Date.self || type == Data.self || type == URL.self || type == Decimal.self
    }

    func giveUp() { self.isBeyond = true }

    /// Says what the value at a depth is. Said for a second time of an object, it goes on where it was.
    func open(_ opened: Opened, at depth: Int) {
        guard self.levels.count == depth else {
            self.isBeyond = true
            return
        }
        switch (self.levels[depth - 1].opened, opened) {
        case (.nothing, .array): self.bytes.append(UInt8(ascii: "["))
        case (.nothing, .object): self.bytes.append(UInt8(ascii: "{"))
        case (.nothing, _), (.object, .object): break
        default: self.isBeyond = true
        }
        self.levels[depth - 1].opened = opened
    }

    /// - Throws: `Beyond` when a part is told out of turn, while another value is open: all is written in its order.
    func beginElement(at depth: Int) throws {
        guard self.levels.count == depth else { throw Beyond() }
        if !self.levels[depth - 1].isEmpty { self.bytes.append(UInt8(ascii: ",")) }
        self.levels[depth - 1].isEmpty = false
    }

    /// - Throws: as `beginElement(at:)`.
    func beginMember(_ name: String, at depth: Int) throws {
        try self.beginElement(at: depth)
        self.append(name)
        self.bytes.append(UInt8(ascii: ":"))
    }

    func append(literal: StaticString) {
        literal.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
    }

    func append(_ number: some BinaryInteger) {
        self.bytes.append(contentsOf: String(number).utf8)
    }

    func append(_ text: String) { self.bytes.appendJSON(text) }
}
