package import Contracts

/// All orders of a demonstration, and which message belongs to which of them.
package struct DemoBoard: Sendable {
    package struct Entry: Sendable {
        package var demo: DemoOrder
        /// As published; for a text without one, the label.
        package var externalID: String
        package var story = OrderStory()
    }

    package private(set) var entries: [Entry]
    private var indexByOrderID: [OrderID: Int] = [:]
    /// Work-order messages of orders that have not been acknowledged yet, and of other people's.
    private var unassigned: [OrderID: [(event: DemoEvent, at: Int64)]] = [:]
    /// The acknowledgement with the latest business time.
    package private(set) var latestBusinessTime: Timestamp?

    package init(_ orders: [DemoOrder], run: DemoRun) {
        self.entries = orders.map { demo in
            Entry(demo: demo, externalID: run.externalID(demo.order?["externalId"]?.string ?? demo.label))
        }
    }

    package func index(ofLabel label: String) -> Int? { self.entries.firstIndex { $0.demo.label == label } }

    /// - Returns: the entry that the message is about; `nil` for other people's orders, and for messages that have
    ///   to wait for an acknowledgement.
    package mutating func apply(_ event: DemoEvent, at milliseconds: Int64) -> Int? {
        guard let index = self.index(of: event) else {
            if let orderID = event.orderID { self.unassigned[orderID, default: []].append((event, milliseconds)) }
            return nil
        }
        self.entries[index].story.apply(event, at: milliseconds)
        if case .acknowledged(let body) = event {
            self.latestBusinessTime = max(self.latestBusinessTime ?? body.acknowledgedAt, body.acknowledgedAt)
            self.indexByOrderID[body.orderId] = index
            for (event, at) in self.unassigned.removeValue(forKey: body.orderId) ?? [] {
                self.entries[index].story.apply(event, at: at)
            }
        }
        return index
    }

    /// Two entries share an external id where the second is to be refused for just that.
    private func index(of event: DemoEvent) -> Int? {
        if let orderID = event.orderID { return self.indexByOrderID[orderID] }
        guard let externalID = event.externalID else { return nil }
        let indices = self.entries.indices.filter { self.entries[$0].externalID == externalID }
        if case .rejected(let body) = event, body.reasons.contains(where: { $0.code == "DUPLICATE_EXTERNAL_ID" }) {
            return indices.last
        }
        return indices.first
    }
}
