import CoreMetrics
import Synchronization

/// A distribution over fixed buckets, for timers (seconds) and aggregating recorders (any unit).
final class HistogramSeries: TimerHandler, RecorderHandler, Series {
    /// Seconds: from half a millisecond, below which nothing here is interesting, to the longest retry.
    static let timerBounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// Sizes such as records in a batch.
    static let recorderBounds: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000]

    private struct State {
        /// How many values fell into each bucket alone; the last is above all bounds.
        var counts: [UInt64]
        var sum = 0.0
    }

    let labels: String
    private let bounds: [Double]
    private let state: Mutex<State>

    init(labels: String, bounds: [Double]) {
        self.labels = labels
        self.bounds = bounds
        self.state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { self.record(Double(duration) / 1_000_000_000) }
    func record(_ value: Int64) { self.record(Double(value)) }

    func record(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = self.bounds.firstIndex { value <= $0 } ?? self.bounds.count
        self.state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func render(name: String, into text: inout String) {
        let (counts, sum) = self.state.withLock { ($0.counts, $0.sum) }
        let separator = self.labels.isEmpty ? "" : ","
        var cumulative: UInt64 = 0
        for (index, count) in counts.enumerated() {
            cumulative += count
            let bound = index < self.bounds.count ? PrometheusText.number(self.bounds[index]) : "+Inf"
            text += PrometheusText.sample(
                name + "_bucket", labels: "\(self.labels)\(separator)le=\"\(bound)\"", value: String(cumulative))
        }
        text += PrometheusText.sample(name + "_sum", labels: self.labels, value: PrometheusText.number(sum))
        text += PrometheusText.sample(name + "_count", labels: self.labels, value: String(cumulative))
    }
}
