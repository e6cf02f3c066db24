/// A part of the catalogue and the block that it was read from.
struct Located<Value> {
    var value: Value
    var block: Block
}

/// A named set of rules, with each rule's place.
struct DecompositionDraft {
    var name: String
    var rules: [Located<DecompositionRule>]
    /// Whether every rule of the list could be read.
    var isWhole: Bool
}

/// What the files say, as far as it could be read: parts with mistakes in them are missing.
struct CatalogueDraft {
    private(set) var products: [Located<Product>] = []
    private(set) var services: [Located<ValueAddedService>] = []
    private(set) var plans: [Located<Plan>] = []
    private(set) var bundles: [Located<Bundle>] = []
    private(set) var options: [Located<Option>] = []
    private(set) var singleOffers: [Located<SingleOffer>] = []
    private(set) var workOrderTypes: [Located<[WorkOrderType]>] = []
    private(set) var decompositions: [DecompositionDraft] = []
    private(set) var fallout: [Located<FalloutRule>] = []
    private(set) var targetSystems: [Located<(system: String, policy: TargetSystemPolicy)>] = []
    private(set) var billSubjects: [Located<BillSubject>] = []
    private(set) var tariffs: Located<Tariffs>?
    private(set) var notifications: NotificationRules?
    private(set) var complaints: ComplaintRules?
    private(set) var workingCalendar: WorkingCalendar
    private(set) var fieldWork: Catalogue.FieldWork = .reported
    private var hasCalendar = false
    private var retryPolicies: [String: RetryPolicy] = [:]

    init(_ files: [CatalogueFile], calendar: BusinessCalendar, journal: LoadingJournal) {
        self.workingCalendar = WorkingCalendar(calendar: calendar)
        let roots = files.compactMap { file -> (block: Block, layer: Int)? in
            guard let node = file.root else { return nil }
            let top = Place(file: file.path, line: 1, column: 1)
            return Field(node, name: "the file", in: top, journal: journal).block().map { ($0, file.layer) }
        }
        // Work-order types count in working days and name retry policies: these come first.
        self.readCalendar(roots.map(\.block), calendar)
        if !self.hasCalendar, files.allSatisfy(\.isReadable) {
            let place = Place(file: files.first?.path ?? "catalogue", line: 1, column: 1)
            journal.mistake("no file has a `workingCalendar`", at: place)
        }
        self.readSettings(roots)
        for root in roots.map(\.block) { self.readRetryPolicies(root) }
        for root in roots.map(\.block) { self.readParts(root) }
        self.readTariffs(roots.map(\.block))
        self.notifications = Self.single("notifications", of: roots.map(\.block), NotificationRules.read)
        let workingCalendar = self.workingCalendar
        self.complaints = Self.single("complaints", of: roots.map(\.block)) {
            ComplaintRules.read($0, workingCalendar)
        }
        for root in roots.map(\.block) { root.finish() }
    }

    private mutating func readCalendar(_ roots: [Block], _ calendar: BusinessCalendar) {
        var first: Place?
        for root in roots {
            _ = root.optional("workingCalendar") { field in
                if let first { field.mistake("is given already at \(first.file):\(first.line)") }
                first = field.place
                guard let block = field.block() else { return }
                self.workingCalendar = WorkingCalendar.read(block, calendar: calendar) ?? self.workingCalendar
            }
        }
        self.hasCalendar = first != nil
    }

    private mutating func readSettings(_ roots: [(block: Block, layer: Int)]) {
        var former: (layer: Int, place: Place)?
        for root in roots {
            _ = root.block.optional("settings") { field in
                if let former, former.layer == root.layer {
                    field.mistake("is given already at \(former.place.file):\(former.place.line)")
                }
                former = (root.layer, field.place)
                guard let block = field.block() else { return }
                self.fieldWork =
                    block.optional("fieldWork") { $0.choice(Catalogue.FieldWork.self) } ?? self.fieldWork
                block.finish()
            }
        }
    }

    private mutating func readTariffs(_ roots: [Block]) {
        for root in roots {
            self.billSubjects += Self.section("billSubjects", of: root, kind: .billSubject, BillSubject.read)
        }
        self.tariffs = Self.single("tariffs", of: roots) { block in
            Tariffs.read(block).map { Located(value: $0, block: block) }
        }
    }

    /// A block that one of the files may have.
    private static func single<Value>(_ key: String, of roots: [Block], _ read: (Block) -> Value?) -> Value? {
        var first: Place?
        var value: Value?
        for root in roots {
            _ = root.optional(key) { field in
                if let first { field.mistake("is given already at \(first.file):\(first.line)") }
                first = field.place
                value = field.block().flatMap(read) ?? value
            }
        }
        return value
    }

