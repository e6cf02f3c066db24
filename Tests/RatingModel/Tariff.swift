// Prices, quotas and thresholds, written out from the specification once more. Money is milliyuan, volume is bytes.

package let MB = 1024 * 1024
package let GB = 1024 * MB

package enum Product: String, Hashable, Sendable, CaseIterable {
    case fixedLine, mobile2g, mobile3g, broadband, dataCard
}

/// What a bundle is; the member products are the orders' affair.
package struct BundleTariff: Sendable {
    package let fee: Int
    package let sharedMinutes: Int
    /// Of plan B: plan A's fee, which bundle and 3G plan together may not undercut (CAT-67).
    package let floor: Int?
    package let servicesIncluded: Set<String>
}

/// Bundles: fee is the number in the code; plan B has 90 % of it (CAT-66, G-10).
package let bundles: [String: BundleTariff] = [
    "WB-BASIC-A-88": .init(fee: 88_000, sharedMinutes: 300, floor: nil, servicesIncluded: ["callerId"]),
    "WB-BASIC-A-158": .init(fee: 158_000, sharedMinutes: 700, floor: nil, servicesIncluded: ["callerId"]),
    "WB-BASIC-A-288": .init(fee: 288_000, sharedMinutes: 1500, floor: nil, servicesIncluded: ["callerId"]),
    "WB-BASIC-B-88": .init(fee: 79_200, sharedMinutes: 300, floor: 88_000, servicesIncluded: ["callerId"]),
    "WB-BASIC-B-158": .init(fee: 142_200, sharedMinutes: 700, floor: 158_000, servicesIncluded: ["callerId"]),
    "WB-BASIC-B-288": .init(fee: 259_200, sharedMinutes: 1500, floor: 288_000, servicesIncluded: ["callerId"]),
    "WB-ENH-A-188": .init(
        fee: 188_000, sharedMinutes: 500, floor: nil, servicesIncluded: ["callerId", "groupRingback"]),
    "WB-ENH-A-288": .init(
        fee: 288_000, sharedMinutes: 1000, floor: nil, servicesIncluded: ["callerId", "groupRingback"]),
    "WB-ENH-A-488": .init(
        fee: 488_000, sharedMinutes: 2000, floor: nil, servicesIncluded: ["callerId", "groupRingback"]),
    "WB-ENH-B-188": .init(
        fee: 169_200, sharedMinutes: 500, floor: 188_000, servicesIncluded: ["callerId", "groupRingback"]),
    "WB-ENH-B-288": .init(
        fee: 259_200, sharedMinutes: 1000, floor: 288_000, servicesIncluded: ["callerId", "groupRingback"]),
    "WB-ENH-B-488": .init(
        fee: 439_200, sharedMinutes: 2000, floor: 488_000, servicesIncluded: ["callerId", "groupRingback"]),
]

/// A minute of fixed line and 2G beyond the shared minutes (CAT-65).
package let bundleOverage = 150

/// For all fixed-line and 2G members of an account together; for each 3G member (RAT-19).
package let privateNetworkMinutes = 500
package let privateNetworkMinutes3G = 1000

/// Fees of options; samples of the shipped catalogue, the specification gives none.
package let optionFees = [
    "BB-SPEED-4M": 20_000, "BB-SPEED-8M": 50_000, "BB-STATIC-IP": 100_000, "TERMINAL-SHARED": 20_000,
    "TERMINAL-VPN": 10_000,
]

/// What a line is on when no bundle serves it, and the 3G plans, which bundles leave alone.
package struct LinePlan: Sendable {
    package let fee: Int
    package let minutes: Int
    package let minutePrice: Int
    package let bytes: Int
    package let megabytePrice: Int
}

package let linePlans: [String: LinePlan] = [
    "FX-STD": .init(fee: 20_000, minutes: 0, minutePrice: 220, bytes: 0, megabytePrice: 0),
    "2G-STD": .init(fee: 0, minutes: 0, minutePrice: 250, bytes: 0, megabytePrice: 0),
    "BB-STD": .init(fee: 98_000, minutes: 0, minutePrice: 0, bytes: 0, megabytePrice: 0),
    "3G-66": .init(fee: 66_000, minutes: 50, minutePrice: 200, bytes: 300 * MB, megabytePrice: 300),
    "3G-96": .init(fee: 96_000, minutes: 240, minutePrice: 150, bytes: 300 * MB, megabytePrice: 300),
    "3G-126": .init(fee: 126_000, minutes: 320, minutePrice: 150, bytes: 400 * MB, megabytePrice: 300),
    "3G-156": .init(fee: 156_000, minutes: 420, minutePrice: 150, bytes: 500 * MB, megabytePrice: 300),
]

