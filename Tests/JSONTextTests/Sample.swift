import Foundation

/// A value with everything that messages have, and some of what they have not.
struct Sample: Codable, Equatable {
    enum Kind: String, Codable, CaseIterable { case voice, data, wlan }

    struct Part: Codable, Equatable {
        var name: String
        var amount: Int64?
        var flags: [Bool]
    }

    var id: UUID
    var text: String
    var kind: Kind
    var count: Int
    var small: Int8
    var large: UInt64
    var isOpen: Bool
    var note: String?
    var part: Part?
    var parts: [Part]
    var words: [String: String]
    var grid: [[Int32]]
    var maybe: [Int?]
    /// Only the general coders write and read it.
    var rate: Double?
}

extension Sample {
    static func random(using generator: inout some RandomNumberGenerator) -> Sample {
        func text() -> String {
            let characters: [Character] = ["a", "Z", "0", " ", "\"", "\\", "/", "\n", "\u{1}", "é", "计", "😀", "\u{7f}"]
            return String(
                (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                    characters.randomElement(using: &generator) ?? "a"
                })
        }
        func part() -> Part {
            Part(
                name: text(),
                amount: Bool.random(using: &generator) ? .random(in: .min ... .max, using: &generator) : nil,
                flags: (0..<Int.random(in: 0...3, using: &generator)).map { _ in .random(using: &generator) })
        }
        return Sample(
            id: UUID(), text: text(), kind: Kind.allCases.randomElement(using: &generator) ?? .voice,
            count: .random(in: -9...9, using: &generator), small: .random(in: .min ... .max, using: &generator),
            large: .random(in: 0 ... .max, using: &generator), isOpen: .random(using: &generator),
            note: Bool.random(using: &generator) ? text() : nil, part: Bool.random(using: &generator) ? part() : nil,
            parts: (0..<Int.random(in: 0...3, using: &generator)).map { _ in part() },
            words: Dictionary(
                (0..<Int.random(in: 0...3, using: &generator)).map { number in
                    // Names with escapes are the general decoder's.
                    (Bool.random(using: &generator) ? "name\(number)" : "名\(number)", text())
                }, uniquingKeysWith: { $1 }),
            grid: (0..<Int.random(in: 0...2, using: &generator)).map { row in [Int32(row), -1] },
            maybe: [nil, 1], rate: Int.random(in: 0...9, using: &generator) == 0 ? 0.5 : nil)
    }
}
