package import Contracts
import Foundation

/// Gives the orders of a file the ids and numbers of one run, so that the next run finds its numbers free.
///
/// Ids get the run's code appended. Of service numbers the beginning and the last four digits stay, as these tell
/// how the network simulator behaves; the middle is the run's. Numbers in a wrong format stay as they are.
package struct DemoRun: Sendable {
    /// Five digits.
    package let code: String

    /// - Parameter startedAtSecond: seconds since 1970.
    package init(startedAtSecond: Int64) {
        self.code = ServiceNumbers.padded(startedAtSecond % 100_000, 5)
    }

    /// The id with which an order is published.
    package func externalID(_ text: String) -> String { "\(text)-\(self.code)" }

    /// The order as this run publishes it.
    package func prepare(_ order: JSONObject) -> JSONObject {
        var order = order
        order["externalId"] = order["externalId"].map(self.withCode)
        order["accountId"] = order["accountId"].map(self.withCode)
        if case .object(var customer)? = order["customer"] {
            customer["id"] = customer["id"].map(self.withCode)
            order["customer"] = .object(customer)
        }
        if case .array(let members)? = order["members"] {
            order["members"] = .array(members.map(self.member))
        }
        return order
    }

    /// The number in this run.
    package func serviceNumber(_ number: String, product: String) -> String {
        guard let format = ServiceNumberFormat.ofProduct[product], format.accepts(number) else { return number }
        let head = number.prefix(format.headLength)
        return head + ServiceNumbers.padded(Int64(self.code) ?? 0, format.middleLength) + number.suffix(4)
    }

    private func withCode(_ value: JSONValue) -> JSONValue {
        value.string.map { .string(self.externalID($0)) } ?? value
    }

    private func member(_ value: JSONValue) -> JSONValue {
        guard case .object(var member) = value, let number = member["serviceNumber"]?.string,
            let product = member["product"]?.string
        else { return value }
        member["serviceNumber"] = .string(self.serviceNumber(number, product: product))
        return .object(member)
    }
}

/// What a product's numbers look like, and which part of one stays in every run.
struct ServiceNumberFormat: Sendable {
    var prefix: String
    var length: ClosedRange<Int>
    var takesLetters = false
    var headLength: Int
    var middleLength: Int

    func accepts(_ number: String) -> Bool {
        number.hasPrefix(self.prefix) && self.length.contains(number.utf8.count)
            && number.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): self.takesLetters
                default: false
                }
            }
    }

    static let ofProduct: [String: ServiceNumberFormat] = {
        let mobile = ServiceNumberFormat(prefix: "1", length: 11...11, headLength: 2, middleLength: 5)
        return [
            "mobile2g": mobile,
            "mobile3g": mobile,
            "fixedLine": ServiceNumberFormat(prefix: "0", length: 10...12, headLength: 3, middleLength: 5),
            "broadband": ServiceNumberFormat(
                prefix: "", length: 6...20, takesLetters: true, headLength: 2, middleLength: 6),
            "dataCard": ServiceNumberFormat(prefix: "", length: 11...13, headLength: 3, middleLength: 6),
        ]
    }()
}
