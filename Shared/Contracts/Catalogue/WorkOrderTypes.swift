/// How long something may take.
package struct TargetTime: Sendable, Hashable {
    package enum Counting: String, Sendable, CaseIterable {
        /// By the clock, day and night.
        case calendar
        /// Only the hours of the working calendar.
        case working
    }

    package var seconds: Int
    package var counting: Counting

    package init(seconds: Int, counting: Counting) {
        self.seconds = seconds
        self.counting = counting
    }
}

/// How one type of work order is carried out for a product.
package struct WorkOrderType: Sendable, Hashable {
    package var type: String
    package var product: String
    package var target: TargetTime
    /// The type that undoes it; `nil` when nothing is left behind that needs undoing.
    package var undoneBy: String?
    /// Parameters of the undoing, where they are not simply those of what is undone.
    package var undoParameters: [String: UndoValue]
    package var pointsOfNoReturn: PointsOfNoReturn
    /// Whether an order is whole without it: then a rule of the fallout policy may leave it out.
    package var isOptional: Bool
    /// Carried out one after the other.
    package var tasks: [TaskType]

    package init(
        type: String,
        product: String,
        target: TargetTime,
        undoneBy: String?,
        undoParameters: [String: UndoValue] = [:],
        pointsOfNoReturn: PointsOfNoReturn = PointsOfNoReturn(),
        isOptional: Bool = false,
        tasks: [TaskType]
    ) {
        self.type = type
        self.product = product
        self.target = target
        self.undoneBy = undoneBy
        self.undoParameters = undoParameters
        self.pointsOfNoReturn = pointsOfNoReturn
        self.isOptional = isOptional
        self.tasks = tasks
    }

    /// A parameter of an undoing work order.
    package enum UndoValue: Sendable, Hashable {
        case constant(JSONValue)
        /// What this parameter of the undone work order had; left out where it had none.
        case parameter(String)
    }

    /// The parameters of the work order that undoes one with these.
    package func parametersOfUndoing(_ parameters: JSONObject) -> JSONObject {
        var undoing = parameters
        for (name, value) in self.undoParameters {
            switch value {
            case .constant(let constant): undoing[name] = constant
            case .parameter(let source): undoing[name] = parameters[source]
            }
        }
        return undoing
    }
}

/// From when on cancelling a work order costs something, and from when on it is refused.
package struct PointsOfNoReturn: Sendable, Hashable {
    /// How far a work order has come.
    package enum Progress: String, Sendable, CaseIterable, Comparable {
        case issued, started, completed

        package static func < (left: Progress, right: Progress) -> Bool {
            func rank(_ progress: Progress) -> Int { Progress.allCases.firstIndex(of: progress) ?? 0 }
            return rank(left) < rank(right)
        }
    }

    /// The soft point; `nil` when cancelling is free at all times.
    package var chargedFrom: Progress?
    package var feeMilliyuan: Milliyuan
    /// The hard point; `nil` when there is none.
    package var refusedFrom: Progress?

    package init(chargedFrom: Progress? = nil, feeMilliyuan: Milliyuan = .zero, refusedFrom: Progress? = nil) {
        self.chargedFrom = chargedFrom
        self.feeMilliyuan = feeMilliyuan
        self.refusedFrom = refusedFrom
    }
}

/// What to do when a work order has failed: one row of the fallout policy. What no row says waits for a person.
package struct FalloutRule: Sendable, Hashable {
    package enum Reaction: Sendable, Hashable {
        /// It is issued again after this time.
        case retry(after: TargetTime)
        /// A person decides.
        case park
        /// It is left out, and the order goes on.
        case skip
        /// The order is cancelled, and what was done for it is undone.
        case cancel
    }

    /// `nil`: every type.
    package var type: String?
    /// `nil`: every code.
    package var codes: Set<String>?
    /// How often it has failed now, from 1.
    package var attempts: ClosedRange<Int>
    package var reaction: Reaction

    package init(type: String?, codes: Set<String>?, attempts: ClosedRange<Int>, reaction: Reaction) {
        self.type = type
        self.codes = codes
        self.attempts = attempts
        self.reaction = reaction
    }

    package func holds(type: String, code: String, attempt: Int) -> Bool {
        (self.type.map { $0 == type } ?? true) && (self.codes?.contains(code) ?? true)
            && self.attempts.contains(attempt)
    }
}

/// One step of a work order on one system.
package struct TaskType: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case command
        /// Done by people: see `Catalogue.FieldWork`.
        case field
    }

    /// The system and the operation: `hlr.createSubscriber`.
    package var name: String
    package var system: String
    package var operation: String
    package var kind: Kind
    /// Beside the work order's own parameters, over which they win.
    package var parameters: JSONObject
    package var retry: RetryPolicy
    /// The system and operation that take it back, when the work order is cancelled; `nil` when it leaves nothing
    /// behind. Of the same kind and under the same retry policy.
    package var undo: String?
    /// It is a task of those work orders alone that have one of these texts under each of these parameters.
    package var when: [String: Set<String>]
    /// It is none of those that have one of these texts under any of these.
    package var unless: [String: Set<String>]

    package init(
        system: String,
        operation: String,
        kind: Kind = .command,
        parameters: JSONObject = [:],
        retry: RetryPolicy,
        undo: String? = nil,
        when: [String: Set<String>] = [:],
        unless: [String: Set<String>] = [:]
    ) {
        self.name = "\(system).\(operation)"
        self.system = system
        self.operation = operation
        self.kind = kind
        self.parameters = parameters
        self.retry = retry
        self.undo = undo
        self.when = when
        self.unless = unless
    }

    /// Whether a work order with these parameters has it.
    package func isNeeded(with parameters: JSONObject) -> Bool {
        func says(_ condition: (key: String, value: Set<String>)) -> Bool {
            parameters[condition.key]?.string.map(condition.value.contains) ?? false
        }
        return self.when.allSatisfy(says) && !self.unless.contains(where: says)
    }
}

