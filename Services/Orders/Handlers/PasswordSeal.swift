import Crypto
import Foundation
import OrdersDomain

/// Seals service passwords for whoever keeps them, the customer system: AES-GCM with a key that both have, the service
/// number as associated data; nonce, text and tag in base64.
///
/// A digest would not do: there are a million passwords, which are tried in no time.
struct PasswordSeal: PasswordSealing {
    static let keyBytes = 32

    private let key: SymmetricKey

    /// - Parameter key: 32 bytes in base64.
    /// - Returns: `nil` for anything else.
    init?(key: String) {
        guard let bytes = Data(base64Encoded: key), bytes.count == Self.keyBytes else { return nil }
        self.key = SymmetricKey(data: bytes)
    }

    func seal(_ password: String, of serviceNumber: String) -> String {
        // The nonce is made anew each time; a key of this length is always right.
        guard
            let sealed = try? AES.GCM.seal(
                Data(password.utf8), using: self.key, authenticating: Data(serviceNumber.utf8)),
            let combined = sealed.combined
        else { return "" }
        return combined.base64EncodedString()
    }

    /// - Returns: `nil` for what this key has not sealed for this number.
    func open(_ text: String, of serviceNumber: String) -> String? {
        guard let bytes = Data(base64Encoded: text), let sealed = try? AES.GCM.SealedBox(combined: bytes),
            let password = try? AES.GCM.open(sealed, using: self.key, authenticating: Data(serviceNumber.utf8))
        else { return nil }
        return String(decoding: password, as: UTF8.self)
    }
}
