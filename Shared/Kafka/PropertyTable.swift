import CRdKafka
import Glibc

/// librdkafka's own table of its properties; read only to say what a wrong setting should have been.
enum PropertyTable {
    /// The values that a property takes, e.g. `0 .. 900000` or `none, gzip, snappy, lz4, zstd`.
    static func range(of property: String) -> String? {
        guard let text = sheaf_property_table() else { return nil }
        defer { free(text) }
        for line in String(cString: text).split(separator: "\n") {
            // property | consumer or producer | range | default | importance | description
            let cells = line.split(separator: "|", maxSplits: 5, omittingEmptySubsequences: false)
                .map { $0.trimmingPrefix { $0 == " " } }
                .map { cell in cell.lastIndex { $0 != " " }.map { String(cell[...$0]) } ?? "" }
            guard cells.count == 6, cells[0] == property else { continue }
            return cells[2].isEmpty ? nil : cells[2]
        }
        return nil
    }
}
