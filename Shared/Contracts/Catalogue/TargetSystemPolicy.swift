/// How much a target system is given at a time, and when it is left alone because it does not answer.
package struct TargetSystemPolicy: Sendable, Hashable {
    /// At most so many commands are unanswered at a time; `nil`: as many as there are.
    package var inFlight: Int?
    /// After so many failed attempts with no answer between them that says more than "try again", it is taken to be down.
    package var failures: Int
    /// They must concern so many service numbers at least: one number may have a trouble of its own.
    package var serviceNumbers: Int
    /// When one command is tried after the system was taken to be down; the delay doubles with each up to the maximum.
    package var firstProbeMilliseconds: Int
    package var maximumProbeMilliseconds: Int

    package init(
        inFlight: Int? = nil,
        failures: Int = 5,
        serviceNumbers: Int = 3,
        firstProbeMilliseconds: Int = 5000,
        maximumProbeMilliseconds: Int = 60_000
    ) {
        self.inFlight = inFlight
        self.failures = failures
        self.serviceNumbers = serviceNumbers
        self.firstProbeMilliseconds = firstProbeMilliseconds
        self.maximumProbeMilliseconds = maximumProbeMilliseconds
    }
}

extension Catalogue {
    /// The key of the policy for every system that has none of its own.
    package static let anySystem = "any"

    /// Systems of which no more than so many commands may be in flight, by name.
    package var limitedSystems: [String] {
        guard self.targetSystems.values.contains(where: { $0.inFlight != nil }) else { return [] }
        return self.systems.filter { self.targetSystemPolicy($0).inFlight != nil }
    }

    /// Every system that some task or its undoing names, by name.
    package var systems: [String] {
        let tasks = self.workOrderTypes.values.flatMap(\.values).flatMap(\.tasks)
        let undoing = tasks.compactMap(\.undo).map { String($0.prefix { $0 != "." }) }
        return Set(tasks.map(\.system) + undoing).sorted()
    }

    package func targetSystemPolicy(_ system: String) -> TargetSystemPolicy {
        self.targetSystems[system] ?? self.targetSystems[Self.anySystem] ?? TargetSystemPolicy()
    }
}
