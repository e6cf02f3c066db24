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

    /// - Parameter systems: the system of each command of a batch; a counter is looked up once for each.
    func countCommands(of systems: [String]) {
        for (system, count) in Dictionary(systems.map { ($0, 1) }, uniquingKeysWith: +) {
            Counter(label: "network.commands", dimensions: [("system", system)]).increment(by: count)
        }
    }

    func countMalformed(_ code: String) {
        Counter(label: "network.commands.malformed", dimensions: [("code", code)]).increment()
    }

    func countAnswer(_ status: NetworkResponse.Status) { self.answers[status]?.increment() }

    func record(pending: Int) { self.pending.record(pending) }
}
