package import Postgres

/// The messaging core's own tables, in each service's schema.
package enum MessagingMigrations {
    package static let all = [
        Migration(
            number: 1, name: "messaging", sql: String(decoding: PackageResources.m0001_messaging_sql, as: UTF8.self)),
        Migration(
            number: 2, name: "catalogues", sql: String(decoding: PackageResources.m0002_catalogues_sql, as: UTF8.self)),
        Migration(
            number: 3, name: "bundles", sql: String(decoding: PackageResources.m0003_bundles_sql, as: UTF8.self)),
    ]
}