    private mutating func readRetryPolicies(_ root: Block) {
        let policies = Self.section("retryPolicies", of: root, kind: .retryPolicy, code: "name", RetryPolicy.read)
        for policy in policies {
            guard let name = policy.block.optional("name", { $0.text() }) else { continue }
            self.retryPolicies[name] = policy.value
        }
    }

    private mutating func readParts(_ root: Block) {
        self.products += Self.section("products", of: root, kind: .product, Product.read)
        self.services += Self.section("services", of: root, kind: .service, ValueAddedService.read)
        self.plans += Self.section("plans", of: root, kind: .plan, Plan.read)
        self.bundles += Self.section("bundles", of: root, kind: .bundle, Bundle.read)
        self.options += Self.section("options", of: root, kind: .option, Option.read)
        self.singleOffers += Self.section("singleOffers", of: root, kind: .singleOffer, SingleOffer.read)
        let (day, policies) = (self.workingDaySeconds, self.retryPolicies)
        self.workOrderTypes += Self.section("workOrderTypes", of: root, kind: nil) { block in
            WorkOrderType.read(block, workingDaySeconds: day, retryPolicies: policies)
        }
        self.fallout += Self.section("fallout", of: root, kind: nil) { block in
            FalloutRule.read(block, workingDaySeconds: day)
        }
        self.targetSystems += Self.section(
            "targetSystems", of: root, kind: .targetSystem, code: "system", TargetSystemPolicy.read)
        let sets = Self.section("decompositions", of: root, kind: .decomposition, code: "name") { block in
            Self.decomposition(block, workingDaySeconds: day)
        }
        self.decompositions += sets.map(\.value)
    }

    private var workingDaySeconds: Int {
        self.workingCalendar.closesAtSecond - self.workingCalendar.opensAtSecond
    }

    /// The blocks of a list, each defined under its code and read; those that cannot be read are left out.
    private static func section<Value>(
        _ key: String,
        of root: Block,
        kind: PartKind?,
        code codeKey: String = "code",
        _ read: (Block) -> Value?
    ) -> [Located<Value>] {
        let parts = root.optional(key) { field in
            field.list { field -> Located<Value>? in
                guard let block = field.block() else { return nil }
                if let kind, let code = block.required(codeKey, { $0.text() }) {
                    root.journal.define(kind, code, at: block.place(of: codeKey))
                }
                let value = read(block)
                block.finish()
                return value.map { Located(value: $0, block: block) }
            }
        }
        return parts ?? []
    }

    private static func decomposition(_ block: Block, workingDaySeconds: Int) -> DecompositionDraft? {
        let name = block.required("name") { $0.text() }
        var count = 0
        let rules = block.required("rules") { field in
            field.list { field -> Located<DecompositionRule>? in
                count += 1
                guard let block = field.block() else { return nil }
                defer { block.finish() }
                return DecompositionRule.read(block, workingDaySeconds: workingDaySeconds)
                    .map { Located(value: $0, block: block) }
            }
        }
        guard let name, let rules else { return nil }
        if rules.isEmpty { block.mistake("`rules` takes at least one rule") }
        return DecompositionDraft(name: name, rules: rules, isWhole: rules.count == count)
    }
}

extension CatalogueDraft {
    /// To be called when there is no mistake: codes are unique then.
    func catalogue(version: String) -> Catalogue {
        var types: [String: [String: WorkOrderType]] = [:]
        for type in self.workOrderTypes.flatMap(\.value) { types[type.type, default: [:]][type.product] = type }
        return Catalogue(
            version: version,
            products: Self.index(self.products) { $0.code },
            services: Self.index(self.services) { $0.code },
            plans: Self.index(self.plans) { $0.code },
            bundles: Self.index(self.bundles) { $0.code },
            options: Self.index(self.options) { $0.code },
            singleOffers: Self.index(self.singleOffers) { $0.code },
            workOrderTypes: types,
            decompositions: Dictionary(
                self.decompositions.map { ($0.name, $0.rules.map(\.value)) },
                uniquingKeysWith: { first, _ in first }
            ),
            fallout: self.fallout.map(\.value),
            targetSystems: Dictionary(
                self.targetSystems.map { ($0.value.system, $0.value.policy) }, uniquingKeysWith: { first, _ in first }),
            billSubjects: Self.index(self.billSubjects) { $0.code },
            tariffs: self.tariffs?.value,
            notifications: self.notifications,
            complaints: self.complaints,
            workingCalendar: self.workingCalendar,
            fieldWork: self.fieldWork
        )
    }

    private static func index<Value>(_ parts: [Located<Value>], by code: (Value) -> String) -> [String: Value] {
        Dictionary(parts.map { (code($0.value), $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}
