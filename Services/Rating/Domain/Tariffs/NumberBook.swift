import Contracts

/// What the number at the other end is.
enum CalledNumber: Sendable {
    case free
    /// Its minutes are domestic ones; with an information fee, where it has one.
    case accessCode(Provision?)
    case abroad(Provision)
    case domestic
}

/// Free numbers, access codes and destinations, found by the number.
struct NumberBook: Sendable {
    private struct Prefixed: Sendable {
        var prefix: [UInt8]
        /// Of the whole number; `nil`: any.
        var length: Int?
        var called: CalledNumber
    }

    /// Whole numbers.
    private var exact: [String: CalledNumber] = [:]
    /// Bit n: some whole number has n digits. Most numbers need not be looked up.
    private var exactLengths: UInt64 = 0
    /// Longest prefix first.
    private var prefixed: [Prefixed] = []
    /// Bit n: some prefix begins with the digit n.
    private var firstDigits: UInt16 = 0

    init(_ voice: VoiceTariff, _ maker: ProvisionMaker) {
        for number in voice.freeNumbers { self.add(number, length: number.utf8.count, .free) }
        for code in voice.accessCodes {
            let source = "tariffs.voice.accessCodes.\(code.code).informationFeeMilliyuan"
            let fee = code.informationFee.map { maker.make(.informationFee, .informationFee, source, $0) }
            self.add(code.code, length: code.length, .accessCode(fee))
        }
        for destination in voice.destinations {
            let source = "tariffs.voice.destinations.\(destination.prefix).minuteMilliyuan"
            let price = destination.price.map { maker.make(.internationalCall, .international, source, $0) }
            self.add(destination.prefix, length: nil, price.map { .abroad($0) } ?? .domestic)
        }
        self.prefixed.sort { $0.prefix.count > $1.prefix.count }
    }

    private mutating func add(_ code: String, length: Int?, _ called: CalledNumber) {
        let digits = Array(code.utf8)
        if length == digits.count {
            self.exact[code] = called
            if digits.count < 64 { self.exactLengths |= 1 << UInt64(digits.count) }
        } else if let first = digits.first, (48...57).contains(first) {
            self.prefixed.append(Prefixed(prefix: digits, length: length, called: called))
            self.firstDigits |= 1 << UInt16(first - 48)
        }
    }

    /// A number as it is dialled in the country, so that members are known again when they are dialled as from abroad:
    /// `008613109160001` is 13109160001, `00862988881234` is 02988881234.
    static func national(_ number: String) -> String {
        guard number.utf8.starts(with: Self.countryPrefix) else { return number }
        let rest = number.utf8.dropFirst(Self.countryPrefix.count)
        guard let first = rest.first else { return number }
        let isMobile = first == UInt8(ascii: "1") && rest.count == Self.mobileDigits
        let national = String(decoding: rest, as: UTF8.self)
        return isMobile || first == UInt8(ascii: "0") ? national : "0" + national
    }

    private static let countryPrefix = Array("0086".utf8)
    private static let mobileDigits = 11

    func called(_ number: String) -> CalledNumber {
        let count = number.utf8.count
        if count < 64, self.exactLengths & (1 << UInt64(count)) != 0, let called = self.exact[number] { return called }
        guard let first = number.utf8.first, (48...57).contains(first),
            self.firstDigits & (1 << UInt16(first - 48)) != 0
        else { return .domestic }
        for entry in self.prefixed where (entry.length ?? count) == count && number.utf8.starts(with: entry.prefix) {
            return entry.called
        }
        return .domestic
    }
}