/// How often and how long a task is tried, by the wall clock.
package struct RetryPolicy: Sendable, Hashable {
    /// No answer for so long counts as a failure that may be retried.
    package var timeoutMilliseconds: Int
    package var maximumAttempts: Int
    /// No attempt begins later than this after the first.
    package var withinSeconds: Int
    /// The delay before attempt n+1 is drawn from 0 to firstDelay·2ⁿ⁻¹, at most `maximumDelay` (full jitter).
    package var firstDelayMilliseconds: Int
    package var maximumDelayMilliseconds: Int

    package init(
        timeoutMilliseconds: Int,
        maximumAttempts: Int,
        withinSeconds: Int,
        firstDelayMilliseconds: Int,
        maximumDelayMilliseconds: Int
    ) {
        self.timeoutMilliseconds = timeoutMilliseconds
        self.maximumAttempts = maximumAttempts
        self.withinSeconds = withinSeconds
        self.firstDelayMilliseconds = firstDelayMilliseconds
        self.maximumDelayMilliseconds = maximumDelayMilliseconds
    }
}

/// Under this condition on a member, issue a work order of this type.
package struct DecompositionRule: Sendable, Hashable {
    /// What becomes of a member by the order.
    package enum Part: String, Sendable, CaseIterable {
        /// It is none before, or the order is for no bundle that is changed.
        case joining
        /// It is a member before and after.
        case staying
        /// It is none afterwards.
        case leaving
    }

    /// All that are given must hold.
    package struct Condition: Sendable, Hashable {
        package var part: Part
        package var products: Set<String>?
        package var existing: Bool?
        /// The member has a speed that is not the one ordered, or an option asks for one.
        package var speedDiffers: Bool?
        /// An option of this code is chosen for the member, and was not before.
        package var option: String?
        package var privateNetwork: Bool?
        /// A staying member's bundle becomes another one.
        package var offerDiffers: Bool?
        /// An option of this code was chosen before, and is no longer.
        package var optionRemoved: String?
        /// A new card is named for it.
        package var newCard: Bool?
        /// It gets another tariff than it had.
        package var planDiffers: Bool?
        /// By name, the words of which the line's is one.
        package var characteristics: [String: Set<String>]

        package init(
            part: Part = .joining,
            products: Set<String>? = nil,
            existing: Bool? = nil,
            speedDiffers: Bool? = nil,
            option: String? = nil,
            privateNetwork: Bool? = nil,
            offerDiffers: Bool? = nil,
            optionRemoved: String? = nil,
            newCard: Bool? = nil,
            planDiffers: Bool? = nil,
            characteristics: [String: Set<String>] = [:]
        ) {
            self.part = part
            self.products = products
            self.existing = existing
            self.speedDiffers = speedDiffers
            self.option = option
            self.privateNetwork = privateNetwork
            self.offerDiffers = offerDiffers
            self.optionRemoved = optionRemoved
            self.newCard = newCard
            self.planDiffers = planDiffers
            self.characteristics = characteristics
        }
    }

    /// One work order a value-added service, mostly of those that the offer gives to the member.
    package enum Repetition: String, Sendable, CaseIterable {
        /// … and that it lacks.
        case missingService
        /// … and that it has.
        case presentService
        /// … or rather gave, and no longer does.
        case obsoleteService
        /// Of those that it has, whatever gave them.
        case ownService
    }

    /// A parameter of the work order, and where its value comes from.
    package enum Value: Sendable, Hashable {
        case constant(JSONValue)
        /// `$offer`, `$formerOffer` (of the bundle as it was), `$speedMbps` (ordered), `$formerSpeedMbps`, `$plan`
        /// (the member's; of one that leaves, the one to which it goes), `$service`, `$accountId`, `$customerId`,
        /// `$otherNumber` (of the order's other member, where there is exactly one), `$newCardNumber` and `$cause` (of
        /// a card that is replaced), `$password` and `$formerPassword` (sealed), `$formerCustomerId` (of a line that
        /// changes hands), `$formerPlan` (of one that is connected again).
        case reference(Reference)
        /// `$characteristics.accessTechnology`: what the order says of the line; left out where it says nothing.
        case characteristic(String)
    }

    package enum Reference: String, Sendable, CaseIterable {
        case offer, formerOffer, speedMbps, formerSpeedMbps, plan, service, accountId, customerId, otherNumber
        case newCardNumber, cause, password, formerPassword, formerCustomerId, formerPlan
    }

    package var name: String
    package var condition: Condition
    package var forEach: Repetition?
    package var type: String
    /// In place of the type's own.
    package var target: TargetTime?
    package var parameters: [String: Value]
    /// Types of the same member's work orders that must be complete before it.
    package var after: Set<String>

    package init(
        name: String,
        condition: Condition,
        forEach: Repetition? = nil,
        type: String,
        target: TargetTime? = nil,
        parameters: [String: Value] = [:],
        after: Set<String> = []
    ) {
        self.name = name
        self.condition = condition
        self.forEach = forEach
        self.type = type
        self.target = target
        self.parameters = parameters
        self.after = after
    }
}
