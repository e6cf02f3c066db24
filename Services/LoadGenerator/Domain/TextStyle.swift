/// Colours for a terminal, or none.
package enum TextStyle: Sendable {
    case plain, coloured

    package enum Color: Int, Sendable {
        case bold = 1
        case dim = 2
        case red = 31
        case green = 32
        case yellow = 33
        case blue = 34
        case cyan = 36
    }

    package func paint(_ text: String, _ color: Color) -> String {
        self == .coloured ? "\u{1b}[\(color.rawValue)m\(text)\u{1b}[0m" : text
    }
}

extension String {
    /// The text with spaces behind it up to a width; longer texts stay.
    package func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - self.count))
    }
}

/// Rows of cells, aligned.
package enum TextTable {
    /// - Parameter rightAligned: columns of numbers.
    package static func draw(_ rows: [[String]], rightAligned: Set<Int> = []) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return rightAligned.contains(column) ? space + cell : cell + space
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
