import Contracts
import ProvisioningDomain
import SeededRandom
import Testing

/// Several service numbers on one element.
private struct Town {
    var sites: [Site]
    var systems = TargetSystems()
    /// Unanswered commands of each site.
    var open: [[NetworkCommand]]

    var wallNow: Timestamp { self.sites[0].wallNow }
    var hlr: TargetSystem? { self.systems["hlr"] }

    init(_ count: Int, _ policy: TargetSystemPolicy) {
        let site = Site()
        self.sites = (0..<count).map { index in
            var other = site
            other.lane = Lane(serviceNumber: "1310916000\(index)")
            other.catalogue.targetSystems = ["hlr": policy]
            return other
        }
        self.open = Array(repeating: [], count: count)
    }

    mutating func wait(milliseconds: Int) {
        for index in self.sites.indices {
            self.sites[index].wallNow = self.sites[index].wallNow.advanced(byMilliseconds: milliseconds)
        }
    }

    @discardableResult
    mutating func apply(_ event: Lane.Event, _ index: Int) throws -> [Effect] {
        self.sites[index].lane.systems = self.systems
        let effects = try self.sites[index].apply(event)
        self.systems = self.sites[index].lane.systems
        self.open[index] += effects.commands
        return effects
    }

    mutating func issue(_ index: Int, _ type: String = "one") throws -> (id: WorkOrderID, effects: [Effect]) {
        let issued = self.sites[index].issued(type)
        return (issued.workOrderId, try self.apply(.issued(issued), index))
    }

    /// Answers the oldest command of a site.
    @discardableResult
    mutating func answer(_ index: Int, _ answer: Answer = .success) throws -> [Effect] {
        guard !self.open[index].isEmpty else { return [] }
        let command = self.open[index].removeFirst()
        return try self.apply(.answered(answer.response(to: command, at: self.wallNow)), index)
    }

    func task(_ id: WorkOrderID, _ index: Int) -> WorkTask? { self.sites[index].lane.workOrders[id]?.tasks.first }
}

@Suite("Systems that do not answer, and systems with a limit")
struct TargetSystemTests {
    private let policy = TargetSystemPolicy(
        failures: 4, serviceNumbers: 2, firstProbeMilliseconds: 5000, maximumProbeMilliseconds: 15_000)

    /// A town in which four commands on as many numbers had no answer.
    private func townWithoutElement() throws -> (Town, [WorkOrderID]) {
        var town = Town(5, self.policy)
        let ids = try (0..<4).map { try town.issue($0).id }
        town.wait(milliseconds: 1000)
        for index in 0..<4 { try town.apply(.taskTimer(ids[index]), index) }
        return (town, ids)
    }

    @Test("It is taken to be down after so many failures of so many numbers, and not before")
    func opens() throws {
        var town = Town(5, self.policy)
        let ids = try (0..<4).map { try town.issue($0).id }
        town.wait(milliseconds: 1000)
        for index in 0..<3 {
            #expect(try town.apply(.taskTimer(ids[index]), index).names == ["retry after NO_ANSWER"])
            #expect(town.hlr?.isOpen == false)
        }
        #expect(try town.apply(.taskTimer(ids[3]), 3).names == [], "the fourth waits")
        #expect(town.hlr?.isOpen == true)
        #expect(town.task(ids[3], 3)?.state == .queued)
        #expect(town.hlr?.probeAt == town.wallNow.advanced(byMilliseconds: 5000))
    }

    @Test("One number alone, whatever its trouble, does not make a system look down: it fails by itself")
    func oneNumber() throws {
        var town = Town(1, self.policy)
        var told: [String] = []
        for _ in 0..<2 {
            let id = try town.issue(0).id
            for _ in 0..<5 {
                guard let timerAt = town.task(id, 0)?.timerAt else { break }
                town.sites[0].wallNow = timerAt
                told += try town.apply(.taskTimer(id), 0).names
            }
        }
        #expect(town.hlr?.isOpen == false)
        #expect(told.filter { $0 == "failed hlr.create NO_ANSWER" }.count == 2)
    }

    @Test("An answer between failures begins the count anew; one that asks to try again does not")
    func anew() throws {
        var town = Town(5, self.policy)
        for index in 0..<3 { _ = try town.issue(index) }
        for index in 0..<3 { try town.answer(index, .retriable) }
        #expect(town.hlr?.failures == 3)
        _ = try town.issue(3)
        try town.answer(3, .failure)
        #expect(town.hlr?.failures == 0, "it said more than try again")
        _ = try town.issue(4)
        try town.answer(4, .retriable)
        #expect(town.hlr?.failures == 1)
    }

