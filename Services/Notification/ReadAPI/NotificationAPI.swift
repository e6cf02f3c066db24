import Contracts
import Hummingbird
import NotificationDomain
import Postgres
import ServiceRuntime

/// What operators may look at. Nothing here changes anything.
struct NotificationAPI: Sendable {
    let pool: PostgresPool

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("/notifications", use: self.notifications)
        router.get("/notifications/:notificationId", use: self.notification)
    }

    @Sendable private func notification(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let text = try context.parameters.require("notificationId")
        guard let id = NotificationID(text),
            let row = try await self.pool.execute(FindNotification(id: id)).first
        else { throw ProblemDetails.notFound("notification", id: text) }
        return try .json(try NotificationView(row))
    }

    @Sendable private func notifications(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let page = try PageRequest(request)
        let rows = try await self.pool.execute(
            ListNotifications(filter: try Self.filter(request, page), limit: page.fetchLimit))
        let items = try rows.map { try NotificationView($0) }
        return try .json(Page(fetched: items, for: page) { [$0.notificationId.description] })
    }

    private static func filter(_ request: Request, _ page: PageRequest) throws(ProblemDetails) -> NotificationFilter {
        var filter = NotificationFilter()
        filter.recipient = request.uri.queryParameters["recipient"].map(String.init)
        if let text = request.uri.queryParameters["state"].map(String.init) {
            guard let state = NotificationLifecycle.State(rawValue: text) else {
                let accepted = NotificationLifecycle.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidParameter("state", value: text, takes: "one of \(accepted)")
            }
            filter.state = state
        }
        if let cursor = page.after {
            guard let after = cursor.parts.first.flatMap({ NotificationID($0) }) else {
                let value = request.uri.queryParameters["after"].map(String.init) ?? ""
                throw .invalidParameter("after", value: value, takes: "the value of next of the page before")
            }
            filter.after = after
        }
        return filter
    }
}
