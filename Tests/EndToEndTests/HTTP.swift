import Foundation
import FoundationNetworking

/// Plain GET.
enum HTTP {
    static func get(_ url: String) async throws -> (status: Int, body: Data) {
        guard let url = URL(string: url) else { throw URLError(.badURL) }
        var request = URLRequest(url: url)
        request.timeoutInterval = 5
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, data)
    }
}
