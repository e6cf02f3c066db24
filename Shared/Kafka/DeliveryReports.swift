import CRdKafka
import Synchronization

/// The results of the records of one `send`, as delivery reports bring them.
///
/// Every record of a producer has a number of its own, which librdkafka hands back with its report. So a report that
/// comes after its batch was given up is recognised and ignored.
final class DeliveryReports: Sendable {
    private struct Batch {
        var firstNumber: UInt = 1
        var results: [Result<Int64, KafkaError>?] = []
        var unreported = 0
    }

    private let batch = Mutex(Batch())

    /// Begins the next batch.
    ///
    /// - Returns: the number of its first record; the others follow.
    func begin(count: Int) -> UInt {
        self.batch.withLock { batch in
            batch.firstNumber += UInt(batch.results.count)
            batch.results = Array(repeating: nil, count: count)
            batch.unreported = count
            return batch.firstNumber
        }
    }

    var areComplete: Bool { self.batch.withLock { $0.unreported == 0 } }

    func report(_ number: UInt, _ result: Result<Int64, KafkaError>) {
        self.batch.withLock { batch in
            guard number >= batch.firstNumber, number - batch.firstNumber < UInt(batch.results.count) else { return }
            let index = Int(number - batch.firstNumber)
            guard batch.results[index] == nil else { return }
            batch.results[index] = result
            batch.unreported -= 1
        }
    }

    /// The results in the order of the records; those without a report have the given error.
    func take(orElse missing: KafkaError) -> [Result<Int64, KafkaError>] {
        self.batch.withLock { batch in
            let results = batch.results.map { $0 ?? .failure(missing) }
            batch.firstNumber += UInt(batch.results.count)
            batch.results = []
            batch.unreported = 0
            return results
        }
    }

    static func install(in configuration: OpaquePointer) {
        rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
            guard let opaque, let message = message?.pointee else { return }
            let number = UInt(bitPattern: message._private)
            let code = message.err
            ClientCallbacks.from(opaque).deliveries.report(
                number,
                code == RD_KAFKA_RESP_ERR_NO_ERROR
                    ? .success(message.offset)
                    : .failure(KafkaError(code: KafkaError.Code(code), operation: "produce"))
            )
        }
    }
}
