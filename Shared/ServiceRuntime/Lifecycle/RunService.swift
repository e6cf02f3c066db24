package import Logging
package import ServiceLifecycle
import UnixSignals

/// Runs services until SIGTERM or SIGINT, then stops them in order and returns, so that the process exits with 0.
///
/// The order is the dependency graph: what others need comes first, and shutdown runs backwards, each service stopping
/// when the one after it has. So: the HTTP server first (`/livez` answers to the end), then connection pool, producer,
/// outbox relay, and consumers last: taking stops first, and what was taken is still saved and published.
///
/// A service must return normally from its `run()` at shutdown: one that leaves with `CancellationError` makes this
/// throw.
///
/// - Parameters:
///   - health: turns not ready as soon as the shutdown begins.
///   - shutdownTimeout: after it, what still runs is cancelled; five seconds later the process is ended by force.
/// - Throws: the first error of a service, or that one returned although nobody asked it to.
package func runService(
    name: String, services: [any Service], health: Health? = nil, logger: Logger,
    shutdownTimeout: Duration = .seconds(20)
) async throws {
    var services = services
    if let health { services.append(ReadinessEnd(health: health)) }
    var configuration = ServiceGroupConfiguration(
        services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = shutdownTimeout
    configuration.maximumCancellationDuration = .seconds(5)
    logger.info("Service starts", metadata: ["service.name": "\(name)"])
    try await ServiceGroup(configuration: configuration).run()
    logger.info("Service has stopped", metadata: ["service.name": "\(name)"])
}

/// The last of the services, so the first to hear of a shutdown: it says so at `/readyz`.
private struct ReadinessEnd: Service, CustomStringConvertible {
    let health: Health
    var description: String { "ReadinessEnd" }

    func run() async throws {
        // Cancellation means that another service has failed, and its error is the one to report.
        try? await gracefulShutdown()
        self.health.stop()
    }
}
