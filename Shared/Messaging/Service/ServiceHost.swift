package import Contracts
import Foundation
import Kafka
package import Logging
import Metrics
package import Postgres
import ServiceLifecycle
package import ServiceRuntime

/// A service's `main`: reads the configuration, prepares topics and schema, and runs everything that the
/// plan needs until SIGTERM.
package struct ServiceHost: Sendable {
    /// What a service may use to make its plan.
    package struct Resources: Sendable {
        package let reader: ConfigurationReader
        package let calendar: BusinessCalendar
        package let identifiers: any IdentifierSource
        /// Writes the service's messages.
        package let events: EventEncoder
        package let logger: Logger

        /// Loads the catalogue that `CATALOGUE` names: files and folders, separated by colons.
        ///
        /// - Throws: `ConfigurationError` with every mistake, each with file and line.
        package func catalogues() throws -> CatalogueLibrary {
            let paths = self.reader.string("CATALOGUE", default: "deploy/catalogue").split(separator: ":")
            do {
                let (catalogue, source) = try CatalogueLoader.loadWithSource(
                    paths: paths.map(String.init), calendar: self.calendar)
                return CatalogueLibrary(current: catalogue, source: source, logger: self.logger)
            } catch {
                throw ConfigurationError(mistakes: error.mistakes.map { "CATALOGUE: \($0)" })
            }
        }
    }

    /// Runs the service; returns after an orderly stop, and ends the process with a message after any other.
    ///
    /// - Parameters:
    ///   - name: also of its schema, its consumer group and its dead-letter topic.
    ///   - migrations: of its schema.
    package static func run(
        _ name: String,
        defaultPort: Int,
        batches: BatchDefaults = BatchDefaults(),
        migrations: [Migration],
        plan: @escaping @Sendable (Resources) throws -> ServicePlan
    ) async {
        await serviceMain(name) { reader in
            let environment = ProcessInfo.processInfo.environment
            let configuration = try HostConfiguration(
                reader, environment: environment, defaultPort: defaultPort, batches: batches)
            let runtime = configuration.runtime
            bootstrapLogging(level: runtime.logLevel, format: runtime.logFormat, service: name)
            let logger = Logger(label: name)
            let metrics = MetricsRegistry(logger: logger)
            MetricsSystem.bootstrap(metrics)
            let clock = BusinessClock(mode: configuration.clockMode)
            let wall = BusinessClock.systemWall
            let identifiers = UUIDv7Source { UInt64(max(0, wall().microseconds / 1000)) }
            let resources = Resources(
                reader: reader,
                calendar: configuration.calendar,
                identifiers: identifiers,
                events: EventEncoder(source: "/\(name)", calendar: configuration.calendar, identifiers: identifiers),
                logger: logger
            )
            let plan = try plan(resources)
            try reader.finish()
            logConfiguration(reader, to: logger)
            logger.info("Kafka", metadata: ["properties": "\(configuration.kafka.maskedDescription)"])
            let host = ServiceHost(
                name: name,
                plan: plan,
                configuration: configuration,
                clock: clock,
                identifiers: identifiers,
                metrics: metrics,
                logger: logger
            )
            try await host.run(migrations: migrations)
        }
    }

    let name: String
    let plan: ServicePlan
    let configuration: HostConfiguration
    let clock: BusinessClock
    let identifiers: any IdentifierSource
    let metrics: MetricsRegistry
    let logger: Logger

    private func run(migrations: [Migration]) async throws {
        let health = Health()
        let preparation = Preparation()
        let parts = self.parts(preparation)
        health.register("preparation") {
            preparation.isDone ? .ready : .notReady("database schema and topics are being prepared")
        }
        health.register("database") { await parts.databaseStatus() }
        health.register("clock") { parts.started.isOpen ? .ready : .notReady("business time is not known yet") }
        let http = HTTPServer(
            host: self.configuration.runtime.httpHost,
            port: self.configuration.runtime.httpPort,
            health: health,
            metrics: self.metrics,
            openAPI: self.plan.openAPI,
            logger: self.logger,
            routes: { router in
                self.plan.routes(router, parts.readPool, self.clock)
                parts.sideWork.routes(router)
                if let catalogues = self.plan.catalogues {
                    CatalogueRoutes(catalogues: catalogues, pool: parts.readPool).addRoutes(to: router)
                }
            }
        )
        let prepared = PreparedServices(
            prepare: { try await self.prepare(migrations, parts.pool) },
            preparation: preparation,
            logger: self.logger
        )
        try await runService(
            name: self.name,
            services: [http, parts.poolService, prepared] + parts.services,
            health: health,
            logger: self.logger
        )
    }

    /// Schema and topics, in whatever order their servers come up.
    private func prepare(_ migrations: [Migration], _ pool: PostgresPool) async throws {
        let login = PostgresConfiguration(
            url: self.configuration.databaseURL,
            applicationName: "sheaf-\(self.name)-migration"
        )
        let service = ServiceSchema(service: self.name)
        try await service.prepare(login, logger: self.logger)
        for (component, migrations) in [("messaging", MessagingMigrations.all), ("service", migrations)] {
            let migrator = Migrator(
                migrations: migrations,
                schema: service.schema,
                role: service.role,
                component: component
            )
            try await migrator.migrate(login, logger: self.logger)
        }
        try await self.plan.catalogues?.keep(in: pool, at: self.clock.wallNow())
        let topics =
            Set(self.plan.handlers.map { Self.topic(of: $0) })
            .union(self.plan.publishes)
            .union([.clockControl, .deadLetters(of: self.name)])
        await TopicCreation(
            configuration: self.configuration.kafka,
            replicationFactor: self.configuration.replicationFactor,
            logger: self.logger
        ).ensure(topics.sorted { $0.name < $1.name })
    }

    private static func topic<Handler: MessageHandler>(of handler: Handler) -> Topic { Handler.Body.topic }
}
