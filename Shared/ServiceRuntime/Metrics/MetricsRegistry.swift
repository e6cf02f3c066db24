package import CoreMetrics
package import Logging
import Synchronization

/// A swift-metrics backend that shows itself as Prometheus text.
///
/// Give it to `MetricsSystem.bootstrap` once, in `main`, or to a metric's `factory:` in tests. The same label and
/// dimensions always mean the same series. Updating a counter or gauge is an atomic operation, a timer takes a lock
/// of its own; making a metric looks it up under the registry's lock, so keep metrics used per record in a property.
///
/// Names follow OpenTelemetry with dots as underscores; counters end in `_total`, timers in `_seconds`.
/// A label must be bounded: beyond `seriesLimit` label sets a name, the rest share one set of labels `other`.
package final class MetricsRegistry: MetricsFactory {
    private struct State {
        var families: [String: MetricFamily] = [:]
        var help: [String: String] = [:]
        var collectors: [@Sendable () -> Void] = []
    }

    private let seriesLimit: Int
    private let logger: Logger?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - seriesLimit: label sets kept apart for each name.
    ///   - logger: told once for each name that has more, and for a name used for two kinds.
    package init(seriesLimit: Int = 1000, logger: Logger? = nil) {
        self.seriesLimit = seriesLimit
        self.logger = logger
    }

    /// Sets the HELP text of a metric; without it, its label is shown. To be called before the metric is first made.
    package func describe(_ label: String, _ help: String) {
        self.state.withLock { $0.help[label] = help }
    }

    /// Runs `collect` before each rendering, to set gauges that are cheaper to read than to keep.
    package func onRender(_ collect: @escaping @Sendable () -> Void) {
        self.state.withLock { $0.collectors.append(collect) }
    }

    /// Everything as Prometheus text format 0.0.4, this process's own numbers last.
    package func render() -> String {
        for collect in self.state.withLock(\.collectors) { collect() }
        let families = self.state.withLock(\.families)
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.isEmpty {
            family.render(name: name, into: &text)
        }
        ProcessStatistics.current().render(into: &text)
        return text
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        self.series(label, suffix: "_total", kind: .counter, dimensions) { CounterSeries(labels: $0) }
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        self.series(label, suffix: "_total", kind: .counter, dimensions) { CounterSeries(labels: $0) }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        self.series(label, suffix: "", kind: .gauge, dimensions) { GaugeSeries(labels: $0) }
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else {
            return self.series(label, suffix: "", kind: .gauge, dimensions) { GaugeSeries(labels: $0) }
        }
        return self.series(label, suffix: "", kind: .histogram, dimensions) {
            HistogramSeries(labels: $0, bounds: HistogramSeries.recorderBounds)
        }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        self.series(label, suffix: "_seconds", kind: .histogram, dimensions) {
            HistogramSeries(labels: $0, bounds: HistogramSeries.timerBounds)
        }
    }

    package func destroyCounter(_ handler: any CounterHandler) { self.remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { self.remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { self.remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { self.remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { self.remove(handler) }

    private func series<Made: Series>(
        _ label: String, suffix: String, kind: FamilyKind, _ dimensions: [(String, String)],
        make: (_ labels: String) -> Made
    ) -> Made {
        let name = PrometheusText.metricName(label, suffix: suffix)
        let (found, isFirstOverflow) = self.state.withLock { state -> ((any Series)?, Bool) in
            let help = state.help[label] ?? label
            return state.families[name, default: MetricFamily(kind: kind, help: help)]
                .series(dimensions: dimensions, limit: self.seriesLimit, make: make)
        }
        if isFirstOverflow {
            self.logger?.error(
                "A metric has too many label sets, further ones are shown as other",
                metadata: [
                    LogKeys.metric: "\(name)", LogKeys.count: "\(self.seriesLimit)",
                ])
        }
        if let series = found as? Made { return series }
        // Two kinds under one name cannot be shown; the second counts for itself and is not seen.
        self.logger?.error("A metric's name is used for two kinds", metadata: [LogKeys.metric: "\(name)"])
        return make("")
    }

    private func remove(_ handler: AnyObject) {
        guard let series = handler as? any Series else { return }
        self.state.withLock { state in
            for name in state.families.keys { state.families[name]?.remove(series) }
        }
    }
}
