import Postgres

/// The service's own tables.
enum RatingMigrations {
    static let all = [
        Migration(
            number: 1, name: "accounts", sql: String(decoding: PackageResources.m0001_accounts_sql, as: UTF8.self)),
        Migration(number: 2, name: "usage", sql: String(decoding: PackageResources.m0002_usage_sql, as: UTF8.self)),
        Migration(number: 3, name: "money", sql: String(decoding: PackageResources.m0003_money_sql, as: UTF8.self)),
        Migration(
            number: 4, name: "arrangements",
            sql: String(decoding: PackageResources.m0004_arrangements_sql, as: UTF8.self)),
        Migration(
            number: 5, name: "rerating", sql: String(decoding: PackageResources.m0005_rerating_sql, as: UTF8.self)),
        Migration(
            number: 6, name: "usageLanes",
            sql: String(decoding: PackageResources.m0006_usage_lanes_sql, as: UTF8.self)),
        Migration(
            number: 7, name: "notices", sql: String(decoding: PackageResources.m0007_notices_sql, as: UTF8.self)),
        Migration(
            number: 8, name: "reminders", sql: String(decoding: PackageResources.m0008_reminders_sql, as: UTF8.self)),
    ]
}
