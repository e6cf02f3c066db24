/// Everything that is wrong with the configuration, found at once.
///
/// `serviceMain` prints it on standard error, one line a mistake, and exits with 78.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    /// One line each: the variable, its value (masked if secret) and what it takes.
    package let mistakes: [String]

    /// - Parameter mistakes: lines to show; a check made after reading, such as that of a catalogue file, may give its own.
    package init(mistakes: [String]) {
        self.mistakes = mistakes
    }

    /// The mistakes, one a line. Safe to log.
    package var description: String {
        self.mistakes.joined(separator: "\n")
    }
}
