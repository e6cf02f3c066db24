import CoreMetrics
import Logging
import Metrics
import Testing

@testable import ServiceRuntime

@Suite("Prometheus metrics")
struct MetricsRegistryTests {
    private func lines(_ registry: MetricsRegistry, prefix: String) -> [String] {
        registry.render().split(separator: "\n").map(String.init).filter { $0.hasPrefix(prefix) }
    }

    @Test("A counter has HELP and TYPE, ends in _total and carries its labels sorted and escaped")
    func counter() {
        let registry = MetricsRegistry()
        registry.describe("orders.completed", "Orders\nthat are done.")
        let dimensions = [("type", "a\"b\\c\nd"), ("messaging.destination.name", "orders.events")]
        Counter(label: "orders.completed", dimensions: dimensions, factory: registry).increment(by: 2)
        Counter(label: "orders.completed", dimensions: dimensions.reversed(), factory: registry).increment()
        let text = registry.render()
        #expect(
            text.contains(
                #"""
                # HELP orders_completed_total Orders\nthat are done.
                # TYPE orders_completed_total counter
                orders_completed_total{messaging_destination_name="orders.events",type="a\"b\\c\nd"} 3

                """#))
    }

    @Test("Whole and fractional amounts add up; a counter never falls")
    func fractionalCounter() {
        let registry = MetricsRegistry()
        let counter = registry.makeFloatingPointCounter(label: "paid_total", dimensions: [])
        counter.increment(by: 1.25)
        counter.increment(by: -1.0)
        counter.increment(by: .nan)
        registry.makeCounter(label: "paid", dimensions: []).increment(by: Int64(2))
        registry.makeCounter(label: "paid", dimensions: []).increment(by: Int64(-2))
        #expect(self.lines(registry, prefix: "paid") == ["paid_total 3.25"])
    }

    @Test("A gauge shows its last value, a meter goes up and down")
    func gauge() {
        let registry = MetricsRegistry()
        Gauge(label: "outbox.depth", factory: registry).record(12)
        Gauge(label: "outbox.depth", factory: registry).record(7.5)
        let meter = Meter(label: "pool.used", factory: registry)
        meter.set(5)
        meter.increment(by: 2.0)
        meter.decrement(by: 3.0)
        #expect(self.lines(registry, prefix: "outbox") == ["outbox_depth 7.5"])
        #expect(self.lines(registry, prefix: "pool") == ["pool_used 4"])
        #expect(self.lines(registry, prefix: "# TYPE pool") == ["# TYPE pool_used gauge"])
    }

    @Test("A timer is a histogram in seconds with cumulative buckets")
    func timer() {
        let registry = MetricsRegistry()
        let timer = Timer(label: "handle.duration", dimensions: [("type", "a")], factory: registry)
        for milliseconds in [1, 1, 3, 70_000] { timer.recordMilliseconds(milliseconds) }
        let lines = self.lines(registry, prefix: "handle_duration_seconds")
        #expect(lines.contains(#"handle_duration_seconds_bucket{type="a",le="0.0005"} 0"#))
        #expect(lines.contains(#"handle_duration_seconds_bucket{type="a",le="0.001"} 2"#))
        #expect(lines.contains(#"handle_duration_seconds_bucket{type="a",le="0.005"} 3"#))
        #expect(lines.contains(#"handle_duration_seconds_bucket{type="a",le="60"} 3"#))
        #expect(lines.contains(#"handle_duration_seconds_bucket{type="a",le="+Inf"} 4"#))
        #expect(lines.contains(#"handle_duration_seconds_count{type="a"} 4"#))
        #expect(lines.contains(#"handle_duration_seconds_sum{type="a"} 70.005"#))
        let counts = lines.filter { $0.contains("_bucket") }.compactMap {
            $0.split(separator: " ").last.flatMap { Int($0) }
        }
        #expect(counts == counts.sorted() && counts.count == 17)
    }

    @Test("A recorder that aggregates is a histogram of plain values")
    func recorder() {
        let registry = MetricsRegistry()
        Recorder(label: "batch.size", factory: registry).record(30)
        #expect(self.lines(registry, prefix: "batch").contains(#"batch_size_bucket{le="20"} 0"#))
        #expect(self.lines(registry, prefix: "batch").contains(#"batch_size_bucket{le="50"} 1"#))
    }

    @Test("Label sets beyond the limit are folded into one called other, and that is logged once")
    func limit() {
        let messages = Locked(0)
        let logger = Logger(label: "metrics") { label in
            LineLogHandler(
                label: label, level: .info, format: .json, service: "test",
                output: LogOutput { _ in messages.change { $0 += 1 } })
        }
        let registry = MetricsRegistry(seriesLimit: 3, logger: logger)
        for number in 1...10 {
            Counter(label: "seen", dimensions: [("id", "\(number)")], factory: registry).increment()
        }
        Counter(label: "seen", dimensions: [("id", "2")], factory: registry).increment()
        #expect(
            self.lines(registry, prefix: "seen") == [
                #"seen_total{id="1"} 1"#, #"seen_total{id="2"} 2"#, #"seen_total{id="3"} 1"#,
                #"seen_total{id="other"} 7"#,
            ])
        #expect(messages.value == 1)
    }

    @Test("A destroyed metric is no longer shown and makes room")
    func destroy() {
        let registry = MetricsRegistry(seriesLimit: 1)
        let first = Gauge(label: "lag", dimensions: [("partition", "0")], factory: registry)
        first.record(1)
        first.destroy()
        Gauge(label: "lag", dimensions: [("partition", "1")], factory: registry).record(2)
        #expect(self.lines(registry, prefix: "lag") == [#"lag{partition="1"} 2"#])
    }

    @Test("A name used for two kinds shows the first and does not fail")
    func twoKinds() {
        let registry = MetricsRegistry()
        Gauge(label: "depth", factory: registry).record(1)
        Recorder(label: "depth", factory: registry).record(5)
        #expect(self.lines(registry, prefix: "depth") == ["depth 1"])
    }

    @Test("Names become valid and values that call for it are spelled the Prometheus way")
    func spelling() {
        let registry = MetricsRegistry()
        Gauge(label: "9 lives-中", dimensions: [("le", "x")], factory: registry).record(Double.infinity)
        #expect(self.lines(registry, prefix: "_9") == [#"_9_lives__{exported_le="x"} +Inf"#])
    }

    @Test("Nothing is lost when many threads count")
    func concurrency() async {
        let registry = MetricsRegistry()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let whole = Counter(label: "whole", factory: registry)
                    let half = registry.makeFloatingPointCounter(label: "half", dimensions: [])
                    let timer = Timer(label: "time", factory: registry)
                    for _ in 0..<5000 {
                        whole.increment()
                        half.increment(by: 0.5)
                        timer.recordSeconds(1)
                    }
                }
            }
        }
        #expect(self.lines(registry, prefix: "whole") == ["whole_total 40000"])
        #expect(self.lines(registry, prefix: "half") == ["half_total 20000"])
        #expect(self.lines(registry, prefix: "time_seconds_count") == ["time_seconds_count 40000"])
    }

    @Test("Values that are cheaper read than kept are set when rendering")
    func onRender() {
        let registry = MetricsRegistry()
        registry.onRender { Gauge(label: "pool.idle", factory: registry).record(3) }
        #expect(self.lines(registry, prefix: "pool") == ["pool_idle 3"])
    }

    @Test("The process reports its memory, CPU time, descriptors and start")
    func process() {
        let statistics = ProcessStatistics.current()
        #expect(statistics.residentBytes > 1 << 20 && statistics.residentBytes < 1 << 36)
        #expect(statistics.cpuSeconds > 0 && statistics.cpuSeconds < 1e6)
        #expect(statistics.openDescriptors >= 3)
        #expect(statistics.threads >= 1)
        #expect(statistics.startSecondsSince1970 > 1.6e9)
        let text = MetricsRegistry().render()
        #expect(text.contains("# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total "))
        #expect(text.contains("\nprocess_resident_memory_bytes "))
    }
}
