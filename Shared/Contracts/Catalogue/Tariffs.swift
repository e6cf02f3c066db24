/// What usage costs where no plan says otherwise, and the other numbers that rating goes by. Prices are of a started
/// minute, a message or a step of bytes, as the property says.
package struct Tariffs: Sendable, Hashable {
    /// The plan of a line that has none of the catalogue and is in no bundle, by product.
    package var standardPlans: [String: String]
    /// Which products have which usage.
    package var carriers: [UsageKind: Set<String>]
    /// Products that can be used away from home.
    package var roamers: Set<String>
    package var plausible: PlausibleUsage
    package var voice: VoiceTariff
    package var privateNetwork: PrivateNetworkTariff
    /// Networks of numbers with a price of their own, by code (G-09).
    package var networks: [String: NetworkTariff]
    package var data: DataTariff
    package var wlan: WLANTariff
    package var messages: MessageTariff
    package var highBill: HighBillLimit
    /// The bill subject of every kind of charge.
    package var subjects: [ChargeKind: String]
    package var revenueShares: [RevenueShare]
    package var promotions: [Promotion]
    package var commitments: [String: Commitment]
    package var orderFees: OrderFees
    package var bars: LineBars
    /// On which days of a month users of data packs are told what they have used (NTF-01, NTF-02).
    package var usageNoticeDays: [Int]
    package var reminders: Reminders

    package init(
        standardPlans: [String: String],
        carriers: [UsageKind: Set<String>],
        roamers: Set<String>,
        plausible: PlausibleUsage,
        voice: VoiceTariff,
        privateNetwork: PrivateNetworkTariff,
        networks: [String: NetworkTariff],
        data: DataTariff,
        wlan: WLANTariff,
        messages: MessageTariff,
        highBill: HighBillLimit,
        subjects: [ChargeKind: String],
        revenueShares: [RevenueShare],
        promotions: [Promotion] = [],
        commitments: [String: Commitment] = [:],
        orderFees: OrderFees = OrderFees(),
        bars: LineBars = LineBars(),
        usageNoticeDays: [Int] = [],
        reminders: Reminders = Reminders()
    ) {
        self.standardPlans = standardPlans
        self.carriers = carriers
        self.roamers = roamers
        self.plausible = plausible
        self.voice = voice
        self.privateNetwork = privateNetwork
        self.networks = networks
        self.data = data
        self.wlan = wlan
        self.messages = messages
        self.highBill = highBill
        self.subjects = subjects
        self.revenueShares = revenueShares
        self.promotions = promotions
        self.commitments = commitments
        self.orderFees = orderFees
        self.bars = bars
        self.usageNoticeDays = usageNoticeDays
        self.reminders = reminders
    }
}

/// What a bill line is for: each kind has its place among the bill subjects.
package enum ChargeKind: String, Sendable, CaseIterable {
    case bundleFee, optionFee, lineFee, gprsFee, g3Fee, wlanFee, messageFee, familyFee, serviceFee
    case voice, roaming, international, informationFee, data, g3Data, wlan, sms, mms
    /// One-off fees of orders, such as that of a new card.
    case orderFee
    /// Of a line that is stopped at its customer's wish and keeps its number (RAT-23).
    case keepingFee
    /// What is missing to the spend that a customer has committed itself to (RAT-24).
    case minimumSpend
    /// What an account pays for the numbers of others (CAT-39).
    case groupPayment
    /// Late usage of a cycle that is billed.
    case previousCycle
    case adjustment
}

/// Where charges of a kind stand on a bill: three levels, from the general to the particular (RAT-37).
package struct BillSubject: Sendable, Hashable {
    package static let levels = 3

    package var code: String
    package var path: [String]

    package init(code: String, path: [String]) {
        self.code = code
        self.path = path
    }
}

/// Beyond these a usage record cannot be true.
package struct PlausibleUsage: Sendable, Hashable {
    /// Of one record.
    package var longestSeconds: Int64
    /// In one direction of one record.
    package var mostBytes: Int64
    /// How far its end may lie ahead.
    package var aheadSeconds: Int

    package init(longestSeconds: Int64, mostBytes: Int64, aheadSeconds: Int) {
        self.longestSeconds = longestSeconds
        self.mostBytes = mostBytes
        self.aheadSeconds = aheadSeconds
    }
}

/// Calls, by the number at the other end and by where the caller is.
package struct VoiceTariff: Sendable, Hashable {
    /// Emergency and service numbers: calls to them are free and take no minutes (RAT-15).
    package var freeNumbers: Set<String>
    package var accessCodes: [AccessCode]
    /// Of those whose prefix a number has, the longest counts; a number with none is domestic.
    package var destinations: [Destination]
    /// In the country, away from home.
    package var domesticRoamingCalling: Milliyuan
    package var domesticRoamingReceiving: Milliyuan
    /// Abroad, calling and receiving alike.
    package var internationalRoaming: Milliyuan

    package init(
        freeNumbers: Set<String>,
        accessCodes: [AccessCode],
        destinations: [Destination],
        domesticRoamingCalling: Milliyuan,
        domesticRoamingReceiving: Milliyuan,
        internationalRoaming: Milliyuan
    ) {
        self.freeNumbers = freeNumbers
        self.accessCodes = accessCodes
        self.destinations = destinations
        self.domesticRoamingCalling = domesticRoamingCalling
        self.domesticRoamingReceiving = domesticRoamingReceiving
        self.internationalRoaming = internationalRoaming
    }

    /// A number that leads to a service: its minutes are domestic ones, its information fee is beside them (RAT-14).
    package struct AccessCode: Sendable, Hashable {
        /// The number; of a longer one its beginning.
        package var code: String
        /// Of the whole number: that of the code, but for 400 numbers.
        package var length: Int
        /// Of a started minute.
        package var informationFee: Milliyuan?

        package init(code: String, length: Int, informationFee: Milliyuan? = nil) {
            self.code = code
            self.length = length
            self.informationFee = informationFee
        }
    }

    /// What numbers beginning so cost.
    package struct Destination: Sendable, Hashable {
        package var prefix: String
        /// `nil`: such numbers are domestic.
        package var price: Milliyuan?

        package init(prefix: String, price: Milliyuan?) {
            self.prefix = prefix
            self.price = price
        }
    }
}

