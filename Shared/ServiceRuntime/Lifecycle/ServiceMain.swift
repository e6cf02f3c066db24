import Glibc
package import Logging

/// The frame of a service's `main`: gives it a configuration reader and turns how it ends into an exit code.
///
/// 0 after a requested stop; 78 (`EX_CONFIG`) if the configuration is wrong, with one line a mistake on standard error;
/// 1 after any other error, with one line.
///
///     await serviceMain("orders") { reader in
///         let configuration = OrdersConfiguration(reader)
///         try reader.finish()
///         bootstrapLogging(level: …, format: …, service: "orders")
///         let logger = Logger(label: "orders")
///         logConfiguration(reader, to: logger)
///         try await runService(name: "orders", services: […], health: health, logger: logger)
///     }
package func serviceMain(_ name: String, run: (ConfigurationReader) async throws -> Void) async {
    do {
        try await run(ConfigurationReader())
    } catch let error as ConfigurationError {
        for mistake in error.mistakes {
            writeAll("\(name): \(mistake)\n", to: STDERR_FILENO)
        }
        exit(EX_CONFIG)
    } catch {
        writeAll("\(name): stopped by an error: \(error)\n", to: STDERR_FILENO)
        exit(EXIT_FAILURE)
    }
}

/// Logs each variable that was read with its value, secrets masked.
package func logConfiguration(_ reader: ConfigurationReader, to logger: Logger) {
    var metadata: Logger.Metadata = [:]
    for (name, value) in reader.printable { metadata[name] = "\(value)" }
    logger.info("Configuration", metadata: metadata)
}
