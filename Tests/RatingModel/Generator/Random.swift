package import SeededRandom

extension SeededGenerator {
    package mutating func below(_ limit: Int) -> Int { Int(self.next() % UInt64(max(1, limit))) }

    package mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + self.below(range.count) }

    /// True in so many of a hundred cases.
    package mutating func chance(_ percent: Int) -> Bool { self.below(100) < percent }

    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[self.below(elements.count)] }

    /// A UUIDv7 in lower case, but for its time: ids do not come in the order of what they are for.
    package mutating func uuid() -> String {
        func digits(_ word: UInt64, _ count: Int) -> String {
            let text = String(word, radix: 16)
            return String((String(repeating: "0", count: max(0, 16 - text.count)) + text).suffix(count))
        }
        return
            "\(digits(self.next(), 8))-\(digits(self.next(), 4))-7\(digits(self.next(), 3))-8\(digits(self.next(), 3))-\(digits(self.next(), 12))"
    }
}
