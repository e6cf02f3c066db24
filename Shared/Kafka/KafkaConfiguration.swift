import CRdKafka

/// The settings of librdkafka clients, by the names in its manual (`CONFIGURATION.md`).
package struct KafkaConfiguration: Hashable, Sendable {
    package var properties: [String: String]

    package init(properties: [String: String]) {
        self.properties = properties
    }

    /// Reads `KAFKA_BOOTSTRAP_SERVERS` (default `127.0.0.1:9092`) and every other `KAFKA_<PROPERTY>` variable:
    /// `KAFKA_SECURITY_PROTOCOL` sets `security.protocol`. `KAFKA_REPLICATION_FACTOR` is left out, as it belongs
    /// to topics and not to clients.
    ///
    /// - Throws: `KafkaConfigurationError` for a property that does not exist and a value it does not take.
    package init(environment: [String: String]) throws {
        self.properties = ["bootstrap.servers": "127.0.0.1:9092"]
        let scratch = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(scratch) }
        for (variable, value) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix(Self.prefix) && variable != "KAFKA_REPLICATION_FACTOR" {
            let property = variable.dropFirst(Self.prefix.count).lowercased().replacing("_", with: ".")
            try Self.set(property, to: value, in: scratch, variable: variable)
            self.properties[property] = value
        }
    }

    /// A copy in which the given properties replace or complete its own.
    package func setting(_ overrides: [String: String]) -> KafkaConfiguration {
        KafkaConfiguration(properties: self.properties.merging(overrides) { $1 })
    }

    /// `property=value` of all properties by name, with secrets masked: safe to log.
    package var maskedDescription: String {
        self.properties.sorted { $0.key < $1.key }
            .map { "\($0)=\(Self.masked($1, of: $0))" }
            .joined(separator: " ")
    }

    /// librdkafka's form of the settings, to be consumed by `rd_kafka_new` or freed.
    ///
    /// - Parameter defaults: set first, so that a property's alias among the settings replaces them too.
    func makeClientConfiguration(defaults: [String: String]) throws -> OpaquePointer {
        guard let configuration = rd_kafka_conf_new() else {
            throw KafkaError(code: .state, operation: "configure", detail: "out of memory")
        }
        do {
            for properties in [defaults, self.properties] {
                for (property, value) in properties.sorted(by: { $0.key < $1.key }) {
                    try Self.set(property, to: value, in: configuration, variable: property)
                }
            }
        } catch {
            rd_kafka_conf_destroy(configuration)
            throw error
        }
        return configuration
    }

    private static let prefix = "KAFKA_"

    private static func masked(_ value: String, of property: String) -> String {
        let secrets = ["password", "secret", "key", "oauthbearer.config"]
        return secrets.contains { property.contains($0) } ? "***" : value
    }

    private static func set(
        _ property: String,
        to value: String,
        in configuration: OpaquePointer?,
        variable: String
    ) throws {
        let result = rd_kafka_conf_set(configuration, property, value, nil, 0)
        guard result != RD_KAFKA_CONF_OK else { return }
        throw KafkaConfigurationError(
            variable: variable,
            value: Self.masked(value, of: property),
            expectation: Self.expectation(of: property, isKnown: result != RD_KAFKA_CONF_UNKNOWN)
        )
    }

    private static func expectation(of property: String, isKnown: Bool) -> String {
        guard isKnown else { return "librdkafka has no property \(property)" }
        guard let range = PropertyTable.range(of: property) else { return "\(property) does not take this value" }
        return "\(property) takes \(range)"
    }
}
