package import Contracts

/// An account's terms in a cycle, made ready for rating: names are indices, what is in force at a time is found by it.
///
/// What accounts have in common is made once, as a `TermsShape`.
package struct CompiledTerms: Sendable {
    /// A quantity that is used up: an allowance, or the charge up to a cap.
    struct Allowance: Sendable {
        var used: Int
        /// The slot of `CounterKey.Kind.drawnAt`.
        var drawnAt: Int
        /// `Int64.max` without end.
        var quota: Int64
        /// Remaining amounts, highest first, and the slot in which the first is told; the others follow.
        var thresholds: [Int64] = []
        var usedAsLast = 0
        var told = 0
        var provision: Provision
    }

    /// What may cost only so much, and be used only so much, in a cycle.
    struct Capped: Sendable {
        /// Of its charge.
        var fee: Allowance
        /// The slot of its bytes.
        var volume: Int
        var mostBytes: Int64
        /// The slots in which the caps are told.
        var feeTold: Int
        var volumeTold: Int
    }

    struct Member: Sendable {
        var serviceNumber: String
        var product: String
        /// `nil` where the product has none.
        var data: Capped?
        var wlan: Capped?
        /// The slots of data beyond all quotas.
        var overageUsed = 0
        var overageDrawnAt = 0
        /// The slot of the messages of the first day; the others follow. Negative where nobody counts.
        var messages = -1
        var dailyTold = 0
    }

    /// A member while nothing changes.
    struct Conditions: Sendable {
        var isActive = false
        /// Which number pays.
        var payer: Int
        /// By `voiceChain`: which allowances a domestic call draws on, in their order.
        var voiceChains: [[Int]] = [[], [], [], []]
        var minute: Provision
        /// Numbers (by index) to which family minutes serve.
        var familyPeers: [Int] = []
        var dataChain: [Int] = []
        /// `nil` without a plan.
        var dataOverage: Provision?
        var wlanChain: [Int] = []
        var campusMinute: Provision
        var messageChain: [Int] = []
        var message: Provision
    }

    /// A part of the cycle in which nothing changes.
    struct Segment: Sendable {
        var start: Timestamp
        /// By member.
        var conditions: [Conditions]
        /// By number: whether it is in the private network.
        var privateNumbers: [Bool]
        /// Whose numbers call each other at this price.
        var networks: [(numbers: [Bool], minute: Provision)]
    }

    package let accountId: String
    package let shape: TermsShape
    package let names: AccountNames

    /// - Throws: every contradiction in the terms; then the account is to be parked.
    package init(_ terms: AccountTerms, book: TariffBook, frame: CycleFrame) throws(TermsFault) {
        let (canonical, names) = terms.canonical(frame, by: book)
        do {
            self.init(terms.accountId, try TermsShape(canonical, book: book, frame: frame), names)
        } catch {
            // Told by the names that people know.
            _ = try TermsShape(terms, book: book, frame: frame)
            throw error
        }
    }

    package init(_ accountId: String, _ shape: TermsShape, _ names: AccountNames) {
        self.accountId = accountId
        self.shape = shape
        self.names = names
    }

    package var frame: CycleFrame { self.shape.frame }
    package var cycle: BillingCycle { self.shape.frame.cycle }
    /// The sum of the monthly fees.
    package var fees: Milliyuan { self.shape.fees }
    package var highBill: HighBillLimit { self.shape.book.tariffs.highBill }
    var book: TariffBook { self.shape.book }
    var allowances: [Allowance] { self.shape.allowances }
    var members: [Member] { self.shape.members }
    var segments: [Segment] { self.shape.segments }

    func index(of number: String) -> Int? { self.names.index(of: number) }

    func memberIndex(of number: String) -> Int? {
        guard let index = self.names.index(of: number), index < self.shape.members.count else { return nil }
        return index
    }

    func segmentIndex(at instant: Timestamp) -> Int {
        var index = self.shape.segments.count - 1
        while index > 0, instant < self.shape.segments[index].start { index -= 1 }
        return index
    }

    static func voiceChain(isPrivate: Bool, isFamily: Bool) -> Int { (isFamily ? 2 : 0) + (isPrivate ? 1 : 0) }
}
