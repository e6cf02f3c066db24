package import Contracts
package import Hummingbird
package import Postgres
package import ServiceLifecycle

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
    /// What the service does beside its handlers and timers.
    package var sideWork: @Sendable (Workbench) -> SideWork
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
        sideWork: @escaping @Sendable (Workbench) -> SideWork = { _ in SideWork() },
        connections: Int = 0
    ) {
        self.handlers = handlers
        self.publishes = publishes
        self.timers = timers
        self.catalogues = catalogues
        self.openAPI = openAPI
        self.routes = routes
        self.measure = measure
        self.sideWork = sideWork
        self.connections = connections
    }
}

/// What a service does beside its handlers and timers: it calls others, and others call it.
package struct SideWork: Sendable {
    /// Loops of the service's own.
    package var workers: [any Service]
    /// By which others hand something in, such as a gateway: the read API changes nothing.
    package var routes: @Sendable (Router<BasicRequestContext>) -> Void

    package init(
        workers: [any Service] = [],
        routes: @escaping @Sendable (Router<BasicRequestContext>) -> Void = { _ in }
    ) {
        self.workers = workers
        self.routes = routes
    }
}
