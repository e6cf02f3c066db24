import Contracts
import ProvisioningDomain
import Testing

@Suite("Work orders that are wanted no more")
struct CancelTests {
    var site = Site()

    @Test("What nobody has begun is cancelled, and leaves the queue")
    mutating func queued() throws {
        let (_, first) = try self.site.issue("one")
        let (id, _) = try self.site.issue("one")
        #expect(try self.site.apply(.cancelRequested(id)).names == ["cancelled"])
        #expect(self.site.state(id) == .cancelled)
        #expect(try self.site.apply(.cancelRequested(id)).names == ["cancelled"], "whoever asks again is told again")
        #expect(try self.site.answer(first.commands.first).names == ["completed"])
    }

    @Test("The last task, where it is in flight, is awaited: then it was too late")
    mutating func tooLate() throws {
        let (id, issued) = try self.site.issue("one")
        #expect(try self.site.apply(.cancelRequested(id)) == [])
        #expect(self.site.state(id) == .cancelling)
        #expect(self.site.lane.workOrders[id]?.cancelRequestedAt == self.site.now)
        #expect(try self.site.apply(.cancelRequested(id)).names == ["repeatedCancel"])
        #expect(try self.site.answer(issued.commands.first).names == ["completed"])
    }

    @Test("What is in flight is awaited, the rest dropped, and what was done taken back in reverse")
    mutating func undone() throws {
        let (id, issued) = try self.site.issue("visit")
        try self.site.answer(issued.commands.first)
        let services = try self.site.report(id, "completed")
        #expect(services.names == ["hlr.setServices 1"])
        #expect(try self.site.apply(.cancelRequested(id)) == [])
        // The task in flight fails for good: the cancel goes on all the same.
        #expect(try self.site.answer(services.commands.first, .failure) == [], "the field work is taken back first")
        #expect(self.site.lane.workOrders[id]?.tasks[3].state == .awaitingReport)
        let removed = try self.site.report(id, "completed")
        #expect(removed.names == ["hlr.remove 1"])
        #expect(removed.commands.first?.parameters["open"] == "all")
        let last = try self.site.answer(removed.commands.first)
        #expect(last.names == ["cancelled"])
        guard case .cancelled(let cancelled) = last.first else { return }
        #expect(cancelled.undone == ["field.remove", "hlr.remove"])
    }

    @Test("While people work, the visit is dropped and what was done before is taken back")
    mutating func duringVisit() throws {
        let (id, issued) = try self.site.issue("visit")
        try self.site.answer(issued.commands.first)
        let effects = try self.site.apply(.cancelRequested(id))
        #expect(effects.names == ["hlr.remove 1"])
        #expect(try self.site.report(id, "completed").names == ["NOT_ALLOWED_IN_STATE"])
        #expect(try self.site.answer(effects.commands.first).names == ["cancelled"])
    }

    @Test("A command in flight without an answer is not repeated, and taken back: it may have been carried out")
    mutating func unanswered() throws {
        let (id, _) = try self.site.issue("two")
        #expect(try self.site.apply(.cancelRequested(id)) == [])
        #expect(try self.site.fireTaskTimer(id).names == ["hlr.remove 1"])
        let remove = try #require(self.site.lane.workOrders[id]?.tasks.last)
        #expect(remove.undoes == self.site.lane.workOrders[id]?.tasks[0].id)
        #expect(remove.commandId != self.site.lane.workOrders[id]?.tasks[0].commandId)
    }

    @Test("Between two attempts nothing is awaited: the last refusal says that nothing was done")
    mutating func betweenAttempts() throws {
        let (id, issued) = try self.site.issue("two")
        try self.site.answer(issued.commands.first, .retriable)
        #expect(try self.site.apply(.cancelRequested(id)).names == ["cancelled"])
    }

    @Test("Of a failed one, what its tasks had done is taken back")
    mutating func failed() throws {
        let (id, issued) = try self.site.issue("two")
        let services = try self.site.answer(issued.commands.first)
        try self.site.answer(services.commands.first, .failure)
        #expect(self.site.state(id) == .failed)
        let effects = try self.site.apply(.cancelRequested(id))
        #expect(effects.names == ["hlr.remove 1"])
        #expect(try self.site.answer(effects.commands.first).names == ["cancelled"])
    }

