import CoreMetrics
import Synchronization

/// A count that only grows; lock-free.
///
/// Whole and fractional amounts are kept apart, so that counting records stays exact and one atomic addition.
final class CounterSeries: CounterHandler, FloatingPointCounterHandler, Series {
    let labels: String
    private let whole = Atomic<Int64>(0)
    private let fractional = AtomicDouble()

    init(labels: String) {
        self.labels = labels
    }

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        self.whole.wrappingAdd(amount, ordering: .relaxed)
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        self.fractional.add(amount)
    }

    func reset() {
        self.whole.store(0, ordering: .relaxed)
        self.fractional.store(0)
    }

    func render(name: String, into text: inout String) {
        let whole = self.whole.load(ordering: .relaxed)
        let fractional = self.fractional.load()
        let value = fractional == 0 ? String(whole) : PrometheusText.number(Double(whole) + fractional)
        text += PrometheusText.sample(name, labels: self.labels, value: value)
    }
}
