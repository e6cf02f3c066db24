import Contracts
import LoadGeneratorDomain

/// Puts a demonstration into words.
struct DemoTeller: Sendable {
    let style: TextStyle
    let calendar: BusinessCalendar
    /// Of the read API, if it is known.
    let ordersURL: String?
    private let start = ContinuousClock.now

    init(style: TextStyle, calendar: BusinessCalendar, ordersURL: String?) {
        self.style = style
        self.calendar = calendar
        self.ordersURL = ordersURL
    }

    func begin(orders: Int, run: DemoRun) {
        Terminal.show("")
        Terminal.show(self.style.paint("\(orders) orders on orders.submitted, run \(run.code)", .bold))
        Terminal.show("")
    }

    func tellPublication(of entry: DemoBoard.Entry, copy: Int) {
        let again = copy > 1 ? " (time \(copy))" : ""
        self.say(entry.demo.label, "published", entry.demo.title + again, .cyan)
    }

    func tell(_ event: DemoEvent, of entry: DemoBoard.Entry) {
        guard let (what, detail, color) = self.words(for: event, of: entry.story) else { return }
        self.say(entry.demo.label, what, detail, color)
    }

    /// The work orders of an order that has ended.
    func draw(_ entry: DemoBoard.Entry) {
        let rows = Gantt.draw(entry.story, style: self.style)
        guard !rows.isEmpty else { return }
        Terminal.show("")
        let head = "  order \(entry.demo.label), \(entry.story.acknowledged?.offer ?? ""): \(entry.demo.title)"
        Terminal.show(self.style.paint(head, .bold))
        for row in rows { Terminal.show(row) }
        Terminal.show("")
    }

    func tellClock(_ instant: Timestamp) {
        Terminal.show("")
        Terminal.show(self.style.paint("clock.set: business time moves to \(self.calendar.format(instant))", .bold))
        Terminal.show("")
    }

    /// The table of all orders, and where to read on.
    ///
    /// - Returns: whether all are right.
    func conclude(_ board: DemoBoard, isClockMoved: Bool) -> Bool {
        let verdicts = board.entries.map { entry in
            Verdict(
                of: entry.story, expecting: entry.demo.expect, isClockMoved: isClockMoved, calendar: self.calendar)
        }
        let rows = zip(board.entries, verdicts).map { entry, verdict in
            [
                verdict.isRight ? "✓" : "✗", entry.demo.label, entry.demo.title,
                Self.describe(entry.demo.expect), verdict.got, verdict.differences.joined(separator: "; "),
            ]
        }
        let lines = TextTable.draw([["", "order", "title", "expected", "got", ""]] + rows)
        Terminal.show("")
        Terminal.show(self.style.paint(lines[0], .bold))
        for (line, verdict) in zip(lines.dropFirst(), verdicts) {
            Terminal.show(self.style.paint(line, verdict.isRight ? .green : .red))
        }
        self.showLinks(board)
        let wrong = zip(board.entries, verdicts).filter { !$1.isRight }.map(\.0.demo.label)
        Terminal.show("")
        if !wrong.isEmpty {
            Terminal.show(
                self.style.paint("Not in the state that the rules give: \(wrong.joined(separator: ", "))", .red))
        } else if isClockMoved {
            Terminal.show(self.style.paint("Every order is in the state that the rules give it.", .green))
        }
        if !isClockMoved {
            Terminal.show("Time ran out before every order had ended, so the clock was not moved.")
        } else if !wrong.isEmpty {
            Terminal.show("If nothing took effect: do the services run with BUSINESS_CLOCK=controlled?")
        }
        return wrong.isEmpty && isClockMoved
    }

    private func showLinks(_ board: DemoBoard) {
        guard let ordersURL = self.ordersURL else { return }
        Terminal.show("")
        Terminal.show("Read on:")
        for entry in board.entries {
            guard let order = entry.story.acknowledged else { continue }
            Terminal.show("  order \(entry.demo.label)  \(ordersURL)/orders/\(order.orderId)")
        }
        Terminal.show("  each also has /timeline, such as \(ordersURL)/orders/{orderId}/timeline")
    }

    private static func describe(_ expected: Expectation) -> String {
        let state = expected.state == .deadLetter ? "dead letter" : expected.state.rawValue
        let codes = (expected.codes ?? []).joined(separator: ", ")
        let effect =
            switch expected.effect {
            case .immediate: "at once"
            case .within24Hours: "within 24 hours"
            case .firstOfNextMonth: "on the 1st"
            case nil: ""
            }
        return [state, effect, codes].filter { !$0.isEmpty }.joined(separator: " ")
    }

    // MARK: Words

    private static func count(_ workOrders: Int) -> String { "\(workOrders) work order\(workOrders == 1 ? "" : "s")" }

    private func words(for event: DemoEvent, of story: OrderStory) -> (String, String, TextStyle.Color)? {
        switch event {
        case .acknowledged(let body):
            ("acknowledged", "\(body.offer), \(Self.count(body.workOrders.count)), order \(body.orderId)", .bold)
        case .rejected(let body):
            ("rejected", body.reasons.map { "\($0.code) \($0.path)" }.joined(separator: ", "), .red)
        case .held(let body):
            ("held", body.reasons.map { "\($0.code): \($0.message)" }.joined(separator: "; "), .red)
        case .resumed: ("resumed", "", .bold)
        case .completed(let body):
            ("completed", "in effect from \(self.calendar.format(body.effectiveAt))", .green)
        case .effective(let body):
            ("in effect", body.members.map { "\($0.product) \($0.serviceNumber)" }.joined(separator: ", "), .green)
        case .failed(let body): ("failed", "\(body.state)", .red)
        case .cancelled: ("cancelled", "", .red)
        case .jeopardy(let body): ("jeopardy", body.kind.rawValue, .yellow)
        case .deadLetter(_, let code, let message): ("dead letter", "\(code): \(message)", .red)
        default: self.workWords(for: event, of: story)
        }
    }

    /// Of work orders, the common steps are seen in the chart; said are the ends, and what is uncommon.
    private func workWords(for event: DemoEvent, of story: OrderStory) -> (String, String, TextStyle.Color)? {
        func name(_ id: WorkOrderID) -> String {
            guard let work = story.work.first(where: { $0.plan.workOrderId == id }) else { return "" }
            return "\(work.plan.product) \(work.plan.type) \(work.plan.serviceNumber)"
        }
        switch event {
        case .issued(let body): return ("issued", "\(body.product) \(body.type) \(body.serviceNumber)", .dim)
        case .workOrderCompleted(let body): return ("done", name(body.workOrderId), .blue)
        case .retryScheduled(let body):
            let text = "\(name(body.workOrderId)), \(body.task) attempt \(body.attempt): \(body.code)"
            return ("will retry", text, .yellow)
        case .workOrderFailed(let body):
            return ("failed", "\(name(body.workOrderId)), \(body.code): \(body.message)", .red)
        case .workOrderCancelled(let body): return ("cancelled", name(body.workOrderId), .yellow)
        default: return nil
        }
    }

    private func say(_ label: String, _ what: String, _ detail: String, _ color: TextStyle.Color) {
        let milliseconds = (ContinuousClock.now - self.start).nanoseconds / 1_000_000
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        let time = "\(milliseconds / 1000).\(fraction)"
        let clock = String(repeating: " ", count: max(0, 7 - time.count)) + time
        Terminal.show(
            "\(self.style.paint(clock, .dim))  \(label)  \(self.style.paint(what.padded(to: 12), color))  \(detail)")
    }
}
