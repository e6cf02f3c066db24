package import Contracts

extension MessageTemplate {
    /// The text with its parameters.
    ///
    /// - Parameter kinds: of all parameters, by name.
    /// - Throws: `ParameterMistake` for the first parameter that is missing or is not of its kind.
    package func text(
        _ values: JSONObject, kinds: [String: ParameterKind], language: MessageLanguage, _ calendar: BusinessCalendar
    ) throws(ParameterMistake) -> String {
        var text = ""
        for part in self.parts {
            switch part {
            case .text(let literal): text += literal
            case .parameter(let name):
                let kind = kinds[name] ?? .text
                guard let value = values[name], value != .null else {
                    throw ParameterMistake(code: .missing, name: name, kind: kind, value: nil)
                }
                guard let form = kind.text(of: value, language, calendar) else {
                    throw ParameterMistake(code: .wrongKind, name: name, kind: kind, value: value)
                }
                text += form
            }
        }
        return text
    }
}

/// A parameter that a message cannot be written with.
package struct ParameterMistake: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case missing = "PARAMETER_MISSING"
        case wrongKind = "PARAMETER_KIND"
    }

    package var code: Code
    package var name: String
    package var kind: ParameterKind
    package var value: JSONValue?

    package var description: String {
        switch self.code {
        case .missing: "parameters.\(self.name) is missing; it takes \(self.kind.accepted)"
        case .wrongKind:
            "parameters.\(self.name) is \(self.value.map { "\($0)" } ?? "null"); it takes \(self.kind.accepted)"
        }
    }
}
