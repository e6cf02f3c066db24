/// All series of one name.
struct MetricFamily {
    let kind: FamilyKind
    let help: String
    private(set) var series: [String: any Series] = [:]
    /// Where label sets beyond the limit are folded.
    private var other: (any Series)?

    var isEmpty: Bool { self.series.isEmpty && self.other == nil }

    init(kind: FamilyKind, help: String) {
        self.kind = kind
        self.help = help
    }

    /// The series with these labels, made if there is room, else the one that stands for all others.
    ///
    /// - Returns: and whether this call was the first to find no room.
    mutating func series(
        dimensions: [(String, String)], limit: Int, make: (_ labels: String) -> any Series
    ) -> (any Series, isFirstOverflow: Bool) {
        let labels = PrometheusText.labels(dimensions)
        if let existing = self.series[labels] { return (existing, false) }
        if self.series.count < limit {
            let new = make(labels)
            self.series[labels] = new
            return (new, false)
        }
        if let other = self.other { return (other, false) }
        let new = make(PrometheusText.labels(dimensions.map { ($0.0, "other") }))
        self.other = new
        return (new, true)
    }

    mutating func remove(_ series: any Series) {
        if self.series[series.labels] === series { self.series[series.labels] = nil }
    }

    func render(name: String, into text: inout String) {
        text += PrometheusText.header(name, help: self.help, kind: self.kind)
        for (_, series) in self.series.sorted(by: { $0.key < $1.key }) {
            series.render(name: name, into: &text)
        }
        self.other?.render(name: name, into: &text)
    }
}
