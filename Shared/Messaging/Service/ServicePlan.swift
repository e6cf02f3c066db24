package import Contracts
package import Hummingbird
package import Postgres

/// Everything that makes one service different from another.
package struct ServicePlan: Sendable {
    package typealias Routes = @Sendable (Router<BasicRequestContext>, PostgresPool, BusinessClock) -> Void

    package var handlers: [any MessageHandler]
    /// Topics that it writes, dead letters aside: created at start when missing, as those that it reads.
    package var publishes: [Topic]
    package var timers: [any TimerSource]
    /// Whose current one is kept in the service's schema before anything begins on it.
    package var catalogues: CatalogueLibrary?
    /// The OpenAPI document of its read API.
    package var openAPI: String
    package var routes: Routes
    /// What the service measures by looking into its tables: run before each scrape's answer is due, every few seconds.
    package var measure: @Sendable (PostgresPool) async throws -> Void
    /// Connections beyond those that every service has: for handlers with transactions of their own.
    package var connections: Int

    package init(
        handlers: [any MessageHandler],
        publishes: [Topic],
        timers: [any TimerSource] = [],
        catalogues: CatalogueLibrary? = nil,
        openAPI: String,
        routes: @escaping Routes,
        measure: @escaping @Sendable (PostgresPool) async throws -> Void = { _ in },
        connections: Int = 0
    ) {
        self.handlers = handlers
        self.publishes = publishes
        self.timers = timers
        self.catalogues = catalogues
        self.openAPI = openAPI
        self.routes = routes
        self.measure = measure
        self.connections = connections
    }
}
