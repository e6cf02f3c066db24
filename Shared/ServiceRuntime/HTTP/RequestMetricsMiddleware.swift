import CoreMetrics
import Hummingbird

/// Measures each request as `http.server.request.duration`; the route's pattern, not its path, is the label.
struct RequestMetricsMiddleware<Context: RequestContext>: RouterMiddleware {
    let metrics: MetricsRegistry

    private static var knownMethods: [HTTPRequest.Method] { [.get, .head, .post, .put, .patch, .delete, .options] }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        // A client may invent methods without end.
        let method = Self.knownMethods.contains(request.method) ? request.method.rawValue : "_OTHER"
        let timer = self.metrics.makeTimer(
            label: "http.server.request.duration",
            dimensions: [
                (LogKeys.httpMethod, method),
                (LogKeys.httpRoute, context.endpointPath ?? ""),
                (LogKeys.httpStatus, "\(response.status.code)"),
            ])
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        return response
    }
}
