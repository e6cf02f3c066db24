/// A setting that librdkafka does not know, or a value that it does not take.
package struct KafkaConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The environment variable, or the property where the setting came from the program.
    package var variable: String
    /// Masked if the property is a secret.
    package var value: String
    /// What would have been right.
    package var expectation: String

    package var description: String { "\(self.variable)=\(self.value): \(self.expectation)" }
}
