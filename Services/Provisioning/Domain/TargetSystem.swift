package import Contracts

/// A system that carries out commands, as far as it matters for whether it is given one: a circuit breaker, and a limit
/// of commands in flight.
///
/// While it is open nothing fails: tasks wait for the system, and every now and then one is tried. Any answer to that
/// closes it, and so does one to an earlier command that says more than "try again".
package struct TargetSystem: Hashable, Sendable {
    package let name: String
    package let policy: TargetSystemPolicy

    /// Failed attempts since the last answer; none are counted any more while it is open.
    package var failures = 0
    /// Of those, as many as the policy asks for, in their order.
    package var serviceNumbers: [String] = []
    /// By the wall clock, as all times here; `nil` while it is closed.
    package var openedAt: Timestamp?
    /// When a command is tried next.
    package var probeAt: Timestamp?
    /// Commands tried since it was opened.
    package var probes = 0

    /// Commands without an answer; known only where the policy has a limit.
    package var inFlight = 0
    /// Whether tasks wait for it already; known only where the policy has a limit.
    package var isWaitedFor = false

    package init(name: String, policy: TargetSystemPolicy) {
        self.name = name
        self.policy = policy
    }

    package var isOpen: Bool { self.openedAt != nil }

    /// Whether an answer would change anything.
    package var isInTrouble: Bool { self.isOpen || self.failures > 0 }

    /// How many commands more it may be given; `nil`: any number.
    package var room: Int? { self.policy.inFlight.map { max(0, $0 - self.inFlight) } }

    private var hasRoom: Bool { self.room.map { $0 > 0 } ?? true }

    /// Whether a task that gets ready now may send its command; where room is scarce, those that wait come first.
    var admits: Bool { !self.isOpen && (self.policy.inFlight == nil || (self.hasRoom && !self.isWaitedFor)) }

    /// When a task that waits may be sent; `nil`: an answer has to make room first.
    package var nextAdmission: Timestamp? {
        if self.isOpen { return self.probeAt }
        return self.hasRoom ? Timestamp(microseconds: .min) : nil
    }

    /// - Returns: whether a task that waits may be sent now; it is taken for sent then.
    mutating func admitWaiting(at now: Timestamp) -> Bool {
        guard let next = self.nextAdmission, next <= now else { return false }
        if self.isOpen {
            self.probes += 1
            self.probeAt = now.advanced(byMilliseconds: self.probeDelay)
        }
        self.inFlight += 1
        return true
    }

    /// Takes a task for sent where a command may be given.
    mutating func admit() -> Bool {
        guard self.admits else {
            self.isWaitedFor = true
            return false
        }
        self.inFlight += 1
        return true
    }

    /// It has answered: it works.
    ///
    /// - Parameter wasAwaited: whether a command in flight ends with it; another has been given up before.
    mutating func noteAnswer(wasAwaited: Bool) {
        if wasAwaited { self.noteEnd() }
        self.close()
    }

    /// It has answered "try again". Of a command that was tried while it was open that is enough: it is the number that
    /// is in trouble then, and others must not wait behind it until each of its like has been tried.
    ///
    /// - Parameter sentAt: when the command was sent; `nil` where that is not known.
    mutating func noteTryAgain(toCommandOf sentAt: Timestamp?) {
        guard let sentAt, let openedAt, sentAt > openedAt else { return }
        self.close()
    }

    private mutating func close() {
        self.failures = 0
        self.serviceNumbers = []
        self.openedAt = nil
        self.probeAt = nil
        self.probes = 0
    }

    /// An attempt had no answer, or one that asks to try again.
    mutating func noteFailure(on serviceNumber: String, at now: Timestamp) {
        self.noteEnd()
        guard !self.isOpen else { return }
        self.failures += 1
        if self.serviceNumbers.count < self.policy.serviceNumbers, !self.serviceNumbers.contains(serviceNumber) {
            self.serviceNumbers.append(serviceNumber)
        }
        guard self.failures >= self.policy.failures, self.serviceNumbers.count >= self.policy.serviceNumbers else {
            return
        }
        self.openedAt = now
        self.probeAt = now.advanced(byMilliseconds: self.probeDelay)
    }

    private mutating func noteEnd() { self.inFlight = max(0, self.inFlight - 1) }

    /// Doubles with each command tried, up to the maximum.
    private var probeDelay: Int {
        min(self.policy.maximumProbeMilliseconds, self.policy.firstProbeMilliseconds << min(self.probes, 20))
    }
}

/// All of them: those that nothing is known of are well.
package struct TargetSystems: Hashable, Sendable {
    package private(set) var known: [String: TargetSystem] = [:]

    package init(_ systems: some Sequence<TargetSystem> = []) {
        self.known = Dictionary(systems.map { ($0.name, $0) }) { first, _ in first }
    }

    package subscript(_ name: String) -> TargetSystem? { self.known[name] }

    /// Takes a task for sent where its system may be given a command.
    mutating func admit(_ name: String, by catalogue: Catalogue) -> Bool {
        if self.known[name] == nil, catalogue.targetSystemPolicy(name).inFlight == nil { return true }
        return self.known[name, default: TargetSystem(name, by: catalogue)].admit()
    }

    /// Takes a task that waits for sent where it is its turn.
    mutating func admitWaiting(_ name: String, at now: Timestamp, by catalogue: Catalogue) -> Bool {
        self.known[name, default: TargetSystem(name, by: catalogue)].admitWaiting(at: now)
    }

    /// - Parameter state: of the task that was answered.
    mutating func noteAnswer(of name: String, to state: WorkTask.State) {
        self.known[name]?.noteAnswer(wasAwaited: state == .sent)
    }

    mutating func noteTryAgain(of name: String, toCommandOf sentAt: Timestamp?) {
        self.known[name]?.noteTryAgain(toCommandOf: sentAt)
    }

    /// - Parameter now: by the wall clock.
    mutating func noteFailure(of name: String, on serviceNumber: String, at now: Timestamp, by catalogue: Catalogue) {
        self.known[name, default: TargetSystem(name, by: catalogue)].noteFailure(on: serviceNumber, at: now)
    }
}

extension TargetSystem {
    fileprivate init(_ name: String, by catalogue: Catalogue) {
        self.init(name: name, policy: catalogue.targetSystemPolicy(name))
    }
}
