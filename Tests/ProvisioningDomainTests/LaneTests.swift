import Contracts
import DomainFixtures
import Foundation
import ProvisioningDomain
import Testing

@Suite("Work orders on one service number")
struct LaneTests {
    var site = Site()

    @Test("Tasks are sent one after the other, and the last answer completes the work order")
    mutating func sequence() throws {
        let (id, issued) = try self.site.issue("two")
        #expect(issued.names == ["started", "hlr.create 1"])
        let create = try #require(issued.commands.first)
        #expect(create.parameters == ["plan": "3G-96", "open": "all"], "the task's own win")
        #expect(create.deadline == self.site.wallNow.advanced(byMilliseconds: 1000), "by the wall clock")
        let next = try self.site.answer(create)
        #expect(next.names == ["hlr.setServices 1"])
        let last = try self.site.answer(next.commands.first)
        #expect(last.names == ["completed"])
        #expect(self.site.state(id) == .completed)
        guard case .completed(let completed) = last.first else { return }
        #expect(completed.attempts == 2)
        #expect(completed.results["hlr.create"] == .object(["attempts": 1]))
    }

    @Test("A work order has the tasks that its parameters ask for, and no others")
    mutating func conditions() throws {
        let tasks = [
            TaskType(system: "hlr", operation: "open", retry: .quick, when: ["service": ["mms", "news"]]),
            TaskType(system: "vas", operation: "open", retry: .quick, unless: ["service": ["mms"]]),
        ]
        let target = TargetTime(seconds: 3600, counting: .calendar)
        self.site.catalogue.workOrderTypes["openVas"] = [
            "any": WorkOrderType(type: "openVas", product: "any", target: target, undoneBy: nil, tasks: tasks)
        ]
        for (service, names) in [
            ("mms", ["hlr.open"]), ("news", ["hlr.open", "vas.open"]), ("ringback", ["vas.open"]),
        ] {
            var issued = self.site.issued("openVas")
            issued.parameters["service"] = .string(service)
            try self.site.apply(.issued(issued))
            #expect(self.site.lane.workOrders[issued.workOrderId]?.tasks.map(\.name) == names)
        }
        let (id, _) = try self.site.issue("openVas")
        #expect(self.site.lane.workOrders[id]?.tasks.map(\.name) == ["vas.open"], "without a service")
    }

    @Test("A type that the catalogue does not know fails at once")
    mutating func unknownType() throws {
        let (id, effects) = try self.site.issue("teleport")
        #expect(effects.names == ["failed issue UNKNOWN_TYPE"])
        #expect(self.site.state(id) == .failed)
    }

    @Test("An issue that comes again changes nothing")
    mutating func repeatedIssue() throws {
        let issued = self.site.issued("one")
        try self.site.apply(.issued(issued))
        let before = self.site.lane
        #expect(try self.site.apply(.issued(issued)).names == ["repeatedIssue"])
        #expect(self.site.lane == before)
    }

    @Test("A failure that may be tried again is, after a delay, with the same command")
    mutating func retry() throws {
        let (id, issued) = try self.site.issue("one")
        let first = try #require(issued.commands.first)
        let failed = try self.site.answer(first, .retriable)
        #expect(failed.names == ["retry after E1"])
        let again = try self.site.fireTaskTimer(id)
        #expect(again.names == ["hlr.create 2"])
        let second = try #require(again.commands.first)
        #expect(second.commandId == first.commandId)
        #expect(second.taskId == first.taskId)
        #expect(second.deadline > first.deadline)
        #expect(try self.site.answer(second).names == ["completed"])
    }

