import Contracts
import CoreMetrics

/// What the simulator counts.
struct SimulationMetrics: Sendable {
    private let pending = Gauge(label: "network.answers.pending")
    private let answers: [NetworkResponse.Status: Counter]

    init() {
        self.answers = Dictionary(
            uniqueKeysWithValues: NetworkResponse.Status.allCases.map {
                ($0, Counter(label: "network.answers", dimensions: [("status", $0.rawValue)]))
            })
    }

    func countCommand(of system: String) {
        Counter(label: "network.commands", dimensions: [("system", system)]).increment()
    }

    func countMalformed(_ code: String) {
        Counter(label: "network.commands.malformed", dimensions: [("code", code)]).increment()
    }

    func countAnswer(_ status: NetworkResponse.Status) { self.answers[status]?.increment() }

    func record(pending: Int) { self.pending.record(pending) }
}
