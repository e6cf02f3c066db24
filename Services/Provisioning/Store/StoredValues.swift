import Contracts
import Foundation
import Postgres
import ProvisioningDomain

// Words of the domain as text columns.
extension WorkOrderLifecycle.State: PostgresEncodable, PostgresDecodable {}
extension TaskLifecycle.State: PostgresEncodable, PostgresDecodable {}
extension JeopardyKind: PostgresEncodable, PostgresDecodable {}
extension NetworkResponse.Status: PostgresEncodable, PostgresDecodable {}

extension JSONB {
    /// Most tasks and many work orders have no parameters.
    private static let noParameters = JSONB("{}")

    init(parameters: JSONObject) throws {
        self = parameters.isEmpty ? .noParameters : JSONB(utf8: [UInt8](try JSONEncoder().encode(parameters)))
    }

    func parameters() throws -> JSONObject {
        self == .noParameters ? [:] : try JSONDecoder().decode(JSONObject.self, from: Data(self.utf8))
    }
}

/// Whether PostgreSQL takes the text as it is, and an index entry holds it.
func isStorable(_ text: String) -> Bool {
    text.utf8.count <= 512 && !text.utf8.contains(0)
}

/// Whether PostgreSQL takes the value as it is.
func isStorable(_ value: JSONValue) -> Bool {
    switch value {
    case .null, .bool, .integer, .number: true
    case .string(let text): !text.utf8.contains(0)
    case .array(let values): values.allSatisfy { isStorable($0) }
    case .object(let object): isStorable(object)
    }
}

func isStorable(_ object: JSONObject) -> Bool {
    object.allSatisfy { !$0.utf8.contains(0) && isStorable($1) }
}

/// The text as far as it is kept: an element may say anything, at any length.
func storable(_ text: String) -> String {
    guard text.utf8.count > 2000 || text.utf8.contains(0) else { return text }
    return String(text.prefix(500).map { $0 == "\0" ? "\u{FFFD}" : $0 })
}
