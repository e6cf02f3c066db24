/// A text with places for parameters, such as `您的{plan}剩余{remaining}。`; a brace that is one is written twice.
package struct MessageTemplate: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case text(String)
        case parameter(String)
    }

    /// Why a text is no template.
    package struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
    }

    package let parts: [Part]

    /// - Throws: `Mistake` for a brace that is not closed or not opened, and for a place without a name.
    package init(_ text: String) throws(Mistake) {
        var parts: [Part] = []
        var literal = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                literal.append(character)
                rest.removeFirst()
            case "{":
                guard let end = rest.firstIndex(of: "}") else {
                    throw Mistake(description: "`{\(rest.prefix(20))` has no `}`; a brace of the text is written `{{`")
                }
                let name = String(rest[..<end])
                guard Self.isName(name) else {
                    throw Mistake(
                        description: "`{\(name)}` names no parameter: names have letters and digits, a letter first")
                }
                if !literal.isEmpty { parts.append(.text(literal)) }
                literal = ""
                parts.append(.parameter(name))
                rest = rest[rest.index(after: end)...]
            case "}":
                throw Mistake(description: "`}` has no `{` before it; a brace of the text is written `}}`")
            default:
                literal.append(character)
            }
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        self.parts = parts
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.isASCIILetter else { return false }
        return text.unicodeScalars.allSatisfy { $0.isASCIILetter || ("0"..."9").contains($0) }
    }

    package var parameters: Set<String> {
        Set(
            self.parts.compactMap { part in
                if case .parameter(let name) = part { name } else { nil }
            })
    }
}

extension Unicode.Scalar {
    fileprivate var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
}
