import Postgres

/// The service's own tables.
enum ComplaintsMigrations {
    static let all = [
        Migration(
            number: 1, name: "complaints",
            sql: String(decoding: PackageResources.m0001_complaints_sql, as: UTF8.self))
    ]
}
