import Postgres

/// The service's own tables.
enum NotificationMigrations {
    static let all = [
        Migration(
            number: 1, name: "notifications",
            sql: String(decoding: PackageResources.m0001_notifications_sql, as: UTF8.self)),
        Migration(
            number: 2, name: "schedules",
            sql: String(decoding: PackageResources.m0002_schedules_sql, as: UTF8.self)),
        Migration(
            number: 3, name: "surveys",
            sql: String(decoding: PackageResources.m0003_surveys_sql, as: UTF8.self)),
    ]
}
