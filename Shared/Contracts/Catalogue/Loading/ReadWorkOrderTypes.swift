extension RetryPolicy {
    /// Stands in for a policy that is missing, which is a mistake of its own.
    static let placeholder = RetryPolicy(
        timeoutMilliseconds: 1,
        maximumAttempts: 1,
        withinSeconds: 1,
        firstDelayMilliseconds: 1,
        maximumDelayMilliseconds: 1
    )

    static func read(_ block: Block) -> RetryPolicy? {
        let timeout = block.required("timeoutMilliseconds") { $0.integer(1...604_800_000) }
        let attempts = block.required("maximumAttempts") { $0.integer(1...100) }
        let within = block.required("withinSeconds") { $0.integer(1...2_592_000) }
        let firstDelay = block.required("firstDelayMilliseconds") { $0.integer(1...3_600_000) }
        let maximumDelay = block.required("maximumDelayMilliseconds") { $0.integer(1...86_400_000) }
        guard let timeout, let attempts, let within, let firstDelay, let maximumDelay else { return nil }
        if maximumDelay < firstDelay {
            block.journal.mistake(
                "`maximumDelayMilliseconds` is below the first delay",
                at: block.place(of: "maximumDelayMilliseconds")
            )
        }
        return RetryPolicy(
            timeoutMilliseconds: timeout,
            maximumAttempts: attempts,
            withinSeconds: within,
            firstDelayMilliseconds: firstDelay,
            maximumDelayMilliseconds: maximumDelay
        )
    }
}

extension WorkOrderType {
    /// The key of the entry for every product that has none of its own.
    static let anyProduct = "any"

    /// One type for each product that the block names.
    static func read(
        _ block: Block,
        workingDaySeconds: Int,
        retryPolicies: [String: RetryPolicy]
    ) -> [WorkOrderType] {
        let type = block.required("type") { $0.text() }
        let products = block.required("products") { field in
            field.list { $0.productOrAny() }
        }
        let target = block.required("target") { $0.targetTime(workingDaySeconds: workingDaySeconds) }
        let undoneBy = block.optional("undoneBy") { $0.text() }
        let undoParameters = block.optional("undoParameters") { field in
            field.dictionary { _, value in UndoValue.read(value) }
        }
        let points = block.optional("cancelling") { $0.block().flatMap(PointsOfNoReturn.read) }
        let isOptional = block.optional("optional") { $0.boolean() }
        let tasks = block.required("tasks") { field in
            field.list { $0.block().flatMap { TaskType.read($0, retryPolicies: retryPolicies) } }
        }
        if tasks?.isEmpty == true {
            block.journal.mistake("`tasks` takes at least one task", at: block.place(of: "tasks"))
        }
        // Whatever else is wrong, the type is there: rules that issue it are not wrong too.
        guard let type, let products else { return [] }
        return products.map { product in
            WorkOrderType(
                type: type,
                product: product,
                target: target ?? TargetTime(seconds: 1, counting: .calendar),
                undoneBy: undoneBy,
                undoParameters: undoParameters ?? [:],
                pointsOfNoReturn: points ?? PointsOfNoReturn(),
                isOptional: isOptional ?? false,
                tasks: tasks ?? []
            )
        }
    }
}

extension WorkOrderType.UndoValue {
    /// `$formerPlan` is that parameter of the undone work order; everything else a constant.
    static func read(_ field: Field) -> WorkOrderType.UndoValue? {
        let value = field.json()
        guard let text = value.string, text.hasPrefix("$") else { return .constant(value) }
        return .parameter(String(text.dropFirst()))
    }
}

extension PointsOfNoReturn {
    static func read(_ block: Block) -> PointsOfNoReturn? {
        defer { block.finish() }
        let chargedFrom = block.optional("chargedFrom") { $0.choice(Progress.self) }
        let fee = block.optional("feeMilliyuan") { $0.money() }
        let refusedFrom = block.optional("refusedFrom") { $0.choice(Progress.self) }
        if (chargedFrom == nil) != (fee == nil) {
            block.mistake("`chargedFrom` and `feeMilliyuan` go together")
        }
        if let chargedFrom, let refusedFrom, chargedFrom >= refusedFrom {
            block.mistake("`chargedFrom` is not before `refusedFrom`")
        }
        return PointsOfNoReturn(chargedFrom: chargedFrom, feeMilliyuan: fee ?? .zero, refusedFrom: refusedFrom)
    }
}

extension TaskType {
    static func read(_ block: Block, retryPolicies: [String: RetryPolicy]) -> TaskType? {
        defer { block.finish() }
        let name = block.required("do") { $0.operation() }
        let undo = block.optional("undo") { $0.operation() }
        let kind = block.optional("kind") { $0.choice(Kind.self) } ?? .command
        let parameters = block.optional("parameters") { field in
            field.dictionary { _, value in value.json() }
        }
        let retry = block.required("retry") { $0.reference(.retryPolicy) }
        let when = block.optional("when") { $0.texts() }
        let unless = block.optional("unless") { $0.texts() }
        guard let name, let retry else { return nil }
        return TaskType(
            system: name[0],
            operation: name[1],
            kind: kind,
            parameters: parameters ?? [:],
            retry: retryPolicies[retry] ?? .placeholder,
            undo: undo?.joined(separator: "."),
            when: when ?? [:],
            unless: unless ?? [:]
        )
    }
}

extension Field {
    /// A system and what it does: two names.
    fileprivate func operation() -> [String]? {
        let parts = self.text()?.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let parts, parts.count == 2, !parts.contains("") else {
            self.mistake("takes a system and an operation, such as hlr.createSubscriber")
            return nil
        }
        return parts
    }

    /// By parameter, the texts that count.
    fileprivate func texts() -> [String: Set<String>]? {
        self.dictionary { _, value in value.list { $0.text() }.map(Set.init) }
    }

    fileprivate func productOrAny() -> String? {
        self.text() == WorkOrderType.anyProduct ? WorkOrderType.anyProduct : self.reference(.product)
    }
}
