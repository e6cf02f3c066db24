/// A command that customers send as a text, such as `KTLDTX` or, with an argument, `KTGPRS{fee}` and `DG#{code}`.
package struct TextCommand: Sendable, Hashable {
    /// What it stands for in the table of commands.
    package let code: String
    /// The number that it is sent to; `nil`: to any.
    package let receiver: String?
    private let prefix: String
    private let argument: String?
    private let suffix: String

    /// - Parameter form: as it is sent, with at most one place for an argument.
    /// - Returns: `nil` when the form is nothing, or has more places than one.
    package init?(code: String, form: String, receiver: String? = nil) {
        guard let template = try? MessageTemplate(form), !template.parts.isEmpty else { return nil }
        var (prefix, argument, suffix): (String, String?, String) = ("", nil, "")
        for part in template.parts {
            switch part {
            case .text(let text): if argument == nil { prefix = text } else { suffix = text }
            case .parameter(let name):
                guard argument == nil else { return nil }
                argument = name
            }
        }
        self.code = code
        self.receiver = receiver
        self.prefix = Self.canonical(prefix)
        self.argument = argument
        self.suffix = Self.canonical(suffix)
        guard !self.prefix.isEmpty else { return nil }
    }

    /// What is sent, and where: no two commands may have the same.
    package struct Form: Hashable, Sendable {
        package var receiver: String?
        package var prefix: String
        package var suffix: String
        package var takesArgument: Bool
    }

    package var form: Form {
        Form(
            receiver: self.receiver, prefix: self.prefix, suffix: self.suffix, takesArgument: self.takesArgument)
    }

    package var takesArgument: Bool { self.argument != nil }

    /// What a text says by a table of commands.
    package struct Reading: Sendable, Hashable {
        package var code: String
        package var argument: String?

        package init(code: String, argument: String?) {
            self.code = code
            self.argument = argument
        }
    }

    /// The command that a text is: one without an argument before one with, of these the one that says most itself.
    package static func read(_ text: String, to receiver: String, by commands: [TextCommand]) -> Reading? {
        let text = Self.canonical(text)
        let fitting = commands.compactMap { command -> (TextCommand, String?)? in
            guard command.receiver == nil || command.receiver == receiver else { return nil }
            return command.match(text).map { (command, $0) }
        }
        return fitting.max { Self.isWeaker($0.0, $1.0) }.map { Reading(code: $0.0.code, argument: $0.1) }
    }

    /// - Returns: `nil` when the text is another one, else the argument where it takes one.
    private func match(_ text: String) -> String?? {
        guard self.argument != nil else { return text == self.prefix ? .some(nil) : nil }
        guard text.utf8.count > self.prefix.utf8.count + self.suffix.utf8.count, text.hasPrefix(self.prefix),
            text.hasSuffix(self.suffix)
        else { return nil }
        return .some(String(text.dropFirst(self.prefix.count).dropLast(self.suffix.count)))
    }

    private static func isWeaker(_ left: TextCommand, _ right: TextCommand) -> Bool {
        func strength(_ command: TextCommand) -> (Int, Int) {
            (command.argument == nil ? 1 : 0, command.prefix.utf8.count + command.suffix.utf8.count)
        }
        return strength(left) < strength(right)
    }

    /// As people type it: in capitals or not, with full-width characters and blanks.
    package static func canonical(_ text: String) -> String {
        var canonical = ""
        for scalar in text.unicodeScalars where !scalar.properties.isWhitespace {
            let narrow =
                (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
            canonical.unicodeScalars.append(narrow)
        }
        return canonical.uppercased()
    }
}
