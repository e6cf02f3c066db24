import Foundation

/// Decides how much of a configuration value may be printed.
enum SecretMask {
    static let mask = "***"

    /// Parts of a variable's name that mark its value as secret, for variables read by prefix.
    private static let markers = ["PASSWORD", "SECRET", "TOKEN", "CREDENTIAL", "_PEM", "JAAS", "OAUTHBEARER_CONFIG"]

    static func isSecret(name: String) -> Bool {
        self.markers.contains { name.uppercased().contains($0) }
    }

    /// Keeps the readable part of a URL, since an operator needs host and database to find a mistake;
    /// everything else is hidden whole.
    static func masked(_ value: String) -> String {
        guard var url = URLComponents(string: value), url.scheme != nil, url.host != nil else { return self.mask }
        if url.password != nil {
            // Not percent-encoded, so that it reads as what it is.
            url.percentEncodedPassword = self.mask
        }
        url.percentEncodedQuery = url.percentEncodedQuery.map { _ in self.mask }
        return url.string ?? self.mask
    }
}
