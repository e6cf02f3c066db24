/// What no single part can tell of itself: whether the parts fit together.
extension CatalogueDraft {
    func check(_ journal: LoadingJournal) {
        let catalogue = self.catalogue(version: "")
        self.checkWorkOrderTypes(journal, catalogue)
        for bundle in self.bundles { BundleCheck(bundle, in: catalogue).run() }
        for offer in self.singleOffers { self.check(offer, in: catalogue) }
        FalloutCheck(self.fallout, in: catalogue).run()
        if let tariffs = self.tariffs { TariffCheck(tariffs, in: catalogue).run() }
        self.checkTargetSystems(journal, catalogue)
        for set in self.decompositions {
            DecompositionCheck(set, products: self.products(using: set.name, in: catalogue), in: catalogue).run()
        }
    }

    /// The products of the members that a set takes apart.
    private func products(using decomposition: String, in catalogue: Catalogue) -> Set<String> {
        let bundles = self.bundles.map(\.value).filter { $0.decomposition == decomposition }
        let offers = self.singleOffers.map(\.value).filter { $0.decomposition == decomposition }
        // A set that no offer uses is named for an action on lines of any kind.
        if bundles.isEmpty && offers.isEmpty { return Set(self.products.map(\.value.code)) }
        var products = Set((bundles.flatMap(\.members) + offers.flatMap(\.members)).flatMap(\.products))
        for option in bundles.flatMap(\.options).compactMap({ catalogue.options[$0] }) {
            if case .additionalMember = option.kind { products.formUnion(option.products) }
        }
        return products
    }

    /// Each (type, product) once, and what undoes it exists for every product that it is for.
    private func checkWorkOrderTypes(_ journal: LoadingJournal, _ catalogue: Catalogue) {
        var places: [[String]: Place] = [:]
        for entry in self.workOrderTypes {
            for type in entry.value {
                if let first = places[[type.type, type.product]] {
                    entry.block.mistake(
                        "work-order type '\(type.type)' for \(type.product) is defined already "
                            + "at \(first.file):\(first.line)"
                    )
                }
                places[[type.type, type.product]] = entry.block.place
            }
            if let type = entry.value.first, type.tasks.allSatisfy({ !$0.when.isEmpty }) {
                entry.block.journal.mistake(
                    "every task has a `when`: a work order for which none holds has nothing to do",
                    at: entry.block.place(of: "tasks")
                )
            }
            self.checkUndoing(entry, catalogue)
        }
    }

    /// A policy is of use only for a system that has tasks.
    private func checkTargetSystems(_ journal: LoadingJournal, _ catalogue: Catalogue) {
        let systems = Set(catalogue.systems)
        for entry in self.targetSystems
        where entry.value.system != Catalogue.anySystem && !systems.contains(entry.value.system) {
            journal.mistake("no task is for a system '\(entry.value.system)'", at: entry.block.place(of: "system"))
        }
    }

    private func checkUndoing(_ entry: Located<[WorkOrderType]>, _ catalogue: Catalogue) {
        for type in entry.value {
            guard let undoneBy = type.undoneBy else { continue }
            let own = Set((catalogue.workOrderTypes[type.type] ?? [:]).keys)
            let products =
                type.product == WorkOrderType.anyProduct
                ? self.products.map(\.value.code).filter { !own.contains($0) } : [type.product]
            for product in products where catalogue.workOrderType(undoneBy, product: product) == nil {
                entry.block.journal.mistake(
                    "there is no work-order type '\(undoneBy)' for \(product) that could undo '\(type.type)'",
                    at: entry.block.place(of: "undoneBy")
                )
            }
        }
    }

    /// Somebody among the members must be able to have what is sold.
    private func check(_ offer: Located<SingleOffer>, in catalogue: Catalogue) {
        let (content, products): (String, Set<String>?) =
            switch offer.value.content {
            case .plan(let code): ("plan", catalogue.plans[code]?.products)
            case .service(let code): ("service", catalogue.services[code]?.products)
            }
        if offer.value.members.isEmpty {
            offer.block.journal.mistake("`members` takes at least one", at: offer.block.place(of: "members"))
        } else if let products,
            !offer.value.members.contains(where: { $0.count.lowerBound > 0 && $0.products.isSubset(of: products) })
        {
            let names = products.sorted().joined(separator: ", ")
            offer.block.journal.mistake(
                "no required member is of a product that the \(content) is for (\(names))",
                at: offer.block.place(of: content)
            )
        }
    }
}
