import Foundation
package import Hummingbird

/// An error as RFC 9457 describes it to clients, with a stable `code` of our own to decide by.
package struct ProblemDetails: Error, Sendable, Hashable {
    package static let contentType = "application/problem+json"

    /// A URI naming the kind of problem; `about:blank` means that `status` says it all.
    package var type: String
    package var title: String
    package var status: HTTPResponse.Status
    /// What is wrong with this very request, for a person to read.
    package var detail: String?
    /// The path asked for; filled in when the response is made.
    package var instance: String?
    /// For programs: never reworded. By default made from the status.
    package var code: String

    package init(
        _ status: HTTPResponse.Status, code: String? = nil, detail: String? = nil, title: String? = nil,
        type: String = "about:blank", instance: String? = nil
    ) {
        self.type = type
        self.title = title ?? status.reasonPhrase
        self.status = status
        self.detail = detail
        self.instance = instance
        self.code = code ?? status.reasonPhrase.uppercased().replacing(" ", with: "_")
    }

    /// 404 for a resource that does not exist, such as `notFound("order", id: "…")`.
    package static func notFound(_ resource: String, id: String) -> ProblemDetails {
        ProblemDetails(.notFound, detail: "There is no \(resource) \(id.debugDescription).")
    }

    /// 400 for a query or path parameter.
    ///
    /// - Parameter takes: completes the sentence "It takes …".
    package static func invalidParameter(_ name: String, value: String, takes: String) -> ProblemDetails {
        ProblemDetails(
            .badRequest, code: "INVALID_PARAMETER",
            detail: "Parameter \(name) is \(value.prefix(100).debugDescription). It takes \(takes).")
    }
}

extension ProblemDetails: Encodable {
    private enum CodingKeys: CodingKey {
        case type
        case title
        case status
        case detail
        case instance
        case code
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.type, forKey: .type)
        try container.encode(self.title, forKey: .title)
        try container.encode(self.status.code, forKey: .status)
        try container.encodeIfPresent(self.detail, forKey: .detail)
        try container.encodeIfPresent(self.instance, forKey: .instance)
        try container.encode(self.code, forKey: .code)
    }
}

extension ProblemDetails: HTTPResponseError {
    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var problem = self
        // The path only: a query may hold a service number.
        problem.instance = problem.instance ?? request.uri.path
        return try Response.json(problem, status: self.status, contentType: Self.contentType)
    }
}
