import Contracts

/// Terms in which places stand for numbers and ids (`AccountTerms.canonical`), made ready for rating: what all accounts
/// have in common that have ordered alike.
package final class TermsShape: Sendable {
    package let frame: CycleFrame
    let book: TariffBook
    /// What each slot of a state counts, with placeholders.
    let keys: [CounterKey]
    let codes: [SlotCode]
    /// The slots of what has been told.
    let toldSlots: [Int]
    let allowances: [CompiledTerms.Allowance]
    let members: [CompiledTerms.Member]
    let segments: [CompiledTerms.Segment]
    /// The sum of the monthly fees.
    let fees: Milliyuan

    /// - Throws: every contradiction in the terms.
    package init(_ terms: AccountTerms, book: TariffBook, frame: CycleFrame) throws(TermsFault) {
        var compiler = TermsCompiler(terms, book: book, frame: frame)
        try compiler.run()
        self.frame = frame
        self.book = book
        self.keys = compiler.keys
        self.codes = compiler.keys.map { SlotCode($0) }
        self.toldSlots = compiler.keys.indices.filter { compiler.keys[$0].kind == .told }
        self.allowances = compiler.allowances
        self.members = compiler.members
        self.segments = compiler.segments
        self.fees = MonthlyFees.lines(terms, book: book, frame: frame).reduce(.zero) { $0 + $1.amountMilliyuan }
    }
}

/// The code of a slot's counter, as far as the shape knows it; the account's names give the rest.
struct SlotCode: Sendable {
    private var template: UInt64
    /// The places of the number and of the id in the key, where it has them.
    private var number: Int?
    private var id: Int?

    init(_ key: CounterKey) {
        let parts = key.of.split(separator: "/", omittingEmptySubsequences: false)
        self.number = parts.lazy.compactMap { AccountNames.place($0, of: .number) }.first
        self.id = parts.lazy.compactMap { AccountNames.place($0, of: .id) }.first
        let template = parts.map { part in
            AccountNames.place(part, of: .number) != nil || AccountNames.place(part, of: .id) != nil ? "#" : part
        }
        self.template = AccountNames.hash("\(key.kind.rawValue) \(template.joined(separator: "/"))")
    }

    /// Eight bytes that stand for the key where counters are stored.
    func code(_ names: AccountNames) -> UInt64 {
        var code = self.template
        if let number { code = Self.mixed(code ^ names.numberHashes[number]) }
        if let id { code = Self.mixed(code ^ (names.idHashes[id] << 1 | names.idHashes[id] >> 63)) }
        return code
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        let product = (word ^ (word >> 32)) &* 0x9e37_79b9_7f4a_7c15
        return product ^ (product >> 29)
    }
}

/// The numbers and ids of an account, by the places that stand for them in its shape.
package struct AccountNames: Hashable, Sendable {
    enum Kind: Character {
        case number = "n"
        case id = "i"
    }

    /// Of the members, then of others that the terms name.
    package let numbers: [String]
    /// Of bundles, plans and families, in their order.
    package let ids: [String]
    let numberHashes: [UInt64]
    let idHashes: [UInt64]
    /// Of many numbers; few are faster compared than hashed.
    private let places: [String: Int]

    package init(numbers: [String], ids: [String]) {
        self.numbers = numbers
        self.ids = ids
        self.numberHashes = numbers.map(Self.hash)
        self.idHashes = ids.map(Self.hash)
        let pairs = numbers.count > 8 ? numbers.enumerated().map { ($1, $0) } : []
        self.places = Dictionary(pairs) { first, _ in first }
    }

    func index(of number: String) -> Int? {
        if !self.places.isEmpty { return self.places[number] }
        for index in self.numbers.indices where self.numbers[index] == number { return index }
        return nil
    }

    /// A key of the account for one with placeholders.
    func key(_ key: CounterKey) -> CounterKey {
        let parts = key.of.split(separator: "/", omittingEmptySubsequences: false).map { part in
            if let place = Self.place(part, of: .number) { return self.numbers[place] }
            return Self.place(part, of: .id).map { self.ids[$0] } ?? String(part)
        }
        return CounterKey(key.kind, parts.joined(separator: "/"))
    }

    /// What stands for the name at a place. Sorted, such names are in the order of their places.
    static func placeholder(_ place: Int, _ kind: Kind) -> String {
        let digits = String(place)
        return "#\(kind.rawValue)" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    static func place(_ text: some StringProtocol, of kind: Kind) -> Int? {
        guard text.utf8.count >= 6, text.hasPrefix("#\(kind.rawValue)") else { return nil }
        return Int(text.dropFirst(2))
    }

    /// FNV-1a.
    static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