    @Test("What cannot be taken back is told as a failure, and tried anew when it is asked for again")
    mutating func undoingFails() throws {
        let (id, issued) = try self.site.issue("visit")
        try self.site.answer(issued.commands.first)
        try self.site.report(id, "completed")
        let create = try #require(self.site.lane.workOrders[id]?.tasks[0].commandId)
        _ = try self.site.fireTaskTimer(id)
        try self.site.apply(.cancelRequested(id))
        // The field visit could not be undone.
        let failed = try self.site.report(id, "failed")
        #expect(failed.names == ["failed field.remove FIELD_FAILED"])
        guard case .failed(let message) = failed.first else { return }
        #expect(message.undoing == true)
        #expect(try self.site.apply(.issued(self.again(id))).names == ["repeatedIssue"], "it is wanted no more")
        #expect(try self.site.apply(.cancelRequested(id)) == [])
        let removed = try self.site.report(id, "completed")
        #expect(removed.names == ["hlr.remove 1"])
        #expect(removed.commands.first?.commandId != create)
        #expect(try self.site.answer(removed.commands.first).names == ["cancelled"])
    }

    private func again(_ id: WorkOrderID) -> WorkOrderIssued {
        var issued = self.site.issued("visit")
        issued.workOrderId = id
        issued.issueNumber = 2
        return issued
    }
}

@Suite("Work orders issued again after a failure")
struct IssuedAgainTests {
    var site = Site()

    @Test("It begins where it stopped, with new parameters and a command of its own; what is done stays done")
    mutating func again() throws {
        var issued = self.site.issued("two")
        let first = try self.site.apply(.issued(issued))
        let second = try self.site.answer(first.commands.first)
        try self.site.answer(second.commands.first, .failure)
        issued.issueNumber = 2
        issued.parameters = ["plan": "3G-126"]
        let again = try self.site.apply(.issued(issued))
        #expect(again.names == ["started", "hlr.setServices 1"])
        let command = try #require(again.commands.first)
        #expect(command.parameters["plan"] == "3G-126")
        #expect(command.commandId != second.commands.first?.commandId)
        #expect(try self.site.apply(.issued(issued)).names == ["repeatedIssue"])
        // The answer to the command that failed says nothing of this one.
        #expect(try self.site.answer(second.commands.first).names == ["unknownCommand"])
        #expect(try self.site.answer(command).names == ["completed"])
    }

    @Test("One that has not failed is not begun again")
    mutating func notFailed() throws {
        var issued = self.site.issued("one")
        let first = try self.site.apply(.issued(issued))
        issued.issueNumber = 2
        #expect(try self.site.apply(.issued(issued)).names == ["repeatedIssue"])
        try self.site.answer(first.commands.first)
        #expect(try self.site.apply(.issued(issued)).names == ["repeatedIssue"])
        #expect(self.site.state(issued.workOrderId) == .completed)
    }

    @Test("A type that the catalogue has learnt since is carried out")
    mutating func typeLearnt() throws {
        var issued = self.site.issued("teleport")
        try self.site.apply(.issued(issued))
        issued.issueNumber = 2
        #expect(try self.site.apply(.issued(issued)).names == ["failed issue UNKNOWN_TYPE"])
        self.site.catalogue.workOrderTypes["teleport"] = self.site.catalogue.workOrderTypes["one"]
        issued.issueNumber = 3
        #expect(try self.site.apply(.issued(issued)).names == ["started", "hlr.create 1"])
    }

    @Test("Its targets are watched anew")
    mutating func targets() throws {
        var issued = self.site.issued("one")
        let first = try self.site.apply(.issued(issued))
        self.site.now = issued.dueAt
        try self.site.apply(.targetTimer(issued.workOrderId))
        try self.site.answer(first.commands.first, .failure)
        issued.issueNumber = 2
        issued.dueAt = self.site.now.advanced(bySeconds: 3600)
        try self.site.apply(.issued(issued))
        let workOrder = try #require(self.site.lane.workOrders[issued.workOrderId])
        #expect(workOrder.jeopardy == nil)
        #expect(workOrder.jeopardyAt == self.site.now.advanced(bySeconds: 2880))
    }
}
