import Contracts
import Hummingbird
import Postgres
import ServiceRuntime

/// The catalogues that a service goes by: the current one, and those on which something began.
struct CatalogueRoutes: Sendable {
    let catalogues: CatalogueLibrary
    let pool: PostgresPool

    private struct Version: Encodable {
        var version: String
        var isCurrent: Bool
        var firstUsedAt: Timestamp
        /// Not in lists.
        var files: [CatalogueSource.File]?
    }

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("/catalogue/versions", use: self.versions)
        router.get("/catalogue/versions/:version", use: self.version)
    }

    @Sendable private func versions(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        struct Body: Encodable {
            var items: [Version]
        }
        let rows = try await self.pool.execute(ListCatalogues(limit: 200))
        return try .json(Body(items: rows.map { self.view($0.version, firstUsedAt: $0.firstUsedAt) }))
    }

    @Sendable private func version(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let text = try context.parameters.require("version")
        let version = text == "current" ? self.catalogues.current.version : text
        guard isStorable(version), let row = try await self.pool.execute(FindCatalogue(version: version)).first else {
            throw ProblemDetails.notFound("catalogue version", id: text)
        }
        return try .json(self.view(version, firstUsedAt: row.firstUsedAt, files: try row.source.source().files))
    }

    private func view(_ version: String, firstUsedAt: Timestamp, files: [CatalogueSource.File]? = nil) -> Version {
        Version(
            version: version, isCurrent: version == self.catalogues.current.version, firstUsedAt: firstUsedAt,
            files: files)
    }
}