/// Handset packs (CAT-08) and G3 notebook plans (CAT-01); beyond them 1 yuan a full MB (CAT-09, G-05).
package struct DataPlan: Sendable {
    package let fee: Int
    package let bytes: Int
    package let thresholds: [Int]
    /// Half the fee and half the quota when opened on or after the 16th (RAT-02, G-07).
    package let halfMonth: Bool
}

package let dataPlans: [String: DataPlan] = [
    "GPRS-3": .init(fee: 3_000, bytes: 20 * MB, thresholds: [5 * MB, 0], halfMonth: true),
    "GPRS-5": .init(fee: 5_000, bytes: 30 * MB, thresholds: [5 * MB, 0], halfMonth: true),
    "GPRS-10": .init(fee: 10_000, bytes: 70 * MB, thresholds: [5 * MB, 0], halfMonth: true),
    "GPRS-20": .init(fee: 20_000, bytes: 150 * MB, thresholds: [5 * MB, 0], halfMonth: true),
    "GPRS-50": .init(fee: 50_000, bytes: 500 * MB, thresholds: [5 * MB, 0], halfMonth: true),
    "GPRS-100": .init(fee: 100_000, bytes: 2 * GB, thresholds: [5 * MB, 0], halfMonth: true),
    "GPRS-200": .init(fee: 200_000, bytes: 5 * GB, thresholds: [5 * MB, 0], halfMonth: true),
    "G3-50": .init(fee: 50_000, bytes: 500 * MB, thresholds: [50 * MB, 20 * MB], halfMonth: false),
    "G3-100": .init(fee: 100_000, bytes: 2 * GB, thresholds: [50 * MB, 20 * MB], halfMonth: false),
    "G3-200": .init(fee: 200_000, bytes: 5 * GB, thresholds: [50 * MB, 20 * MB], halfMonth: false),
    "G3-300": .init(fee: 300_000, bytes: 10 * GB, thresholds: [50 * MB, 20 * MB], halfMonth: false),
]

package let dataOverageMegabyte = 1_000
package let dataKilobyteWithoutPlan = 10
package let dataChargeCap = 500_000
package let dataVolumeCap = 15 * GB

/// Campus WLAN (CAT-33, CAT-34), in minutes.
package let wlanPlans: [String: (fee: Int, minutes: Int)] = [
    "WLAN-10": (10_000, 40 * 60), "WLAN-20": (20_000, 100 * 60), "WLAN-40": (40_000, 250 * 60),
]
package let wlanMinuteCampus = 20
package let wlanMinuteOther = 50
package let wlanChargeCap = 500_000
package let wlanVolumeCap = 40 * GB

/// Message packs (CAT-16).
package let messagePacks: [String: (fee: Int, messages: Int)] = [
    "SMS-3": (3_000, 50), "SMS-6": (6_000, 100), "SMS-10": (10_000, 150),
]
package let smsDomestic = 100
package let smsInternational = 1_000
package let mms = 300
package let smsHourLimit = 200
package let smsDayLimit = 500

/// The family service (CAT-27, CAT-28).
package let familyFee = 5_000
package let familyMinutes = 200

/// Value-added services by the month.
package let serviceFees = [
    "callerId": 3_000, "callerAlert": 3_000, "doubleDisplay": 6_000, "ringback": 5_000, "groupRingback": 5_000,
    "mobileNewspaper": 3_000, "farmWeather": 2_000, "carFriendVip": 10_000, "carFriend": 5_000, "mms": 0,
]

/// Calls for which nobody pays (RAT-15, OPS-13).
package let freeNumbers: Set<String> = ["110", "119", "120", "122", "10010"]
/// What providers get for calls to their access codes, by the minute.
package let informationFees = ["12590": 2_000]

package let domesticRoamingOutgoing = 600
package let domesticRoamingIncoming = 400
package let internationalRoaming = 12_000
package let greaterChina = 2_000
package let otherCountries = 8_000
