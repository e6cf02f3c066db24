/// The answer of `/readyz`: `{"status":"notReady","checks":{"kafka":{"status":"notReady","reason":"…"}}}`.
package struct HealthReport: Sendable, Encodable {
    private struct Entry: Encodable {
        var status: String
        var reason: String?
    }

    private enum CodingKeys: CodingKey {
        case status
        case checks
    }

    /// What each check found, by its name.
    package let statuses: [String: HealthStatus]

    /// Whether nothing is in the way.
    package var isReady: Bool {
        self.statuses.values.allSatisfy { $0 == .ready }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.isReady ? "ready" : "notReady", forKey: .status)
        let entries = self.statuses.mapValues { status in
            switch status {
            case .ready: Entry(status: "ready")
            case .notReady(let reason): Entry(status: "notReady", reason: reason)
            }
        }
        try container.encode(entries, forKey: .checks)
    }
}
