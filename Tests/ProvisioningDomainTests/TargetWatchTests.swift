import Contracts
import ProvisioningDomain
import Testing

@Suite("Targets")
struct TargetWatchTests {
    var site = Site()

    @Test("At four fifths of the time a target is near, at its end it is missed; each is told once, with its own time")
    mutating func nearAndMissed() throws {
        let (id, _) = try self.site.issue("one")
        let issuedAt = self.site.now
        #expect(try self.site.apply(.targetTimer(id)).names == ["notDue"])
        self.site.now = issuedAt.advanced(bySeconds: 3000)
        let near = try self.site.apply(.targetTimer(id))
        #expect(near.names == ["targetNear"])
        #expect(try self.site.apply(.targetTimer(id)).names == ["notDue"])
        self.site.now = issuedAt.advanced(bySeconds: 9000)
        let missed = try self.site.apply(.targetTimer(id))
        #expect(missed.names == ["targetMissed"])
        #expect(self.site.lane.workOrders[id]?.jeopardyAt == nil)
        let times = (near + missed).compactMap { if case .jeopardy(let jeopardy) = $0 { jeopardy.at } else { nil } }
        #expect(times == [issuedAt.advanced(bySeconds: 2880), issuedAt.advanced(bySeconds: 3600)])
    }

    @Test("A work order that has ended is in no danger")
    mutating func ended() throws {
        let (id, issued) = try self.site.issue("one")
        try self.site.answer(issued.commands.first)
        self.site.now = self.site.now.advanced(bySeconds: 9000)
        #expect(try self.site.apply(.targetTimer(id)).names == ["notDue"])
    }

    @Test("A target that has passed before the issue is missed, and was never near")
    mutating func past() throws {
        var issued = self.site.issued("one")
        issued.dueAt = self.site.now.advanced(bySeconds: -60)
        try self.site.apply(.issued(issued))
        #expect(try self.site.apply(.targetTimer(issued.workOrderId)).names == ["targetMissed"])
    }
}
