package import Contracts
package import Foundation

/// The orders of the demonstration, each with the state that the rules give it.
package struct DemoFile: Decodable, Sendable {
    package var orders: [DemoOrder]

    package init(orders: [DemoOrder]) {
        self.orders = orders
    }

    /// - Throws: `DecodingError`; `DemoFileError` for labels used twice and orders that follow an unknown one.
    package init(json: Data) throws {
        self = try JSONDecoder().decode(DemoFile.self, from: json)
        var labels: Set<String> = []
        for order in self.orders {
            if let after = order.after, !labels.contains(after) {
                throw DemoFileError(description: "order \(order.label): no order \(after) stands before it")
            }
            guard labels.insert(order.label).inserted else {
                throw DemoFileError(description: "the label \(order.label) is used twice")
            }
            guard (order.order == nil) != (order.text == nil) else {
                throw DemoFileError(description: "order \(order.label): exactly one of `order` and `text` is expected")
            }
        }
    }
}

package struct DemoFileError: Error, CustomStringConvertible {
    package var description: String
}

/// One order of the demonstration.
package struct DemoOrder: Decodable, Sendable {
    /// Names it on the terminal.
    package var label: String
    package var title: String
    package var expect: Expectation
    /// `order.submitted` as it is published, but for the run's own numbers and ids.
    package var order: JSONObject?
    /// Published as it is: for what no order looks like.
    package var text: String?
    /// How often it is published; absent means once.
    package var copies: Int?
    /// Published when the order of this label has ended.
    package var after: String?

    package init(
        label: String, title: String, expect: Expectation, order: JSONObject? = nil, text: String? = nil,
        copies: Int? = nil, after: String? = nil
    ) {
        self.label = label
        self.title = title
        self.expect = expect
        self.order = order
        self.text = text
        self.copies = copies
        self.after = after
    }
}

/// The state that the rules give an order; a field that is absent is not checked.
package struct Expectation: Codable, Hashable, Sendable {
    package enum State: String, Codable, Sendable, CaseIterable {
        /// Completed, and in effect once the clock has got there.
        case effective
        case held
        case rejected
        /// Not even an order: in the dead letters.
        case deadLetter
    }

    /// When an effective order takes effect.
    package enum Effect: String, Codable, Sendable, CaseIterable {
        case immediate, within24Hours, firstOfNextMonth
    }

    package var state: State
    package var effect: Effect?
    /// Of a rejection, every one of them; of a dead letter, the one.
    package var codes: [String]?
    /// All of them, as `member type`, in any order.
    package var workOrders: [String]?
    /// Commands that must have been repeated, at least.
    package var retries: Int?

    package init(
        state: State, effect: Effect? = nil, codes: [String]? = nil, workOrders: [String]? = nil, retries: Int? = nil
    ) {
        self.state = state
        self.effect = effect
        self.codes = codes
        self.workOrders = workOrders
        self.retries = retries
    }
}
