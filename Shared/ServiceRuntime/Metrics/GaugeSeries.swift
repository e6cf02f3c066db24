import CoreMetrics

/// A value that goes up and down; lock-free. Serves `Gauge`, `Meter` and the recorder that does not aggregate.
final class GaugeSeries: RecorderHandler, MeterHandler, Series {
    let labels: String
    private let value = AtomicDouble()

    init(labels: String) {
        self.labels = labels
    }

    func set(_ value: Int64) { self.value.store(Double(value)) }
    func set(_ value: Double) { self.value.store(value) }
    func record(_ value: Int64) { self.value.store(Double(value)) }
    func record(_ value: Double) { self.value.store(value) }
    func increment(by amount: Double) { self.value.add(amount) }
    func decrement(by amount: Double) { self.value.add(-amount) }

    func render(name: String, into text: inout String) {
        text += PrometheusText.sample(name, labels: self.labels, value: PrometheusText.number(self.value.load()))
    }
}
