import Hummingbird
import Logging

/// Turns whatever a route throws into problem details; errors that are not meant for clients become a bare 500.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return try self.problem(for: error, request: request, context: context)
                .response(from: request, context: context)
        }
    }

    private func problem(for error: any Error, request: Request, context: Context) -> ProblemDetails {
        switch error {
        case let problem as ProblemDetails:
            return problem
        case let error as HTTPError where error.status == .notFound && error.body == nil:
            return ProblemDetails(
                .notFound, detail: "There is nothing at \(request.method.rawValue) \(request.uri.path).")
        case let error as HTTPError:
            return ProblemDetails(error.status, detail: error.body)
        case let error as any HTTPResponseError:
            return ProblemDetails(error.status)
        default:
            context.logger.error(
                "A request failed",
                metadata: [
                    LogKeys.error: "\(error)",
                    LogKeys.httpMethod: "\(request.method.rawValue)",
                    LogKeys.httpRoute: "\(context.endpointPath ?? "")",
                ])
            return ProblemDetails(.internalServerError, detail: "The request could not be answered.")
        }
    }
}
