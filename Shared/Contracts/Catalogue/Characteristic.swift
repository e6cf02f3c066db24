/// Something that an order says of a line, in one of a few words, and on which its work depends.
package struct Characteristic: Sendable, Hashable {
    package var name: String
    /// All the words that there are for it.
    package var values: [String]
    /// What counts where the order does not say it.
    package var defaultValue: String?
    /// Whether it may be left unsaid though there is no default.
    package var isOptional: Bool
    /// Words with which no order is accepted: the line cannot be made.
    package var refused: Set<String>

    package init(
        name: String,
        values: [String],
        defaultValue: String? = nil,
        isOptional: Bool = false,
        refused: Set<String> = []
    ) {
        self.name = name
        self.values = values
        self.defaultValue = defaultValue
        self.isOptional = isOptional
        self.refused = refused
    }

    /// The words with which an order is accepted, in the catalogue's order.
    package var accepted: [String] { self.values.filter { !self.refused.contains($0) } }
}
