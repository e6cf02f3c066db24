/// What one catalogue has otherwise than another, part by part.
package struct CatalogueDifference: Hashable, Encodable, Sendable {
    package enum Change: String, Encodable, Sendable {
        case added, removed, changed
    }

    /// A property that is another one; absent on the side that has none.
    package struct Field: Hashable, Encodable, Sendable {
        package var name: String
        package var from: String?
        package var to: String?

        package init(name: String, from: String? = nil, to: String? = nil) {
            self.name = name
            self.from = from
            self.to = to
        }
    }

    package struct Item: Hashable, Encodable, Sendable {
        /// `plan`, `bundle`, `workOrderType` …
        package var kind: String
        package var code: String
        package var change: Change
        /// Of what has changed.
        package var fields: [Field]?
    }

    /// The versions.
    package var from: String
    package var to: String
    /// By kind, then by code. Empty for two versions that differ in comments alone.
    package var items: [Item]

    package init(from former: Catalogue, to latter: Catalogue) {
        self.from = former.version
        self.to = latter.version
        self.items = []
        for ((kind, before), (_, after)) in zip(former.parts, latter.parts) {
            for code in Set(before.keys).union(after.keys).sorted() {
                switch (before[code], after[code]) {
                case (nil, _?): self.items.append(Item(kind: kind, code: code, change: .added))
                case (_?, nil): self.items.append(Item(kind: kind, code: code, change: .removed))
                case (let old?, let new?) where old != new:
                    let fields = Self.fields(of: old.base, new.base)
                    self.items.append(Item(kind: kind, code: code, change: .changed, fields: fields))
                default: break
                }
            }
        }
    }

    /// The properties, or the elements of a list, that are not the same on both sides.
    private static func fields(of old: Any, _ new: Any) -> [Field] {
        let (before, after) = (Mirror(reflecting: old), Mirror(reflecting: new))
        if before.displayStyle == .collection {
            let (former, latter) = (
                before.children.map { describe($0.value) }, after.children.map { describe($0.value) }
            )
            return latter.difference(from: former).map { change in
                switch change {
                case .remove(let offset, let text, _): Field(name: "[\(offset)]", from: text)
                case .insert(let offset, let text, _): Field(name: "[\(offset)]", to: text)
                }
            }
        }
        if before.displayStyle == .dictionary {
            let (former, latter) = (entries(before), entries(after))
            return Set(former.keys).union(latter.keys).sorted().compactMap { key in
                former[key] == latter[key] ? nil : Field(name: key, from: former[key], to: latter[key])
            }
        }
        if before.children.isEmpty || before.displayStyle == .set {
            return [Field(name: "value", from: describe(old), to: describe(new))]
        }
        return zip(before.children, after.children).compactMap { old, new in
            let (from, to) = (describe(old.value), describe(new.value))
            return from == to ? nil : Field(name: old.label ?? "value", from: from, to: to)
        }
    }
}

extension Catalogue {
    /// Everything that it holds, by kind and code.
    fileprivate var parts: [(kind: String, parts: [String: AnyHashable])] {
        func any(_ parts: [String: some Hashable]) -> [String: AnyHashable] { parts.mapValues { AnyHashable($0) } }
        let types = self.workOrderTypes.flatMap { type, products in
            products.map { ("\(type) \($0.key)", AnyHashable($0.value)) }
        }
        let rules = self.fallout.map { ($0.code, AnyHashable($0)) }
        let shares = self.tariffs?.revenueShares.map { ("\($0.subject) \($0.since.text)", AnyHashable($0)) } ?? []
        let promotions = self.tariffs?.promotions.map { ($0.code, AnyHashable($0)) } ?? []
        return [
            ("product", any(self.products)), ("service", any(self.services)), ("plan", any(self.plans)),
            ("bundle", any(self.bundles)), ("option", any(self.options)), ("singleOffer", any(self.singleOffers)),
            ("workOrderType", Dictionary(types) { first, _ in first }),
            ("decomposition", any(self.decompositions)),
            ("fallout", Dictionary(rules) { first, _ in first }),
            ("billSubject", any(self.billSubjects)),
            ("tariff", self.tariffs?.parts ?? [:]),
            ("network", any(self.tariffs?.networks ?? [:])),
            ("revenueShare", Dictionary(shares) { first, _ in first }),
            ("promotion", Dictionary(promotions) { first, _ in first }),
            ("complaints", self.complaints.map { ["rules": AnyHashable($0)] } ?? [:]),
            ("commitment", any(self.tariffs?.commitments ?? [:])),
            (
                "setting",
                ["fieldWork": AnyHashable(self.fieldWork), "workingCalendar": AnyHashable(self.workingCalendar)]
            ),
        ]
    }
}

extension Tariffs {
    /// What has no code of its own, by name.
    fileprivate var parts: [String: AnyHashable] {
        [
            "standardPlans": self.standardPlans, "carriers": self.carriers, "roamers": self.roamers,
            "plausible": self.plausible, "voice": self.voice, "privateNetwork": self.privateNetwork,
            "data": self.data, "wlan": self.wlan, "messages": self.messages, "highBill": self.highBill,
            "subjects": self.subjects, "orderFees": self.orderFees, "bars": self.bars,
        ]
    }
}

extension FalloutRule {
    /// The cases of which it speaks: no two rules speak of one.
    fileprivate var code: String {
        let codes = self.codes?.sorted().joined(separator: ",") ?? "any"
        let last = self.attempts.upperBound == .max ? "" : "\(self.attempts.upperBound)"
        return "\(self.type ?? "any") \(codes) \(self.attempts.lowerBound)-\(last)"
    }
}

/// A dictionary's values by their keys, as texts.
private func entries(_ dictionary: Mirror) -> [String: String] {
    let pairs = dictionary.children.map { Mirror(reflecting: $0.value).children.map { describe($0.value) } }
    return Dictionary(pairs.map { ($0.first ?? "", $0.last ?? "") }, uniquingKeysWith: { first, _ in first })
}

/// A value for people, the same for equal values: sets and dictionaries in order, types left out.
private func describe(_ value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    func children() -> [String] {
        mirror.children.map { child in
            let text = describe(child.value)
            guard let label = child.label, !label.hasPrefix(".") else { return text }
            return "\(label): \(text)"
        }
    }
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.map { describe($0.value) } ?? "none"
    case .collection: return "[\(children().joined(separator: ", "))]"
    case .set: return "[\(children().sorted().joined(separator: ", "))]"
    case .dictionary:
        let pairs = mirror.children.map { Mirror(reflecting: $0.value).children.map { describe($0.value) } }
        return "[\(pairs.map { $0.joined(separator: ": ") }.sorted().joined(separator: ", "))]"
    case .enum where !mirror.children.isEmpty:
        return mirror.children.map { "\($0.label ?? "")(\(describe($0.value)))" }.joined()
    case .struct, .tuple, .class:
        if let text = (value as? any CustomStringConvertible)?.description { return text }
        return "(\(children().joined(separator: ", ")))"
    default: return "\(value)"
    }
}
