/// Whether PostgreSQL takes the text as it is, and an index entry holds it.
package func isStorable(_ text: String) -> Bool {
    text.utf8.count <= 512 && !text.utf8.contains(0)
}

/// The text as far as it is kept: others may say anything, at any length.
package func storable(_ text: String) -> String {
    guard text.utf8.count > 2000 || text.utf8.contains(0) else { return text }
    return String(text.prefix(500).map { $0 == "\0" ? "\u{FFFD}" : $0 })
}
