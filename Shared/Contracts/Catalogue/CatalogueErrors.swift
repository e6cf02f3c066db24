/// One thing that is wrong with a catalogue, and where.
package struct CatalogueMistake: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// As the paths given to the loader name it.
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1.
    package var column: Int
    package var message: String

    package init(file: String, line: Int, column: Int = 1, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// `file:line: message`, as compilers write it, so that editors jump there.
    package var description: String { "\(self.file):\(self.line): \(self.message)" }

    package static func < (left: CatalogueMistake, right: CatalogueMistake) -> Bool {
        (left.file, left.line, left.column, left.message) < (right.file, right.line, right.column, right.message)
    }
}

/// Why a catalogue is not used: all its mistakes, by file and line.
package struct CatalogueErrors: Error, Hashable, Sendable, CustomStringConvertible {
    package var mistakes: [CatalogueMistake]

    /// Sorts them, and drops repetitions.
    package init(_ mistakes: some Sequence<CatalogueMistake>) {
        self.mistakes = Set(mistakes).sorted()
    }

    /// One line a mistake.
    package var description: String { self.mistakes.map(\.description).joined(separator: "\n") }
}
