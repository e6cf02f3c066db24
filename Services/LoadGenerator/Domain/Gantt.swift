import Contracts

/// Draws an order's work orders over time, as text.
package enum Gantt {
    /// One row a work order: member, product, type, the bar from issued to ended, its times relative to the
    /// order's acknowledgement, and its state.
    ///
    /// - Parameter width: columns of the bars.
    package static func draw(_ story: OrderStory, width: Int = 36, style: TextStyle = .plain) -> [String] {
        guard let start = story.startedAt, !story.work.isEmpty else { return [] }
        let end = story.work.compactMap(\.endedAt).max() ?? start
        let span = max(end - start, 1)
        let names = story.work.map { work in
            [work.plan.product, work.plan.type, work.plan.serviceNumber]
        }
        let widths = (0..<3).map { column in names.map { $0[column].count }.max() ?? 0 }
        return zip(story.work, names).map { work, names in
            let cells = zip(names, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
            let bar = Self.bar(work, start: start, span: span, width: width)
            return "  \(cells)  \(style.paint(bar, work.color))  \(style.paint(Self.describe(work, start), work.color))"
        }
    }

    private static func bar(_ work: OrderStory.Work, start: Int64, span: Int64, width: Int) -> String {
        guard let issuedAt = work.issuedAt else { return String(repeating: "·", count: width) }
        let endedAt = work.endedAt ?? start + span
        let columns = Int64(width)
        let from = min(max((issuedAt - start) * columns / span, 0), columns - 1)
        // Rounded up, so that the shortest work is seen.
        let to = min(max(((endedAt - start) * columns + span - 1) / span, from + 1), columns)
        return String(repeating: "·", count: Int(from)) + String(repeating: "█", count: Int(to - from))
            + String(repeating: "·", count: width - Int(to))
    }

    private static func describe(_ work: OrderStory.Work, _ start: Int64) -> String {
        let issued = work.issuedAt.map { "\(max($0 - start, 0))" } ?? ""
        let ended = work.endedAt.map { "\(max($0 - start, 0))" } ?? ""
        let times = work.issuedAt == nil ? "" : "\(issued)–\(ended) ms".padded(to: 15)
        let retries = work.retries > 0 ? ", \(work.retries) repeated" : ""
        return times + work.state.rawValue + (work.failure.map { " \($0)" } ?? "") + retries
    }
}

extension OrderStory.Work {
    fileprivate var color: TextStyle.Color {
        switch self.state {
        case .completed: .green
        case .failed, .cancelled: .red
        case .waiting: .dim
        case .issued, .started: .yellow
        }
    }
}