/// The minutes of a bundle's private network in a cycle; `nil` for as many as there are (G-34).
package struct PrivateNetworkTariff: Sendable, Hashable {
    /// Members of these products draw on one allowance together.
    package var sharingProducts: Set<String>
    package var sharedMinutes: Int64?
    /// Each member of such a product has as many of its own (RAT-19). A product that is in neither has none.
    package var ownMinutes: [String: Int64?]

    package init(sharingProducts: Set<String>, sharedMinutes: Int64?, ownMinutes: [String: Int64?]) {
        self.sharingProducts = sharingProducts
        self.sharedMinutes = sharedMinutes
        self.ownMinutes = ownMinutes
    }
}

/// Calls between the numbers of a network, at a price of their own.
package struct NetworkTariff: Sendable, Hashable {
    package var code: String
    package var name: String
    package var minutePrice: Milliyuan

    package init(code: String, name: String, minutePrice: Milliyuan) {
        self.code = code
        self.name = name
        self.minutePrice = minutePrice
    }
}

/// Data without a plan, and what holds for it with any (CAT-07, CAT-10).
package struct DataTariff: Sendable, Hashable {
    /// Of a started step of a record.
    package var price: Milliyuan
    /// In bytes.
    package var step: Int64
    /// Where the plan has none of its own.
    package var feeCap: Milliyuan
    /// In bytes, where the plan has none of its own.
    package var usageCap: Int64
    /// Gateways whose data is free (RAT-06, G-54).
    package var freeGateways: Set<String>

    package init(price: Milliyuan, step: Int64, feeCap: Milliyuan, usageCap: Int64, freeGateways: Set<String>) {
        self.price = price
        self.step = step
        self.feeCap = feeCap
        self.usageCap = usageCap
        self.freeGateways = freeGateways
    }
}

/// Hotspots (CAT-34).
package struct WLANTariff: Sendable, Hashable {
    package var campusPrice: Milliyuan
    package var otherPrice: Milliyuan
    /// Whether the minutes of a plan also serve outside the campus.
    package var plansServeOther: Bool
    package var feeCap: Milliyuan
    /// In bytes.
    package var usageCap: Int64

    package init(
        campusPrice: Milliyuan,
        otherPrice: Milliyuan,
        plansServeOther: Bool,
        feeCap: Milliyuan,
        usageCap: Int64
    ) {
        self.campusPrice = campusPrice
        self.otherPrice = otherPrice
        self.plansServeOther = plansServeOther
        self.feeCap = feeCap
        self.usageCap = usageCap
    }
}

/// Messages (CAT-17, CAT-18, CAT-22), and how many a number may send (PRO-19).
package struct MessageTariff: Sendable, Hashable {
    package var domesticPrice: Milliyuan
    package var internationalPrice: Milliyuan
    package var multimediaPrice: Milliyuan
    package var mostInAnHour: Int64
    package var mostInADay: Int64
    /// Numbers without limit.
    package var exempt: Set<String>

    package init(
        domesticPrice: Milliyuan,
        internationalPrice: Milliyuan,
        multimediaPrice: Milliyuan,
        mostInAnHour: Int64,
        mostInADay: Int64,
        exempt: Set<String>
    ) {
        self.domesticPrice = domesticPrice
        self.internationalPrice = internationalPrice
        self.multimediaPrice = multimediaPrice
        self.mostInAnHour = mostInAnHour
        self.mostInADay = mostInADay
        self.exempt = exempt
    }
}

/// Charges of an open cycle above `factor` times the mean of the last bills, and above `minimum`, are told (G-20).
package struct HighBillLimit: Sendable, Hashable {
    package var factor: Int64
    /// Of how many bills the mean is taken.
    package var bills: Int
    package var minimum: Milliyuan

    package init(factor: Int64, bills: Int, minimum: Milliyuan) {
        self.factor = factor
        self.bills = bills
        self.minimum = minimum
    }
}

/// How the charges of a bill subject are divided among partners (G-31).
package struct RevenueShare: Sendable, Hashable {
    package struct Part: Sendable, Hashable {
        package var partner: String
        package var percent: Int64

        package init(partner: String, percent: Int64) {
            self.partner = partner
            self.percent = percent
        }
    }

    package var subject: String
    /// The first day on which it holds, until a later one of the subject does.
    package var since: CivilDate
    /// Together 100 %; the first takes what rounding leaves.
    package var parts: [Part]

    package init(subject: String, since: CivilDate, parts: [Part]) {
        self.subject = subject
        self.since = since
        self.parts = parts
    }
}
