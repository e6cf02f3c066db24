/// A bill subject of three levels (RAT-37, RAT-38). Only G3's are given by the specification; the others are ours.
package struct Subject: Hashable, Comparable, Sendable {
    package var levels: [String]

    package init(_ first: String, _ second: String, _ third: String) { self.levels = [first, second, third] }

    package static func < (left: Subject, right: Subject) -> Bool {
        left.levels.lexicographicallyPrecedes(right.levels)
    }
}

extension Subject {
    static let calls = Subject("Communication", "Calls", "Domestic calls")
    static let roaming = Subject("Communication", "Calls", "Roaming")
    static let abroad = Subject("Communication", "Calls", "Calls abroad")
    static let information = Subject("Communication", "Calls", "Information fee")
    static let data = Subject("Value-added services", "Mobile data", "Overage")
    static let g3Overage = Subject("Value-added services", "G3 notebook", "Overage")
    static let wlan = Subject("Value-added services", "WLAN", "Overage")
    static let messages = Subject("Value-added services", "Messages", "Short message usage fee")
    static let mms = Subject("Value-added services", "Messages", "MMS fee")

    static let bundleFee = Subject("Wo Business", "Bundle", "Monthly fee")
    static let optionFee = Subject("Wo Business", "Options", "Monthly fee")
    static let planFee = Subject("Communication", "Plans", "Monthly fee")
    static let dataFee = Subject("Value-added services", "Mobile data", "Monthly fee")
    static let g3Fee = Subject("Value-added services", "G3 notebook", "Monthly fee")
    static let wlanFee = Subject("Value-added services", "WLAN", "Monthly fee")
    static let messageFee = Subject("Value-added services", "Messages", "Monthly fee")
    /// 包月补收费用 (RAT-25).
    static let familyFee = Subject("Communication", "Family service", "Monthly supplementary charge")
    static let credit = Subject("Adjustments", "Credits", "Credits")

    static func previousCycle(_ cycle: Month) -> Subject { Subject("Previous cycle", "\(cycle)", "Late usage") }
}
