package enum Direction: String, Hashable, Sendable, CaseIterable { case originating, forwarded, terminating }
package enum Place: String, Hashable, Sendable, CaseIterable { case home, domestic, international }

/// A usage record.
package struct Usage: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case voice(Direction, otherParty: String, Place)
        case data(uplink: Int, downlink: Int)
        case sms(to: String)
        case mms(to: String)
        /// `bytes` only for the cap of the volume.
        case wlan(isCampus: Bool, bytes: Int)
    }

    /// A UUID in lower case.
    package var id: String
    package var number: String
    package var startedAt: Instant
    package var endedAt: Instant
    package var kind: Kind

    package init(_ id: String, _ number: String, from: Instant, to: Instant, _ kind: Kind) {
        self.id = id
        self.number = number
        self.startedAt = from
        self.endedAt = to
        self.kind = kind
    }

    /// Whole minutes, a part counting as one (RAT-08). Durations are whole seconds: a fraction of a second is dropped,
    /// so nobody pays for less than a second. SILENT: the specification says nothing of fractions.
    package var minutes: Int {
        let seconds = (self.endedAt - self.startedAt) / second
        return (seconds + 59) / 60
    }

    /// The order in which records count: of their end, ties by id.
    package static func precedes(_ left: Usage, _ right: Usage) -> Bool {
        (left.endedAt, left.id) < (right.endedAt, right.id)
    }
}

/// A part of a record that is charged in one way.
package struct Line: Hashable, Sendable {
    package var rule: String
    /// Where the units come from; `nil` where they have a price.
    package var allowance: Allowance?
    package var units: Int
    package var price: Int
    package var charge: Int
    package var subject: Subject
}

package struct Rated: Hashable, Sendable {
    package var usage: Usage
    /// Minutes, bytes or messages.
    package var units: Int
    package var lines: [Line]

    package var charge: Int { self.lines.reduce(0) { $0 + $1.charge } }
}

/// What counts down in a cycle.
package struct Allowance: Hashable, Sendable, CustomStringConvertible {
    /// `shared`, `privateNetwork`, `family`, or the code of a plan or pack.
    package var name: String
    /// The account, or the number, whose it is.
    package var owner: String
    /// Tells two of the same code apart: when the plan or pack began; 0 for the others.
    package var from: Instant

    package init(_ name: String, of owner: String, from: Instant = 0) {
        self.name = name
        self.owner = owner
        self.from = from
    }

    package var description: String { "\(self.name) of \(self.owner)" }
}

/// What was told of an allowance or a cap: once a cycle.
package enum Notice: Hashable, Sendable {
    case threshold(Allowance, remaining: Int)
    case chargeCap(number: String, kind: String)
    case volumeCap(number: String, kind: String)
}
