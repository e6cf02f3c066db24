/// The rules of service passwords (ORD-33, ORD-34).
enum Password {
    /// Why a password is refused; `nil` when it is not. Never quotes it.
    ///
    /// - Parameters:
    ///   - numbers: service and identity numbers whose last six characters it may not be.
    static func weakness(_ password: String, numbers: [String]) -> String? {
        let digits = Array(password.utf8)
        guard digits.count == 6, digits.allSatisfy({ (48...57).contains($0) }) else {
            return "a service password has exactly six digits"
        }
        if zip(digits, zip(digits.dropFirst(), digits.dropFirst(2))).contains(where: { Self.isRun($0, $1.0, $1.1) }) {
            return "three equal or consecutive digits in a row are easily guessed"
        }
        if numbers.contains(where: { $0.hasSuffix(password) }) {
            return "the last six digits of the service number or identity number are easily guessed"
        }
        return nil
    }

    /// `111`, `123` and `321` are runs.
    private static func isRun(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
        let step = Int(second) - Int(first)
        return abs(step) <= 1 && Int(third) - Int(second) == step
    }
}

/// Makes of a password what only its keeper can read: parameters of work orders are stored and told.
package protocol PasswordSealing: Sendable {
    /// - Returns: another text each time, which opens with the number alone.
    func seal(_ password: String, of serviceNumber: String) -> String
}
