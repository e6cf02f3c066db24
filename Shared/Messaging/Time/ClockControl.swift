import Contracts
import Kafka

/// Whether a record of `clock.control` may set the clock.
enum ClockControl {
    struct Failure: Error {
        var refusal: Refusal
    }

    /// - Parameter saved: the setting in force; `nil` before the first, when any time is accepted.
    static func judge(
        _ record: ConsumedRecord,
        after saved: BusinessClock.Setting?
    ) -> Result<BusinessClock.Setting, Failure> {
        let decoder = EventDecoder(handlers: [AnyMessageHandler(Reader())])
        switch decoder.decode(record) {
        case .message(let message, _):
            guard let set = message.body as? ClockSet else { break }
            return self.judge(set, stampedAt: record, after: saved)
        case .undecodable(let refusal):
            return .failure(Failure(refusal: refusal))
        case .ignored:
            break
        }
        return .failure(Failure(refusal: Refusal(code: UndecodableCode.unknownType.rawValue, text: "no clock.set")))
    }

    private static func judge(
        _ set: ClockSet,
        stampedAt record: ConsumedRecord,
        after saved: BusinessClock.Setting?
    ) -> Result<BusinessClock.Setting, Failure> {
        guard (0...86_400 * 366).contains(set.rate) else {
            let text = "/rate: \(set.rate); accepted: 0 to \(86_400 * 366)"
            return .failure(Failure(refusal: Refusal(code: UndecodableCode.invalidValue.rawValue, text: text)))
        }
        let stamped = Timestamp(microseconds: (record.timestampMilliseconds ?? 0) * 1000)
        // Where the record's stamp is older than the setting in force, time has not passed since.
        let wall = max(stamped, saved?.wallAt ?? stamped)
        if let saved, set.now < saved.businessTime(atWall: wall) {
            let now = saved.businessTime(atWall: wall).rfc3339(offsetSeconds: 0)
            let text =
                "/now: \(set.now.rfc3339(offsetSeconds: 0)) is before business time, \(now); it moves forward only"
            return .failure(Failure(refusal: Refusal(code: HandlingCode.clockSetBack, text: text)))
        }
        return .success(BusinessClock.Setting(businessAt: set.now, rate: set.rate, wallAt: wall))
    }

    /// Lets the decoder know the type; never called.
    private struct Reader: MessageHandler {
        func handle(_ batch: [Message<ClockSet>], in context: HandlingContext) async throws -> Handled { Handled() }
    }
}