    @Test("No answer by the deadline counts as such a failure; after the last attempt the work order fails")
    mutating func noAnswer() throws {
        let (id, _) = try self.site.issue("one")
        var told: [String] = []
        for _ in 0..<5 { told += try self.site.fireTaskTimer(id).names }
        #expect(
            told == [
                "retry after NO_ANSWER", "hlr.create 2", "retry after NO_ANSWER", "hlr.create 3",
                "failed hlr.create NO_ANSWER",
            ])
        #expect(self.site.state(id) == .failed)
    }

    @Test("A failure for good fails the work order with the element's code, and its other tasks are dropped")
    mutating func failure() throws {
        for answer in [Answer.failure, .rejection] {
            var site = Site()
            let (id, issued) = try site.issue("two")
            #expect(try site.answer(issued.commands.first, answer).names == ["failed hlr.create E1"])
            #expect(site.lane.workOrders[id]?.tasks.map(\.state) == [.failed, .dropped])
            #expect(site.lane.workOrders[id]?.failure == .init(task: "hlr.create", code: "E1", message: "no"))
        }
    }

    @Test("A timer that comes before its time, or after the answer, changes nothing")
    mutating func earlyTimer() throws {
        let (id, issued) = try self.site.issue("one")
        #expect(try self.site.apply(.taskTimer(id)).names == ["notDue"])
        try self.site.answer(issued.commands.first)
        self.site.wallNow = self.site.wallNow.advanced(bySeconds: 2)
        #expect(try self.site.apply(.taskTimer(id)).names == ["notDue"])
    }

    @Test("After this service was away, an answer gets its time once more, and no attempt is spent")
    mutating func away() throws {
        let (id, issued) = try self.site.issue("one")
        #expect(try self.site.fireTaskTimer(id, lateMilliseconds: 600_000).names == [])
        #expect(self.site.lane.workOrders[id]?.tasks.first?.state == .sent)
        #expect(self.site.lane.workOrders[id]?.tasks.first?.attempts == 1)
        // Ten minutes are more than the policy gives all attempts; away, they do not count.
        #expect(try self.site.fireTaskTimer(id).names == ["retry after NO_ANSWER"])
        #expect(try self.site.answer(issued.commands.first).names == ["completed"])
    }
}

@Suite("Answers late, twice and to nothing")
struct AnswerTests {
    var site = Site()

    @Test("A late answer counts as long as the command has not been given up")
    mutating func duringBackoff() throws {
        let (id, issued) = try self.site.issue("one")
        _ = try self.site.fireTaskTimer(id)
        #expect(self.site.lane.workOrders[id]?.tasks.first?.state == .backingOff)
        #expect(try self.site.answer(issued.commands.first).names == ["completed"])
    }

    @Test("A failure that may be tried again says nothing new while the next attempt is waited for")
    mutating func secondFailure() throws {
        let (_, issued) = try self.site.issue("one")
        try self.site.answer(issued.commands.first, .retriable)
        let before = self.site.lane
        #expect(try self.site.answer(issued.commands.first, .retriable).names == ["repeatedAnswer"])
        #expect(self.site.lane == before)
    }

    @Test(
        "A failure of an attempt that is over costs the one in flight nothing; of the one in flight, or of none in particular, it does"
    )
    mutating func failureOfAnEarlierAttempt() throws {
        let (id, issued) = try self.site.issue("one")
        let first = try #require(issued.commands.first)
        _ = try self.site.fireTaskTimer(id)
        let second = try #require(try self.site.fireTaskTimer(id).commands.first)
        let before = self.site.lane
        #expect(try self.site.answer(first, .retriable).names == ["lateAnswer"])
        #expect(self.site.lane == before)
        var unnamed = Answer.retriable.response(to: first, at: self.site.wallNow)
        unnamed.attempt = nil
        var site = self.site
        #expect(try site.apply(.answered(unnamed)).names == ["retry after E1"])
        #expect(try self.site.answer(second, .retriable).names == ["retry after E1"])
    }

