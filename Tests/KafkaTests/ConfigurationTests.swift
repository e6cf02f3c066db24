import Testing

@testable import Kafka

@Suite("Configuration of clients")
struct ConfigurationTests {
    @Test("Variables become properties; others and the replication factor do not")
    func mapping() throws {
        let configuration = try KafkaConfiguration(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": "one:9092,two:9092",
            "KAFKA_SECURITY_PROTOCOL": "sasl_ssl",
            "KAFKA_SASL_MECHANISMS": "SCRAM-SHA-512",
            "KAFKA_SASL_USERNAME": "sheaf",
            "KAFKA_SASL_PASSWORD": "geheim",
            "KAFKA_SSL_CA_LOCATION": "/etc/ssl/certs",
            "KAFKA_REPLICATION_FACTOR": "3",
            "HOME": "/root",
        ])
        #expect(
            configuration.properties == [
                "bootstrap.servers": "one:9092,two:9092",
                "security.protocol": "sasl_ssl",
                "sasl.mechanisms": "SCRAM-SHA-512",
                "sasl.username": "sheaf",
                "sasl.password": "geheim",
                "ssl.ca.location": "/etc/ssl/certs",
            ]
        )
        #expect(!configuration.maskedDescription.contains("geheim"))
        #expect(configuration.maskedDescription.contains("sasl.password=*** sasl.username=sheaf"))
    }

    @Test("Without variables the broker is the local one")
    func defaults() throws {
        #expect(try KafkaConfiguration(environment: [:]).properties == ["bootstrap.servers": "127.0.0.1:9092"])
    }

    @Test(
        "A wrong variable is named, with its value and what it takes",
        arguments: [
            ("KAFKA_LINGER_MS", "soon", "KAFKA_LINGER_MS=soon: linger.ms takes 0 .. 900000"),
            ("KAFKA_LINGER_MS", "-1", "KAFKA_LINGER_MS=-1: linger.ms takes 0 .. 900000"),
            (
                "KAFKA_COMPRESSION_TYPE", "rar",
                "KAFKA_COMPRESSION_TYPE=rar: compression.type takes none, gzip, snappy, lz4, zstd"
            ),
            ("KAFKA_LINGR_MS", "5", "KAFKA_LINGR_MS=5: librdkafka has no property lingr.ms"),
            ("KAFKA_SASL_PASWORD", "geheim", "KAFKA_SASL_PASWORD=geheim: librdkafka has no property sasl.pasword"),
        ])
    func errors(variable: String, value: String, message: String) {
        let error = #expect(throws: KafkaConfigurationError.self) {
            try KafkaConfiguration(environment: [variable: value])
        }
        #expect(error?.description == message)
    }

    @Test("Settings that contradict each other stop the client at start")
    func contradiction() {
        let configuration = KafkaConfiguration(properties: ["acks": "1"])
        let error = #expect(throws: KafkaError.self) {
            try KafkaProducer(configuration: configuration, logger: quiet)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.detail.contains("acks") == true)
    }

    @Test("The user's settings replace the defaults, under any of their names")
    func overrides() async throws {
        // `request.required.acks` is another name of `acks`: without the default's idempotence, 1 is allowed.
        let producer = try KafkaProducer(
            configuration: KafkaConfiguration(properties: [
                "enable.idempotence": "false", "request.required.acks": "1", "compression.codec": "zstd",
            ]),
            logger: quiet
        )
        await producer.close(timeout: .zero)
    }

    @Test("A client with TLS and SASL is made without a connection")
    func security() async throws {
        let configuration = KafkaConfiguration(properties: [
            "bootstrap.servers": "127.0.0.1:1", "security.protocol": "sasl_ssl", "sasl.mechanisms": "SCRAM-SHA-256",
            "sasl.username": "sheaf", "sasl.password": "geheim",
        ])
        let consumer = try KafkaConsumer(configuration: configuration, groupID: "readers", logger: quiet)
        await consumer.close()
    }

    @Test(
        "Errors say what kind they are",
        arguments: [
            (KafkaError.Code.transport, true, false), (.timedOut, true, false), (.rebalanceInProgress, true, false),
            (.messageTooLarge, false, false), (.illegalGeneration, false, false), (.fatal, false, true),
        ])
    func kinds(code: KafkaError.Code, isRetriable: Bool, isFatal: Bool) {
        let error = KafkaError(code: code, operation: "commit")
        #expect(error.isRetriable == isRetriable)
        #expect(error.isFatal == isFatal)
        #expect(error.description.contains("commit") && error.description.contains(code.name))
    }
}
