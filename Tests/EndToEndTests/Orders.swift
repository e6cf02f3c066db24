import Contracts

/// Orders as channels submit them; every argument has a value that the rules accept.
enum Order {
    static func customer(
        _ id: String, identity: OrderSubmitted.Identity? = .init(type: "businessLicense", number: "91610700MA6YXXXX0X")
    )
        -> OrderSubmitted.Customer
    {
        .init(id: id, name: "Hanjiang Trading", segment: "enterprise", tier: "vip", identity: identity)
    }

    /// The example of the contract: four members, the broadband and the fixed line existing, a new 2G,
    /// an existing 3G.
    static func enhancedB288() async -> OrderSubmitted {
        OrderSubmitted(
            externalId: await Unique.externalId(),
            channel: "counter",
            customer: self.customer(await Unique.customer()),
            offer: "WB-ENH-B-288",
            term: "monthly",
            payment: "unified",
            members: [
                .init(
                    ref: "bb", product: "broadband", serviceNumber: await Unique.broadband(), existing: true,
                    speedMbps: 1),
                .init(
                    ref: "fx", product: "fixedLine", serviceNumber: await Unique.fixedLine(), existing: true,
                    vas: ["callerId"]),
                .init(
                    ref: "m2", product: "mobile2g", serviceNumber: await Unique.mobile(), existing: false, main: true),
                .init(
                    ref: "m3", product: "mobile3g", serviceNumber: await Unique.mobile(), existing: true, plan: "3G-96"),
            ],
            options: [.init(code: "BB-SPEED-4M", member: "bb")]
        )
    }

    /// Two members, both new.
    static func basicA88(mobile: String? = nil) async -> OrderSubmitted {
        let number = if let mobile { mobile } else { await Unique.mobile() }
        return OrderSubmitted(
            externalId: await Unique.externalId(),
            channel: "web",
            customer: self.customer(await Unique.customer()),
            offer: "WB-BASIC-A-88",
            members: [
                .init(
                    ref: "fx", product: "fixedLine", serviceNumber: await Unique.fixedLine(), existing: false,
                    main: true),
                .init(ref: "m2", product: "mobile2g", serviceNumber: number, existing: false),
            ]
        )
    }

    /// A value-added service for one line: one work order.
    static func callerAlert(on number: String) async -> OrderSubmitted {
        OrderSubmitted(
            externalId: await Unique.externalId(),
            channel: "hotline",
            customer: .init(
                id: await Unique.customer(),
                segment: "individual",
                identity: .init(type: "identityCard", number: "610700199001010010")
            ),
            offer: "VAS-CALLER-ALERT",
            members: [.init(ref: "m", product: "mobile2g", serviceNumber: number, existing: true)]
        )
    }
}
