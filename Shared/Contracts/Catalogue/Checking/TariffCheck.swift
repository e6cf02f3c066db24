/// Whether the tariffs fit the products and plans of the catalogue.
struct TariffCheck {
    private let tariffs: Tariffs
    private let block: Block
    private let catalogue: Catalogue

    init(_ tariffs: Located<Tariffs>, in catalogue: Catalogue) {
        self.tariffs = tariffs.value
        self.block = tariffs.block
        self.catalogue = catalogue
    }

    func run() {
        for (product, code) in self.tariffs.standardPlans.sorted(by: { $0.key < $1.key }) {
            guard let plan = self.catalogue.plans[code], !plan.products.contains(product) else { continue }
            self.mistake("`standardPlans`: '\(code)' is no plan for \(product)", at: "standardPlans")
        }
        for product in (self.tariffs.carriers[.voice] ?? []).sorted() {
            self.checkVoice(product)
        }
        for plan in self.catalogue.plans.values.sorted(by: { $0.code < $1.code }) { self.check(plan) }
    }

    /// A line that can call has a price for every minute, also where its plan is not in the catalogue.
    private func checkVoice(_ product: String) {
        if self.catalogue.products[product]?.isVoice == false {
            self.mistake("`carriers`: \(product) is no voice product", at: "carriers")
        }
        guard let code = self.tariffs.standardPlans[product] else {
            self.mistake("`standardPlans` has none for \(product), which carries calls", at: "standardPlans")
            return
        }
        if let plan = self.catalogue.plans[code], plan.overage(of: .minutes) == nil {
            self.mistake("`standardPlans`: '\(code)' has no price of a minute", at: "standardPlans")
        }
    }

    /// So has every plan of a line, and a plan with data a price beyond it.
    private func check(_ plan: Plan) {
        let voice = self.tariffs.carriers[.voice] ?? []
        if plan.kind == .line, !plan.products.isDisjoint(with: voice), plan.overage(of: .minutes) == nil {
            self.mistake("plan '\(plan.code)' has no price of a minute: `overage`", at: "carriers")
        }
        if plan.quota(of: .bytes) != nil, plan.overage(of: .bytes) == nil {
            self.mistake("plan '\(plan.code)' has no price beyond its data: `overage`", at: "carriers")
        }
    }

    private func mistake(_ text: String, at key: String) {
        self.block.journal.mistake(text, at: self.block.place(of: key))
    }
}
