import Contracts
import Postgres

/// Keeps a catalogue's files; a version that is there already stays as it is.
struct KeepCatalogue: Statement {
    static let sql = """
        INSERT INTO catalogue_version (version, files, first_used_at)
        VALUES ($1, $2, $3)
            ON CONFLICT (version) DO NOTHING
        """

    var version: String
    var files: JSONB
    /// By the wall clock.
    var firstUsedAt: Timestamp

    init(_ catalogue: Catalogue, _ source: CatalogueSource, firstUsedAt: Timestamp) throws {
        self.version = catalogue.version
        self.files = try JSONB(encoding: source.files)
        self.firstUsedAt = firstUsedAt
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.version)
        parameters.append(self.files)
        parameters.append(self.firstUsedAt)
    }
}

/// The files of those of the versions that this service has gone by.
struct FindCatalogues: Statement {
    struct Row: Sendable {
        var version: String
        var files: JSONB

        func source() throws -> CatalogueSource {
            CatalogueSource(files: try self.files.decode([CatalogueSource.File].self))
        }
    }

    static let sql = """
        SELECT version, files
          FROM catalogue_version
         WHERE version = ANY ($1)
        """

    var versions: [String]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.versions)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(version: try columns.next(), files: try columns.next())
    }
}

/// The versions without their files, the latest first.
struct ListCatalogues: Statement {
    static let sql = """
        SELECT version, first_used_at
          FROM catalogue_version
         ORDER BY first_used_at DESC, version
         LIMIT $1
        """

    var limit: Int

    func bind(_ parameters: inout Parameters) { parameters.append(self.limit) }

    static func read(_ columns: inout Columns) throws -> (version: String, firstUsedAt: Timestamp) {
        (version: try columns.next(), firstUsedAt: try columns.next())
    }
}

struct FindCatalogue: Statement {
    static let sql = """
        SELECT version, files, first_used_at
          FROM catalogue_version
         WHERE version = $1
        """

    var version: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.version) }

    static func read(_ columns: inout Columns) throws -> (source: FindCatalogues.Row, firstUsedAt: Timestamp) {
        let source = FindCatalogues.Row(version: try columns.next(), files: try columns.next())
        return (source: source, firstUsedAt: try columns.next())
    }
}
