import ArgumentParser
import Contracts
import Foundation
import FoundationNetworking

/// A service's read API.
struct ReadAPI: Sendable {
    let service: String
    let baseURL: String

    static let orders = ReadAPI(service: "orders", variable: "ORDERS_URL", port: 8081)
    static let provisioning = ReadAPI(service: "provisioning", variable: "PROVISIONING_URL", port: 8082)
    static let rating = ReadAPI(service: "rating", variable: "RATING_URL", port: 8083)

    static let notification = ReadAPI(service: "notification", variable: "NOTIFICATION_URL", port: 8084)
    static let complaints = ReadAPI(service: "complaints", variable: "COMPLAINTS_URL", port: 8085)

    static let all: [ReadAPI] = [.orders, .provisioning, .rating, .notification, .complaints]

    private init(service: String, variable: String, port: Int) {
        self.service = service
        self.baseURL = ProcessInfo.processInfo.environment[variable] ?? "http://127.0.0.1:\(port)"
    }

    /// What is at a path, as it is.
    ///
    /// - Throws: `CtlError` when the service does not answer, or answers with a problem; `ExitCode` 2 when it is not there.
    func data(_ path: String) async throws -> Data {
        let (status, data) = try await self.get(path)
        switch status {
        case 200: return data
        case 404:
            Terminal.note(Self.problem(data) ?? "\(self.baseURL)\(path): there is no such thing")
            throw ExitCode(2)
        default: throw CtlError(description: Self.problem(data) ?? "\(self.baseURL)\(path): status \(status)")
        }
    }

    func get(_ path: String) async throws -> (status: Int, data: Data) {
        guard let url = URL(string: self.baseURL + path) else {
            throw CtlError(description: "\(self.baseURL)\(path) is no URL")
        }
        var request = URLRequest(url: url)
        request.timeoutInterval = 10
        do {
            let (data, response) = try await URLSession.shared.data(for: request)
            return ((response as? HTTPURLResponse)?.statusCode ?? 0, data)
        } catch {
            throw CtlError(description: "\(self.service) does not answer at \(self.baseURL): is the system up?")
        }
    }

    func read<Body: Decodable>(_ type: Body.Type = Body.self, at path: String) async throws -> Body {
        try JSONDecoder().decode(Body.self, from: try await self.data(path))
    }

    /// A value for a query.
    static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private static func problem(_ data: Data) -> String? {
        struct Problem: Decodable {
            var title: String
            var detail: String?
        }
        return (try? JSONDecoder().decode(Problem.self, from: data)).map { $0.detail ?? $0.title }
    }
}

/// Where people read.
enum Terminal {
    static func show(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

    static func note(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }

    static func show(_ data: Data) { self.show(String(decoding: data, as: UTF8.self)) }

    static func show(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.show(try encoder.encode(value))
    }

    /// Rows in columns of equal width.
    static func show(_ rows: [[String]]) {
        let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        for row in rows {
            let cells = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
            self.show("  " + cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces))
        }
    }
}
