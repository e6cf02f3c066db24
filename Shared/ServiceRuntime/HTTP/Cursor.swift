import Foundation

/// Where a page ended: the key of its last item, opaque to clients.
package struct Cursor: Sendable, Hashable {
    /// The parts of the key in the order of the query's ORDER BY.
    package let parts: [String]

    package init(_ parts: [String]) {
        self.parts = parts
    }

    /// Undoes `text`.
    ///
    /// - Returns: nil for anything that `text` cannot have made.
    package init?(text: String) {
        guard text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }) else {
            return nil
        }
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.count % 4) % 4)
        guard let data = Data(base64Encoded: base64 + padding),
            let parts = try? JSONDecoder().decode([String].self, from: data)
        else { return nil }
        self.parts = parts
    }

    /// Base64url without padding: fit for a query as it is.
    package var text: String {
        // A list of strings always encodes.
        let data = (try? JSONEncoder().encode(self.parts)) ?? Data()
        return data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