    @Test("What is done for good is done, whichever attempt it answers", arguments: [Answer.success, .failure])
    mutating func endOfAnEarlierAttempt(_ answer: Answer) throws {
        let (id, issued) = try self.site.issue("one")
        for _ in 0..<2 { _ = try self.site.fireTaskTimer(id) }
        #expect(
            try self.site.answer(issued.commands.first, answer).names.last
                == (answer == .success ? "completed" : "failed hlr.create E1"))
    }

    @Test("An answer to a command that was given up is late and changes nothing", arguments: Answer.allCases)
    mutating func late(_ answer: Answer) throws {
        let (id, issued) = try self.site.issue("two")
        for _ in 0..<5 { _ = try self.site.fireTaskTimer(id) }
        let before = self.site.lane
        #expect(try self.site.answer(issued.commands.first, answer).names == ["lateAnswer"])
        #expect(self.site.lane == before)
    }

    @Test("A second answer changes nothing, whatever it says", arguments: Answer.allCases)
    mutating func second(_ answer: Answer) throws {
        let (_, issued) = try self.site.issue("two")
        try self.site.answer(issued.commands.first)
        let before = self.site.lane
        #expect(try self.site.answer(issued.commands.first, answer).names == ["repeatedAnswer"])
        #expect(self.site.lane == before)
    }

    @Test("An answer to a command that was never sent changes nothing")
    mutating func unknown() throws {
        let (_, issued) = try self.site.issue("two")
        var command = try #require(issued.commands.first)
        command.commandId = self.site.identifiers.next()
        let before = self.site.lane
        #expect(try self.site.answer(command).names == ["unknownCommand"])
        let notYetSent = before.workOrders[command.workOrderId]?.tasks.last?.commandId
        command.commandId = try #require(notYetSent)
        #expect(try self.site.answer(command).names == ["unknownCommand"])
        #expect(self.site.lane == before)
    }
}

@Suite("Two work orders on one service number")
struct QueueTests {
    var site = Site()

    @Test("The second's command goes out when the first's is answered, not before")
    mutating func second() throws {
        let (_, first) = try self.site.issue("one")
        let (id, second) = try self.site.issue("one")
        #expect(second.names == [])
        #expect(self.site.state(id) == .queued)
        #expect(try self.site.answer(first.commands.first).names == ["completed", "started", "hlr.create 1"])
        #expect(self.site.state(id) == .inProgress)
    }

    @Test("It waits through the first's retries, and goes out when the first fails")
    mutating func retries() throws {
        let (first, _) = try self.site.issue("one")
        _ = try self.site.issue("one")
        var told: [String] = []
        for _ in 0..<5 { told += try self.site.fireTaskTimer(first).names }
        #expect(told.suffix(3) == ["failed hlr.create NO_ANSWER", "started", "hlr.create 1"])
    }

    @Test("They take turns, task by task, in the order in which they got ready")
    mutating func turns() throws {
        let (_, first) = try self.site.issue("two")
        _ = try self.site.issue("two")
        var told: [String] = []
        var command = first.commands.first
        var order: [WorkOrderID] = []
        while let next = command {
            order.append(next.workOrderId)
            let effects = try self.site.answer(next)
            told += effects.names
            command = effects.commands.first
        }
        #expect(order.count == 4)
        #expect(order[0] == order[2])
        #expect(order[1] == order[3])
        #expect(
            told == [
                "started", "hlr.create 1", "hlr.setServices 1", "completed", "hlr.setServices 1", "completed",
            ])
    }

    @Test("While people do a task of the first, the second goes on")
    mutating func fieldWork() throws {
        let (visit, issued) = try self.site.issue("visit")
        let (_, second) = try self.site.issue("one")
        #expect(second.names == [])
        #expect(try self.site.answer(issued.commands.first).names == ["started", "hlr.create 1"])
        #expect(self.site.lane.workOrders[visit]?.tasks.map(\.state) == [.succeeded, .awaitingReport, .waiting])
        #expect(try self.site.report(visit, "completed").names == [], "the number is busy")
        #expect(self.site.lane.queue.count == 2)
    }
}

