package import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle

/// A service's HTTP side: `/livez`, `/readyz`, `/metrics`, `/openapi.yaml` and its read API.
///
/// First in the list of services, so that it stops last.
package struct HTTPServer: Service, CustomStringConvertible {
    private let host: String
    private let port: Int
    private let logger: Logger
    private let router: RouterResponder<BasicRequestContext>
    private let onListening: @Sendable (Int) async -> Void

    package var description: String { "HTTPServer" }

    /// - Parameters:
    ///   - host: the address to listen on.
    ///   - port: 0 takes any free one.
    ///   - openAPI: the text of the OpenAPI document.
    ///   - onListening: told the port once connections are accepted.
    ///   - routes: adds the service's own routes; what they throw becomes problem details.
    package init(
        host: String = "0.0.0.0", port: Int, health: Health, metrics: MetricsRegistry, openAPI: String, logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in },
        routes: (Router<BasicRequestContext>) -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.logger = logger
        self.onListening = onListening
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestMetricsMiddleware(metrics: metrics))
        router.add(middleware: ProblemMiddleware())
        Self.addOperationalRoutes(to: router, health: health, metrics: metrics, openAPI: openAPI)
        routes(router)
        self.router = router.buildResponder()
    }

    package func run() async throws {
        let application = Application(
            responder: self.router,
            configuration: ApplicationConfiguration(address: .hostname(self.host, port: self.port)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? self.port
                self.logger.info("HTTP server listens", metadata: [LogKeys.port: .stringConvertible(port)])
                await self.onListening(port)
            },
            logger: self.logger
        )
        do {
            try await application.run()
        } catch {
            self.logger.critical(
                "HTTP server failed",
                metadata: [
                    LogKeys.port: .stringConvertible(self.port), LogKeys.error: "\(error)",
                ])
            throw error
        }
    }

    private static func addOperationalRoutes(
        to router: Router<BasicRequestContext>, health: Health, metrics: MetricsRegistry, openAPI: String
    ) {
        router.get("livez") { _, _ in
            try Response.json(["status": "alive"])
        }
        router.get("readyz") { _, _ in
            let report = await health.report()
            return try Response.json(report, status: report.isReady ? .ok : .serviceUnavailable)
        }
        router.get("metrics") { _, _ in
            Response.text(metrics.render(), contentType: PrometheusText.contentType)
        }
        router.get("openapi.yaml") { _, _ in
            Response.text(openAPI, contentType: "application/yaml")
        }
    }
}
