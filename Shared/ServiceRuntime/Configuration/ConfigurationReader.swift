package import Foundation
import Synchronization

/// Reads typed configuration from environment variables.
///
/// No method throws: a wrong value is noted and the default returned, so that `finish()` can name every mistake at once.
/// What was read is remembered and printed at start. An unset and an empty variable both mean the default, since
/// compose files write `NAME=${NAME:-}`.
package final class ConfigurationReader: Sendable {
    private struct State {
        var read: [(name: String, value: String)] = []
        var mistakes: [String] = []
    }

    private let variables: [String: String]
    private let state = Mutex(State())

    /// - Parameter variables: the process's environment, or a dictionary in tests.
    package init(variables: [String: String] = ProcessInfo.processInfo.environment) {
        self.variables = variables
    }

    /// A text taken as it is.
    ///
    /// A secret may also be given as a file: `NAME_FILE` names it, and one trailing line break is not part of the value.
    package func string(_ name: String, default: String, secret: Bool = false) -> String {
        let value = self.variable(name) ?? (secret ? self.fileContents(name) : nil) ?? `default`
        self.remember(name, value: secret && !value.isEmpty ? SecretMask.masked(value) : value)
        return value
    }

    /// A whole number in decimal digits.
    package func integer(_ name: String, default: Int, in range: ClosedRange<Int>) -> Int {
        let takes = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return self.value(name, default: `default`, takes: takes) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// One of an enumeration's raw values, in any case.
    package func choice<T: RawRepresentable & CaseIterable>(_ name: String, default: T) -> T
    where T.RawValue == String {
        let takes = "one of " + T.allCases.map(\.rawValue).joined(separator: ", ")
        return self.value(name, default: `default`, takes: takes, print: \.rawValue) { text in
            T.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
        }
    }

    /// `true` or `false`; `1` and `0` mean the same.
    package func boolean(_ name: String, default: Bool) -> Bool {
        self.value(name, default: `default`, takes: "true or false") { text in
            switch text.lowercased() {
            case "true", "1": true
            case "false", "0": false
            default: nil
            }
        }
    }

    /// A length of time in whole seconds.
    package func seconds(_ name: String, default: Int, in range: ClosedRange<Int>) -> Duration {
        let takes = "whole seconds from \(range.lowerBound) to \(range.upperBound)"
        return .seconds(
            self.value(name, default: `default`, takes: takes) { text in
                Int(text).flatMap { range.contains($0) ? $0 : nil }
            })
    }

    /// A length of time in whole milliseconds.
    package func milliseconds(_ name: String, default: Int, in range: ClosedRange<Int>) -> Duration {
        let takes = "whole milliseconds from \(range.lowerBound) to \(range.upperBound)"
        return .milliseconds(
            self.value(name, default: `default`, takes: takes) { text in
                Int(text).flatMap { range.contains($0) ? $0 : nil }
            })
    }

    /// A time zone by its IANA name.
    package func timeZone(_ name: String, default: String) -> TimeZone {
        let text = self.value(name, default: `default`, takes: "an IANA time zone such as Asia/Shanghai") { text in
            TimeZone(identifier: text).map { _ in text }
        }
        return TimeZone(identifier: text) ?? .gmt
    }

    /// Every variable whose name begins with `prefix`, by its full name; values of names that say so are masked in print.
    ///
    /// - Parameter except: names with a meaning of their own, which are not returned.
    package func variables(prefix: String, except: Set<String> = []) -> [String: String] {
        let found = self.variables.filter { name, value in
            name.hasPrefix(prefix) && !except.contains(name) && !value.isEmpty
        }
        for (name, value) in found.sorted(by: { $0.key < $1.key }) {
            self.remember(name, value: SecretMask.isSecret(name: name) ? SecretMask.masked(value) : value)
        }
        return found
    }

    /// Notes a mistake that only the caller can see, such as two variables that contradict each other.
    ///
    /// - Parameter takes: completes the sentence "NAME is "value": takes …".
    package func refuse(_ name: String, takes: String) {
        let value = self.state.withLock { state in state.read.last { $0.name == name }?.value }
        self.note("\(name) is \((value ?? self.variable(name) ?? "").debugDescription): takes \(takes)")
    }

    /// Ends the reading.
    ///
    /// - Throws: every mistake so far, one line each.
    package func finish() throws(ConfigurationError) {
        let mistakes = self.state.withLock(\.mistakes)
        if !mistakes.isEmpty { throw ConfigurationError(mistakes: mistakes) }
    }

    /// What was read, in that order, defaults included, secrets masked.
    package var printable: [(name: String, value: String)] {
        self.state.withLock(\.read)
    }

    private func value<Value>(
        _ name: String, default: Value, takes: String, print: (Value) -> String = { "\($0)" }, parse: (String) -> Value?
    ) -> Value {
        guard let text = self.variable(name) else {
            self.remember(name, value: print(`default`))
            return `default`
        }
        self.remember(name, value: text)
        guard let value = parse(text) else {
            // debugDescription escapes line breaks: a mistake stays one line.
            self.note("\(name) is \(text.debugDescription): takes \(takes)")
            return `default`
        }
        return value
    }

    private func variable(_ name: String) -> String? {
        self.variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private func fileContents(_ name: String) -> String? {
        guard let path = self.variable(name + "_FILE") else { return nil }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            self.note("\(name)_FILE is \(path.debugDescription): takes the path of a readable text file")
            return nil
        }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    private func remember(_ name: String, value: String) {
        self.state.withLock { state in
            if !state.read.contains(where: { $0.name == name }) {
                state.read.append((name, value))
            }
        }
    }

    private func note(_ mistake: String) {
        self.state.withLock { state in
            if !state.mistakes.contains(mistake) { state.mistakes.append(mistake) }
        }
    }
}
