package import Contracts

/// By what a line of usage or a fee is charged.
package enum RatingRule: String, Sendable, CaseIterable {
    case freeNumber, homeReceiving, informationFee
    case familyMinutes, privateMinutes, ownPrivateMinutes, sharedMinutes, planMinutes
    case bundleMinute, planMinute, networkMinute
    case domesticRoaming, internationalRoaming, internationalCall
    case planData, dataOverage, standardData, freeGateway
    case planWLAN, wlanMinute
    case packMessage, domesticMessage, internationalMessage, multimediaMessage, receivedMessage
    case bundleFee, bundleDiscount, feeFloor, optionFee, planFee, halfMonthFee, cardFee, familyFee, serviceFee
    case keepingFee

    /// The rule of the rule catalogue on which it rests.
    package var reference: String {
        switch self {
        case .freeNumber: "RAT-15"
        case .homeReceiving: "RAT-13"
        case .informationFee: "RAT-14"
        case .familyMinutes: "CAT-27"
        case .privateMinutes: "RAT-12"
        case .ownPrivateMinutes: "RAT-19"
        case .sharedMinutes: "RAT-09"
        case .planMinutes: "RAT-20"
        case .bundleMinute: "CAT-65"
        case .planMinute: "RAT-18"
        case .networkMinute: "RAT-11"
        case .domesticRoaming, .internationalRoaming, .internationalCall: "RAT-13"
        case .planData: "RAT-05"
        case .dataOverage: "RAT-01"
        case .standardData: "CAT-07"
        case .freeGateway: "RAT-06"
        case .planWLAN: "CAT-33"
        case .wlanMinute: "CAT-34"
        case .packMessage: "CAT-16"
        case .domesticMessage, .receivedMessage: "CAT-17"
        case .internationalMessage: "CAT-18"
        case .multimediaMessage: "CAT-22"
        case .bundleFee: "RAT-39"
        case .bundleDiscount: "RAT-22"
        case .feeFloor: "CAT-67"
        case .optionFee: "CAT-69"
        case .planFee: "RAT-18"
        case .halfMonthFee: "RAT-02"
        case .cardFee: "RAT-03"
        case .familyFee: "RAT-25"
        case .serviceFee: "RAT-38"
        case .keepingFee: "RAT-23"
        }
    }
}

/// A price or an allowance of the catalogue: why a line costs what it costs. One object for all lines that go by it.
package final class Provision: Sendable, Hashable {
    package let rule: RatingRule
    /// Where the catalogue says so: `plans.GPRS-5.quotas.bytes`.
    package let source: String
    package let subject: BillSubject
    /// Of `step` units; nothing within an allowance.
    package let unitPrice: Milliyuan
    /// Units of one price, above zero: 1, or so many bytes.
    package let step: Int64
    /// What the allowance is called in messages; `nil` for a price.
    package let allowance: String?

    package init(
        _ rule: RatingRule,
        source: String,
        subject: BillSubject,
        unitPrice: Milliyuan = .zero,
        step: Int64 = 1,
        allowance: String? = nil
    ) {
        self.rule = rule
        self.source = source
        self.subject = subject
        self.unitPrice = unitPrice
        self.step = step
        self.allowance = allowance
    }

    package static func == (left: Provision, right: Provision) -> Bool {
        left === right
            || left.rule == right.rule && left.source == right.source && left.subject == right.subject
                && left.unitPrice == right.unitPrice && left.step == right.step && left.allowance == right.allowance
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.rule)
        hasher.combine(self.source)
    }
}
