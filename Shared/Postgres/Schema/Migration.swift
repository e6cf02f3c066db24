/// One numbered step of a schema. Never edited once it has been applied anywhere.
package struct Migration: Hashable, Sendable {
    package var number: Int
    package var name: String
    /// Statements separated by semicolons; they run in one transaction and must not end it.
    package var sql: String

    package init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }

    /// From a file named like `m0001_orders.sql`; `nil` when the name says no number.
    package init?(file: String, sql: String) {
        let stem = file.hasSuffix(".sql") ? file.dropLast(4) : file[...]
        let parts = stem.drop { !$0.isNumber }.split(separator: "_", maxSplits: 1)
        guard let first = parts.first, let number = Int(first) else { return nil }
        self.init(number: number, name: parts.count > 1 ? String(parts[1]) : String(stem), sql: sql)
    }
}

extension Migration: CustomStringConvertible {
    package var description: String { "\(self.number) (\(self.name))" }
}

/// Why a schema and the migrations of this program do not fit together. Never transient.
package enum MigrationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Two migrations have one number.
    case duplicate(Migration)
    /// The text of an applied migration is not the text that was applied.
    case edited(Migration)
    /// An applied migration is not among this program's, though later ones are.
    case missing(number: Int, name: String)
    /// A migration has not been applied, though later ones have.
    case late(Migration)
    /// The migration's text ended the transaction in which it ran.
    case endedTransaction(Migration)

    package var description: String {
        switch self {
        case .duplicate(let migration): "migration \(migration): its number is used twice"
        case .edited(let migration): "migration \(migration) was edited after it had been applied"
        case .missing(let number, let name):
            "migration \(number) (\(name)) was applied and is missing from this program"
        case .late(let migration): "migration \(migration) was added below migrations that have been applied"
        case .endedTransaction(let migration): "migration \(migration) ended its transaction"
        }
    }
}
