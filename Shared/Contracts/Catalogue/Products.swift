/// A kind of line: broadband, fixedLine, mobile2g, mobile3g, dataCard, groupLine.
package struct Product: Sendable, Hashable {
    package var code: String
    package var name: String
    package var numberFormat: NumberFormat
    /// Whether it carries calls: such members form a bundle's private network.
    package var isVoice: Bool
    /// Whether a new line needs a service password of six digits where one is given (ORD-33).
    package var hasPassword: Bool
    /// What the numbers of its cards look like; `nil` for lines whose card nobody replaces.
    package var cardFormat: NumberFormat?
    /// Whether it gets short messages.
    package var getsTexts: Bool
    /// What an order says of a line that is made or made anew.
    package var characteristics: [Characteristic]

    package init(
        code: String,
        name: String,
        numberFormat: NumberFormat,
        isVoice: Bool,
        hasPassword: Bool,
        cardFormat: NumberFormat? = nil,
        getsTexts: Bool = false,
        characteristics: [Characteristic] = []
    ) {
        self.code = code
        self.name = name
        self.numberFormat = numberFormat
        self.isVoice = isVoice
        self.hasPassword = hasPassword
        self.cardFormat = cardFormat
        self.getsTexts = getsTexts
        self.characteristics = characteristics
    }

    package func characteristic(_ name: String) -> Characteristic? {
        self.characteristics.first { $0.name == name }
    }
}

/// What a product's service numbers look like.
package struct NumberFormat: Sendable, Hashable {
    package enum Characters: String, Sendable, CaseIterable {
        case digits
        case lettersAndDigits
    }

    /// Leading characters that are required, such as `1` of a mobile number.
    package var prefix: String
    package var characters: Characters
    /// Of the whole number, prefix included.
    package var length: ClosedRange<Int>
    /// For people: "1 and ten digits".
    package var description: String

    package init(prefix: String, characters: Characters, length: ClosedRange<Int>, description: String) {
        self.prefix = prefix
        self.characters = characters
        self.length = length
        self.description = description
    }

    package func accepts(_ number: String) -> Bool {
        self.length.contains(number.utf8.count) && number.hasPrefix(self.prefix)
            && number.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    self.characters == .lettersAndDigits
                default: false
                }
            }
    }
}

/// A function that a line can have beside its plan, such as caller display.
package struct ValueAddedService: Sendable, Hashable {
    package var code: String
    package var name: String
    package var products: Set<String>
    package var monthlyFeeMilliyuan: Milliyuan?
    package var feePerUseMilliyuan: Milliyuan?
    /// A value that the source documents do not give.
    package var isSample: Bool
    /// Services that a line with this one cannot be given.
    package var excludes: Set<String>
    /// Services with one of which on the same line this one costs no monthly fee (CAT-38).
    package var freeWith: Set<String>
    /// Where its fee stands on a bill; `nil`: with the other services.
    package var subject: String?

    package init(
        code: String,
        name: String,
        products: Set<String>,
        monthlyFeeMilliyuan: Milliyuan? = nil,
        feePerUseMilliyuan: Milliyuan? = nil,
        isSample: Bool = false,
        excludes: Set<String> = [],
        freeWith: Set<String> = [],
        subject: String? = nil
    ) {
        self.code = code
        self.name = name
        self.products = products
        self.monthlyFeeMilliyuan = monthlyFeeMilliyuan
        self.feePerUseMilliyuan = feePerUseMilliyuan
        self.isSample = isSample
        self.excludes = excludes
        self.freeWith = freeWith
        self.subject = subject
    }
}

/// A tariff plan: its price and what it includes.
package struct Plan: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case line, gprs, g3, wlan, message, family
    }

    package enum Unit: String, Sendable, CaseIterable {
        case minutes, bytes, messages, wlanMinutes
    }

    package struct Quota: Sendable, Hashable {
        package var unit: Unit
        package var amount: Int64
        /// Remaining amounts at which the customer is told, highest first (CAT-02).
        package var thresholds: [Int64]

        package init(unit: Unit, amount: Int64, thresholds: [Int64] = []) {
            self.unit = unit
            self.amount = amount
            self.thresholds = thresholds
        }
    }

    package struct Overage: Sendable, Hashable {
        package var unit: Unit
        /// So many units are one step of the price.
        package var step: Int64
        package var priceMilliyuan: Milliyuan

        package init(unit: Unit, step: Int64, priceMilliyuan: Milliyuan) {
            self.unit = unit
            self.step = step
            self.priceMilliyuan = priceMilliyuan
        }
    }

    package enum Proration: String, Sendable, CaseIterable {
        case none
        /// Opened on or after the 16th: half the fee and half the quota (RAT-02).
        case halfMonth
    }

    package var code: String
    package var name: String
    package var kind: Kind
    package var products: Set<String>
    package var monthlyFeeMilliyuan: Milliyuan
    package var quotas: [Quota]
    /// The price beyond the quota, or from the first unit on where there is none; at most one a unit.
    package var overages: [Overage]
    /// The most that overage may cost in a month.
    package var feeCapMilliyuan: Milliyuan?
    /// The most that may be used in a month, in the quota's unit.
    package var usageCap: Int64?
    package var proration: Proration
    /// At most one plan of a group for a line, or for a customer where `exclusivePerCustomer` (ORD-40).
    package var exclusiveGroup: String?
    package var exclusivePerCustomer: Bool
    package var isSample: Bool

    package init(
        code: String,
        name: String,
        kind: Kind,
        products: Set<String>,
        monthlyFeeMilliyuan: Milliyuan,
        quotas: [Quota] = [],
        overages: [Overage] = [],
        feeCapMilliyuan: Milliyuan? = nil,
        usageCap: Int64? = nil,
        proration: Proration = .none,
        exclusiveGroup: String? = nil,
        exclusivePerCustomer: Bool = false,
        isSample: Bool = false
    ) {
        self.code = code
        self.name = name
        self.kind = kind
        self.products = products
        self.monthlyFeeMilliyuan = monthlyFeeMilliyuan
        self.quotas = quotas
        self.overages = overages
        self.feeCapMilliyuan = feeCapMilliyuan
        self.usageCap = usageCap
        self.proration = proration
        self.exclusiveGroup = exclusiveGroup
        self.exclusivePerCustomer = exclusivePerCustomer
        self.isSample = isSample
    }

    package func quota(of unit: Unit) -> Quota? { self.quotas.first { $0.unit == unit } }
    package func overage(of unit: Unit) -> Overage? { self.overages.first { $0.unit == unit } }
}
