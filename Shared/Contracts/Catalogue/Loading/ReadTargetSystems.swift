extension TargetSystemPolicy {
    /// One system's policy, or that of `any`; the defaults hold for what it does not say.
    static func read(_ block: Block) -> (system: String, policy: TargetSystemPolicy)? {
        let system = block.required("system") { $0.text() }
        var policy = TargetSystemPolicy()
        policy.inFlight = block.optional("inFlight") { $0.integer(1...1_000_000) }
        policy.failures = block.optional("failures") { $0.integer(1...1000) } ?? policy.failures
        policy.serviceNumbers = block.optional("serviceNumbers") { $0.integer(1...1000) } ?? policy.serviceNumbers
        policy.firstProbeMilliseconds =
            block.optional("firstProbeMilliseconds") { $0.integer(1...86_400_000) } ?? policy.firstProbeMilliseconds
        policy.maximumProbeMilliseconds =
            block.optional("maximumProbeMilliseconds") { $0.integer(1...86_400_000) } ?? policy.maximumProbeMilliseconds
        if policy.serviceNumbers > policy.failures {
            block.mistake("`serviceNumbers` is above `failures`: so many are never seen")
        }
        if policy.maximumProbeMilliseconds < policy.firstProbeMilliseconds {
            block.mistake("`maximumProbeMilliseconds` is below the first delay")
        }
        return system.map { ($0, policy) }
    }
}
