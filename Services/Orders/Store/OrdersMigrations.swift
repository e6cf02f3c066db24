import Postgres

/// The service's own tables.
enum OrdersMigrations {
    static let all = [
        Migration(number: 1, name: "orders", sql: String(decoding: PackageResources.m0001_orders_sql, as: UTF8.self)),
        Migration(number: 2, name: "fallout", sql: String(decoding: PackageResources.m0002_fallout_sql, as: UTF8.self)),
        Migration(number: 3, name: "changes", sql: String(decoding: PackageResources.m0003_changes_sql, as: UTF8.self)),
        Migration(
            number: 4, name: "single_offers",
            sql: String(decoding: PackageResources.m0004_single_offers_sql, as: UTF8.self)),
        Migration(
            number: 5, name: "amendments", sql: String(decoding: PackageResources.m0005_amendments_sql, as: UTF8.self)),
        Migration(
            number: 6, name: "line_requests",
            sql: String(decoding: PackageResources.m0006_line_requests_sql, as: UTF8.self)),
    ]
}