    @Test(
        "While it is down nothing is sent but one command now and then, each later than the one before; nothing fails")
    func probes() throws {
        var (town, ids) = try self.townWithoutElement()
        ids.append(try town.issue(4).id)
        #expect(town.task(ids[4], 4)?.state == .queued, "what is new waits too")
        for index in 0..<3 {
            // Their delay is over: they wait instead of being sent.
            town.wait(milliseconds: 200)
            #expect(try town.apply(.taskTimer(ids[index]), index).names == [])
            #expect(town.task(ids[index], index)?.state == .queued)
        }
        var sent: [Timestamp] = []
        for round in 0..<60 {
            town.wait(milliseconds: 1000)
            for index in 0..<5 {
                let effects = try town.apply(.systemReady(ids[index]), index)
                if !effects.commands.isEmpty { sent.append(town.wallNow) }
                #expect(effects.names.allSatisfy { !$0.hasPrefix("failed") && !$0.hasPrefix("retry") }, "\(round)")
                let end = try town.apply(.taskTimer(ids[index]), index)
                #expect(end.commands.isEmpty && end.allSatisfy { !$0.isEnd }, "\(round)")
            }
        }
        let gaps = zip(sent.dropFirst(), sent).map { $0.microseconds(since: $1) / 1_000_000 }
        #expect(gaps.prefix(3) == [10, 15, 15], "doubled up to the maximum: \(gaps)")
        #expect(ids.indices.allSatisfy { town.task(ids[$0], $0)?.state.isFinal == false })
        #expect(town.task(ids[1], 1)?.forgivenAttempts == 1)
    }

    @Test("The first answer lets all go on, with all their attempts before them", arguments: Answer.allCases)
    func closes(by answer: Answer) throws {
        var (town, ids) = try self.townWithoutElement()
        town.wait(milliseconds: 5000)
        let probe = try town.apply(.systemReady(ids[3]), 3)
        #expect(probe.names == ["hlr.create 2"])
        // The unanswered first attempt is not what is answered now.
        town.open[3].removeFirst()
        try town.answer(3, answer)
        #expect(town.hlr?.isOpen == false)
        #expect(town.hlr?.failures == (answer == .retriable ? 1 : 0), "the count begins anew")
        guard answer == .success else { return }
        #expect(town.sites[3].state(ids[3]) == .completed)
        for index in 0..<3 {
            town.wait(milliseconds: 200)
            #expect(try town.apply(.taskTimer(ids[index]), index).names == ["hlr.create 2"], "\(index)")
        }
    }

    @Test("Many numbers that are in trouble themselves hold nobody up for long, on a system that answers")
    func troubledNumbers() throws {
        var town = Town(24, self.policy)
        var ids = try (0..<18).map { try town.issue($0).id }
        let began = town.wallNow
        func state(_ index: Int) -> WorkOrder.State? { town.sites[index].state(ids[index]) }
        while town.wallNow.microseconds(since: began) < 600_000_000 {
            if town.wallNow.microseconds(since: began) == 60_000_000 {
                #expect((18..<24).allSatisfy { state($0) == .completed }, "nobody waited for long")
            }
            for index in ids.indices {
                while !town.open[index].isEmpty { try town.answer(index, index < 18 ? .retriable : .success) }
                for event in [Lane.Event.taskTimer(ids[index]), .systemReady(ids[index])] {
                    try town.apply(event, index)
                }
            }
            town.wait(milliseconds: 100)
            // Others come when the system is taken to be down already.
            if ids.count < 24 { ids.append(try town.issue(ids.count).id) }
        }
        #expect((0..<18).allSatisfy { state($0) == .failed }, "those in trouble had their attempts")
    }

