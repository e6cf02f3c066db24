/// Quoting for the few places where a name or a setting has to stand in SQL text itself.
/// Values of rows always travel as parameters.
package enum SQLText {
    /// `order` → `"order"`.
    package static func identifier(_ name: String) -> String {
        "\"\(Self.doubling("\"", in: name))\""
    }

    /// `orders.outbox` → `"orders"."outbox"`: each part between dots is a name of its own.
    package static func qualifiedIdentifier(_ name: String) -> String {
        name.split(separator: ".", omittingEmptySubsequences: false)
            .map { Self.identifier(String($0)) }
            .joined(separator: ".")
    }

    /// `it's` → `'it''s'`, whatever `standard_conforming_strings` says.
    package static func literal(_ value: String) -> String {
        let doubled = Self.doubling("'", in: value)
        guard doubled.contains("\\") else { return "'\(doubled)'" }
        return "E'\(Self.doubling("\\", in: doubled))'"
    }

    private static func doubling(_ character: Character, in text: String) -> String {
        var result = ""
        for next in text where next != "\0" {
            result.append(next)
            if next == character { result.append(next) }
        }
        return result
    }
}
