import Postgres

/// The service's own tables.
enum ProvisioningMigrations {
    static let all = [
        Migration(
            number: 1,
            name: "provisioning",
            sql: String(decoding: PackageResources.m0001_provisioning_sql, as: UTF8.self)
        ),
        Migration(
            number: 2,
            name: "undoing",
            sql: String(decoding: PackageResources.m0002_undoing_sql, as: UTF8.self)
        ),
        Migration(
            number: 3,
            name: "target systems",
            sql: String(decoding: PackageResources.m0003_target_systems_sql, as: UTF8.self)
        ),
    ]
}