    @Test("A task that had to wait has as many attempts as one that had not")
    func forgiven() throws {
        var (town, ids) = try self.townWithoutElement()
        town.wait(milliseconds: 5000)
        let other = try town.issue(4).id
        try town.apply(.systemReady(other), 4)
        try town.answer(4)
        var told: [String] = []
        try town.apply(.systemReady(ids[3]), 3)
        for _ in 0..<6 {
            guard let timerAt = town.task(ids[3], 3)?.timerAt else { break }
            town.wait(milliseconds: Int(max(0, timerAt.microseconds(since: town.wallNow)) / 1000))
            told += try town.apply(.taskTimer(ids[3]), 3).names
        }
        #expect(
            told == [
                "retry after NO_ANSWER", "hlr.create 3", "retry after NO_ANSWER", "hlr.create 4",
                "failed hlr.create NO_ANSWER",
            ])
    }

    @Test("A late answer to an attempt before the wait is an answer, and says that the system works")
    func lateAnswer() throws {
        var (town, ids) = try self.townWithoutElement()
        #expect(try town.answer(3).names == ["completed"])
        #expect(town.sites[3].state(ids[3]) == .completed)
        #expect(town.hlr?.isOpen == false)
    }

    @Test("One that waits is cancelled at once; what may have been done before is to be taken back, and waits for that")
    func cancelled() throws {
        var (town, ids) = try self.townWithoutElement()
        let fresh = try town.issue(4).id
        #expect(try town.apply(.cancelRequested(fresh), 4).names == ["cancelled"])
        #expect(try town.apply(.cancelRequested(ids[3]), 3).names == [], "its attempt had no answer")
        let tasks = try #require(town.sites[3].lane.workOrders[ids[3]]?.tasks)
        #expect(tasks.map(\.state) == [.dropped, .queued])
        #expect(tasks.last?.name == "hlr.remove")
        town.wait(milliseconds: 5000)
        #expect(try town.apply(.systemReady(ids[3]), 3).names == ["hlr.remove 1"])
        town.open[3].removeFirst()
        #expect(try town.answer(3).names == ["cancelled"])
    }

    @Test("With a limit so many are in flight; those that wait come before those that are new")
    func limit() throws {
        var town = Town(5, TargetSystemPolicy(inFlight: 2))
        let ids = try (0..<3).map { try town.issue($0).id }
        #expect(town.open.map(\.count) == [1, 1, 0, 0, 0])
        #expect(town.task(ids[2], 2)?.state == .queued)
        #expect(town.sites[2].state(ids[2]) == .queued, "it has not begun")
        #expect(try town.apply(.systemReady(ids[2]), 2).names == ["notDue"], "there is no room")
        try town.answer(0)
        let late = try town.issue(3).id
        #expect(town.task(late, 3)?.state == .queued, "there is room, for the one that waits")
        #expect(try town.apply(.systemReady(ids[2]), 2).names == ["started", "hlr.create 1"])
        #expect(try town.apply(.systemReady(late), 3).names == ["notDue"])
        try town.answer(1)
        #expect(try town.apply(.systemReady(late), 3).names == ["started", "hlr.create 1"])
    }

    @Test(
        "Random work, an outage, a limit: never above the limit, nothing fails for the outage, all is done in the end")
    func random() throws {
        for seed in UInt64(0)..<16 {
            var generator = SeededGenerator(seed: seed)
            var policy = self.policy
            policy.inFlight = seed % 3 == 0 ? Int.random(in: 2...4, using: &generator) : nil
            var town = Town(6, policy)
            var ids: [(index: Int, id: WorkOrderID)] = []
            var probes: [Timestamp] = []
            for step in 0..<900 {
                let isDown = (150..<450).contains(step)
                town.wait(milliseconds: Int.random(in: 0...600, using: &generator))
                // Two numbers at a time: one alone would not make the system look down.
                if step < 400, Int.random(in: 0..<6, using: &generator) == 0 {
                    for index in (0..<6).shuffled(using: &generator).prefix(2) {
                        let type = Bool.random(using: &generator) ? "one" : "two"
                        ids.append((index, try town.issue(index, type).id))
                    }
                }
                let wasOpen = town.hlr?.isOpen == true
                var commands: [NetworkCommand] = []
                let unfinished = ids.filter { town.sites[$0.index].state($0.id) != .completed }
                for (index, id) in unfinished.shuffled(using: &generator) {
                    for event in [Lane.Event.taskTimer(id), .systemReady(id)] {
                        let effects = try town.apply(event, index)
                        commands += effects.commands
                        #expect(effects.allSatisfy { !$0.isEnd }, "seed \(seed): only an answer ends anything")
                    }
                }
                if wasOpen, town.hlr?.isOpen == true {
                    #expect(commands.count <= 1, "seed \(seed)")
                    if !commands.isEmpty { probes.append(town.wallNow) }
                }
                let sent = town.sites.flatMap(\.lane.workOrders.values).flatMap(\.tasks).filter { $0.state == .sent }
                if let limit = policy.inFlight { #expect(sent.count <= limit, "seed \(seed) step \(step)") }
                for index in town.open.indices {
                    if isDown { town.open[index] = [] }
                    while !town.open[index].isEmpty { try town.answer(index) }
                }
            }
            for (later, earlier) in zip(probes.dropFirst(), probes) {
                #expect(later.microseconds(since: earlier) >= 5_000_000, "seed \(seed)")
            }
            #expect(probes.count > 3, "seed \(seed): it was down")
            #expect(ids.allSatisfy { town.sites[$0.index].state($0.id) == .completed }, "seed \(seed)")
        }
    }
}
