import Postgres

/// The messaging core's own tables, in each service's schema.
enum MessagingMigrations {
    static let all = [
        Migration(
            number: 1, name: "messaging", sql: String(decoding: PackageResources.m0001_messaging_sql, as: UTF8.self))
    ]
}
