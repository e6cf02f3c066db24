/// Whether a bundle can be ordered at all, and at a price that the rules allow.
struct BundleCheck {
    private let bundle: Bundle
    private let block: Block
    private let catalogue: Catalogue

    init(_ bundle: Located<Bundle>, in catalogue: Catalogue) {
        self.bundle = bundle.value
        self.block = bundle.block
        self.catalogue = catalogue
    }

    func run() {
        self.checkMembers()
        self.checkServices()
        self.checkOptions()
        self.checkFloor()
    }

    private func mistake(_ message: String, at key: String) {
        self.block.journal.mistake(message, at: self.block.place(of: key))
    }

    private func checkMembers() {
        let members = self.bundle.members
        if members.isEmpty { self.mistake("`members` takes at least one", at: "members") }
        var seen: Set<String> = []
        for product in members.flatMap({ $0.products.sorted() }) where !seen.insert(product).inserted {
            self.mistake("`members` names \(product) in two requirements", at: "members")
        }
        for requirement in self.bundle.atLeast {
            let names = requirement.products.sorted().joined(separator: ", ")
            let most = members.filter { !$0.products.isDisjoint(with: requirement.products) }
                .map(\.count.upperBound).reduce(0, +)
            let least = members.filter { $0.products.isSubset(of: requirement.products) }
                .map(\.count.lowerBound).reduce(0, +)
            if most < requirement.count.lowerBound {
                self.mistake(
                    "`atLeast` asks for \(requirement.count.lowerBound) of \(names), and `members` allows \(most)",
                    at: "atLeast"
                )
            }
            if least > requirement.count.upperBound {
                self.mistake(
                    "`atLeast` allows \(requirement.count.upperBound) of \(names), and `members` asks for \(least)",
                    at: "atLeast"
                )
            }
        }
    }

    /// Products of the members, those that options add included.
    private var products: Set<String> {
        var products = Set(self.bundle.members.flatMap(\.products))
        for option in self.bundle.options.compactMap({ self.catalogue.options[$0] }) {
            if case .additionalMember = option.kind { products.formUnion(option.products) }
        }
        return products
    }

    private func checkServices() {
        for (product, services) in self.bundle.services {
            if !self.products.contains(product) {
                self.mistake("`services`: no member is a \(product)", at: "services")
            }
            for service in services {
                guard let products = self.catalogue.services[service]?.products else { continue }
                if !products.contains(product) {
                    self.mistake("`services`: '\(service)' is not for \(product)", at: "services")
                }
            }
        }
    }

    private func checkOptions() {
        for code in self.bundle.options {
            guard let option = self.catalogue.options[code] else { continue }
            if self.products.isDisjoint(with: option.products) {
                self.mistake("`options`: no member could have '\(code)'", at: "options")
            }
            if case .speed = option.kind, self.bundle.speedMbps == nil {
                self.mistake("`options`: '\(code)' changes a speed, and `speedMbps` is missing", at: "options")
            }
        }
    }

    private func checkFloor() {
        for product in self.bundle.minimumPlanFee.keys.sorted() where !self.products.contains(product) {
            self.mistake("`minimumPlanFeeMilliyuan`: no member is a \(product)", at: "minimumPlanFeeMilliyuan")
        }
        guard let code = self.bundle.floorBundle, let floor = self.catalogue.bundles[code] else { return }
        if floor.floorBundle != nil {
            self.mistake("`floorBundle`: '\(code)' has a floor itself", at: "floorBundle")
        }
        let (fee, floorFee) = (self.bundle.monthlyFeeMilliyuan, floor.monthlyFeeMilliyuan)
        // The discount on the fee is 10 to 20 % (CAT-66, G-10).
        if fee.rawValue * 10 < floorFee.rawValue * 8 || fee.rawValue * 10 > floorFee.rawValue * 9 {
            self.mistake(
                "`monthlyFeeMilliyuan` is \(fee.rawValue); it may be 80 to 90 % of the \(floorFee.rawValue) of '\(code)'",
                at: "monthlyFeeMilliyuan"
            )
        }
        let plans = self.bundle.minimumPlanFee.values.reduce(Milliyuan.zero, +)
        if fee + plans < floorFee {
            self.mistake(
                "the fee of \(fee.rawValue) and the lowest plan fee of \(plans.rawValue) are below the floor, "
                    + "the \(floorFee.rawValue) of '\(code)'",
                at: "floorBundle"
            )
        }
    }
}
