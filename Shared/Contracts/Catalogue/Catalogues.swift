/// The catalogue by which everything new goes, and those on which something in flight began.
package struct Catalogues: Sendable {
    package let current: Catalogue
    private let others: [String: Catalogue]

    /// - Parameter others: by their versions.
    package init(current: Catalogue, others: [String: Catalogue] = [:]) {
        self.current = current
        self.others = others
    }

    /// The catalogue of a version.
    ///
    /// - Returns: the current one for `nil` and for a version that is not known here: what is in flight goes on by what
    ///   there is, rather than not at all.
    package subscript(_ version: String?) -> Catalogue {
        guard let version, version != self.current.version else { return self.current }
        return self.others[version] ?? self.current
    }
}
