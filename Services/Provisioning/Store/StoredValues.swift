import Contracts
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
        self = parameters.isEmpty ? .noParameters : try JSONB(encoding: parameters)
    }

    func parameters() throws -> JSONObject {
        self == .noParameters ? [:] : try self.decode()
    }
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
