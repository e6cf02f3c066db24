/// One metric with one set of labels.
protocol Series: AnyObject, Sendable {
    /// The labels as Prometheus writes them, without braces; empty if there are none. Unique within a family.
    var labels: String { get }
    /// Appends the sample lines.
    func render(name: String, into text: inout String)
}

/// What a family of series is to Prometheus.
enum FamilyKind: String, Sendable {
    case counter
    case gauge
    case histogram
}
