package import Contracts

/// How simulated network elements answer.
///
/// A pure function of the command: one that is delivered again gets the same answers after the same time, whatever
/// happened in between.
package struct Element: Hashable, Sendable {
    /// One answer, and how long after the command it comes.
    package struct Answer: Hashable, Sendable {
        package var afterMilliseconds: Int
        package var status: NetworkResponse.Status
        package var code: String?
        package var message: String?
        package var retriable: Bool?
    }

    /// The mean time until an answer; each varies by half of it to either side.
    package var delayMilliseconds: Int
    /// Which part of the commands fails with a code that may be retried, from 0 to 1.
    package var failureRate: Double
    /// Another seed gives other delays and failures.
    package var seed: UInt64

    package init(delayMilliseconds: Int = 20, failureRate: Double = 0, seed: UInt64 = 0) {
        self.delayMilliseconds = delayMilliseconds
        self.failureRate = failureRate
        self.seed = seed
    }

    /// The answers to a command, of which there may be none; by the test numbers of the contract, that is by the last
    /// four digits of the service number.
    package func answers(to command: ElementCommand) -> [Answer] {
        var draws = Draws(seed: self.seed, command: command)
        let delay = self.delay(&draws)
        let success = Answer(afterMilliseconds: delay, status: .succeeded)
        switch command.serviceNumber.suffix(4) {
        case "9901":
            return command.attempt > 2 ? [success] : [Self.temporaryFailure(after: delay)]
        case "9902":
            let message = "the element refuses \(command.system).\(command.operation) for this number"
            return [
                Answer(
                    afterMilliseconds: delay, status: .failed, code: "OPERATION_REFUSED", message: message,
                    retriable: false)
            ]
        case "9903":
            return []
        case "9904":
            return [success, Answer(afterMilliseconds: 2 * delay, status: .succeeded)]
        case "9905":
            return [Answer(afterMilliseconds: 30_000, status: .succeeded)]
        case "9906":
            return [
                Answer(
                    afterMilliseconds: delay, status: .failed, code: "NEEDS_REPORT",
                    message: "people do this: workOrder.reported will tell", retriable: false)
            ]
        default:
            return draws.next() < self.failureRate ? [Self.temporaryFailure(after: delay)] : [success]
        }
    }

    private func delay(_ draws: inout Draws) -> Int {
        Int((Double(self.delayMilliseconds) * (0.5 + draws.next())).rounded())
    }

    private static func temporaryFailure(after delay: Int) -> Answer {
        Answer(
            afterMilliseconds: delay, status: .failed, code: "TEMPORARY_FAILURE", message: "the element is busy",
            retriable: true)
    }
}

/// Random numbers that depend on the command alone (SplitMix64).
private struct Draws {
    private var state: UInt64

    init(seed: UInt64, command: ElementCommand) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
        for byte in command.commandId.description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        self.state = hash &+ UInt64(truncatingIfNeeded: command.attempt)
    }

    /// From 0 up to, but not including, 1.
    mutating func next() -> Double {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }
}
