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
