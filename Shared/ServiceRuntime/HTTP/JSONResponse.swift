import Foundation
package import Hummingbird

extension Response {
    /// A response of JSON with sorted keys, dates in RFC 3339.
    package static func json(
        _ body: some Encodable, status: HTTPResponse.Status = .ok, contentType: String = "application/json"
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return .text(
            String(decoding: try encoder.encode(body), as: UTF8.self), status: status, contentType: contentType)
    }

    /// A response of text as it is.
    package static func text(
        _ body: String, status: HTTPResponse.Status = .ok, contentType: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
