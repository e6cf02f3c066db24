package import Hummingbird

/// Which page a request asks for: `?limit=&after=`.
package struct PageRequest: Sendable, Hashable {
    package static let limits = 1...200
    package static let defaultLimit = 50

    /// How many items to show at most.
    package let limit: Int
    /// The key of the last item of the page before; nil for the first page.
    package let after: Cursor?

    /// How many rows to load: one more than is shown tells whether there is a next page.
    package var fetchLimit: Int { self.limit + 1 }

    package init(limit: Int = PageRequest.defaultLimit, after: Cursor? = nil) {
        self.limit = limit
        self.after = after
    }

    /// Reads the two parameters.
    ///
    /// - Parameter keyParts: how many parts the list's cursors have; any other number is refused.
    /// - Throws: 400, naming the parameter, its value and what it takes.
    package init(_ request: Request, keyParts: Int = 1) throws(ProblemDetails) {
        var limit = Self.defaultLimit
        if let text = request.uri.queryParameters["limit"] {
            guard let number = Int(text), Self.limits.contains(number) else {
                throw .invalidParameter(
                    "limit", value: String(text),
                    takes: "a whole number from \(Self.limits.lowerBound) to \(Self.limits.upperBound)")
            }
            limit = number
        }
        var after: Cursor?
        if let text = request.uri.queryParameters["after"] {
            guard let cursor = Cursor(text: String(text)), cursor.parts.count == keyParts else {
                throw .invalidParameter("after", value: String(text), takes: "the value of next of the page before")
            }
            after = cursor
        }
        self.init(limit: limit, after: after)
    }
}

/// One page of a list: `{"items":[…],"next":"…"}`, `next` being null on the last.
package struct Page<Item: Encodable & Sendable>: Sendable, Encodable, ResponseGenerator {
    private enum CodingKeys: CodingKey {
        case items
        case next
    }

    package let items: [Item]
    package let next: Cursor?

    package init(items: [Item], next: Cursor?) {
        self.items = items
        self.next = next
    }

    /// Makes the page from up to `fetchLimit` rows.
    ///
    /// - Parameter key: the cursor's parts of an item.
    package init(fetched: [Item], for request: PageRequest, key: (Item) -> [String]) {
        let items = fetched.prefix(request.limit)
        let hasMore = fetched.count > request.limit
        self.init(items: Array(items), next: hasMore ? items.last.map { Cursor(key($0)) } : nil)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.items, forKey: .items)
        try container.encode(self.next?.text, forKey: .next)
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        try .json(self)
    }
}