@Suite("Reports")
struct ReportTests {
    var site = Site()

    private mutating func visit() throws -> WorkOrderID {
        let (id, issued) = try self.site.issue("visit")
        try self.site.answer(issued.commands.first)
        return id
    }

    @Test("A report moves field work on, or fails it")
    mutating func outcome() throws {
        let done = try self.visit()
        #expect(try self.site.report(done, "completed").names == ["hlr.setServices 1"])
        var other = ReportTests()
        let failed = try other.visit()
        #expect(try other.site.report(failed, "failed").names == ["failed field.install FIELD_FAILED"])
    }

    @Test("An appointment moves the target, and its warnings")
    mutating func appointment() throws {
        let id = try self.visit()
        let day = self.site.now.advanced(bySeconds: 86_400)
        let told = try self.site.report(id, "appointment", appointmentAt: day)
        guard case .rescheduled(let rescheduled)? = told.first, told.count == 1 else {
            Issue.record("\(told.names)")
            return
        }
        #expect(rescheduled.workOrderId == id)
        #expect(rescheduled.appointmentAt == day)
        #expect(rescheduled.dueAt == day.advanced(bySeconds: 3600))
        #expect(rescheduled.by == "staff")
        // The hour that was left counts from the appointment on.
        #expect(self.site.lane.workOrders[id]?.dueAt == day.advanced(bySeconds: 3600))
        #expect(self.site.lane.workOrders[id]?.jeopardyAt == self.site.now.advanced(bySeconds: 72_000))
        #expect(try self.site.report(id, "appointment").names == ["MISSING_FIELD"])
        #expect(try self.site.report(id, "postponed").names == ["INVALID_VALUE"])
    }

    @Test("An appointment before a holiday moves the target over it: what was left is working time")
    mutating func holiday() throws {
        func time(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }
        let zone = try #require(TimeZone(secondsFromGMT: 8 * 3600))
        let holidays = (1...7).compactMap { CivilDate(year: 2026, month: 10, day: $0) }
        self.site.catalogue.workingCalendar = WorkingCalendar(
            calendar: BusinessCalendar(timeZone: zone), holidays: Set(holidays))
        self.site.catalogue.workOrderTypes["visit"]?["any"]?.target = TargetTime(
            seconds: 18 * 3600, counting: .working)
        self.site.now = try time("2026-09-30T09:00:00+08:00")
        var issued = self.site.issued("visit")
        issued.dueAt = try time("2026-10-08T18:00:00+08:00")
        try self.site.answer(self.site.apply(.issued(issued)).commands.first)
        try self.site.report(
            issued.workOrderId, "appointment", appointmentAt: time("2026-09-30T17:00:00+08:00"))
        #expect(self.site.lane.workOrders[issued.workOrderId]?.dueAt == (try time("2026-10-09T17:00:00+08:00")))
    }

    @Test("A report that nobody waits for is refused")
    mutating func notWaitedFor() throws {
        let (id, _) = try self.site.issue("visit")
        let before = self.site.lane
        #expect(try self.site.report(id, "completed").names == ["NOT_ALLOWED_IN_STATE"])
        #expect(self.site.lane == before)
    }

    @Test("An element may pass a task to people; its second answer counts no more")
    mutating func passedToPeople() throws {
        let (id, issued) = try self.site.issue("one")
        #expect(try self.site.answer(issued.commands.first, .needsReport).names == [])
        #expect(try self.site.answer(issued.commands.first).names == ["repeatedAnswer"])
        #expect(try self.site.report(id, "completed").names == ["completed"])
    }

    @Test("Where field work reports by itself, it is a command like any other")
    mutating func selfReporting() throws {
        self.site.catalogue = .small(fieldWork: .selfReporting)
        let (_, issued) = try self.site.issue("visit")
        #expect(try self.site.answer(issued.commands.first).names == ["field.install 1"])
    }
}
