import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// From a complaint to its end: over topics, the read API and customers' phones.
    @Suite(.serialized)
    struct ComplaintTests {
        let system: RunningSystem
        let observer: Observer
        let publisher: Publisher
        let clock: ClockControl

        init() async throws {
            self.system = try RunningSystem()
            try await self.system.untilReady()
            self.observer = try Observer(self.system)
            self.publisher = try Publisher(self.system)
            self.clock = ClockControl(system: self.system, publisher: self.publisher)
            try await self.observer.start()
        }

        private struct Shown: Decodable {
            struct Deadline: Decodable {
                var clock: String
                var isMissed: Bool
            }

            struct Refund: Decodable {
                var state: String
                var amountMilliyuan: Int64
                var days: Int?
            }

            struct Entry: Decodable {
                var kind: String
                var content: JSONValue
            }

            var state: String
            var score: Int?
            var deadlines: [Deadline]
            var refunds: [Refund]
            var history: [Entry]

            var kinds: [String] { self.history.map(\.kind) }
        }

        private func shown(_ id: ComplaintID) async throws -> Shown {
            try await self.system.json(Shown.self, from: "\(self.system.complaintsURL)/complaints/\(id)")
        }

        private func submit(
            _ category: String, _ sub: String? = nil, customer: String, number: String?, contact: String? = nil,
            area: String? = nil, usageIds: [UsageID]? = nil
        ) async throws -> ComplaintAcknowledged {
            let externalId = await Unique.externalId()
            let complaint = ComplaintSubmitted(
                externalId: externalId, channel: "hotline", customer: .init(id: customer, contactNumber: contact),
                serviceNumber: number, category: category, subCategory: sub, area: area, text: "…",
                submittedAt: try await self.clock.now(), related: usageIds.map { .init(usageIds: $0) })
            try await self.publisher.publish([complaint, complaint])
            var answer: ComplaintAcknowledged?
            try await until("\(externalId) is acknowledged") {
                answer = try await self.observer.messages(ComplaintAcknowledged.self) { $0.externalId == externalId }
                    .first
                return answer != nil
            }
            return try #require(answer)
        }

        private func act(
            _ word: String, _ id: ComplaintID, by: String = "agent-7",
            _ change: (inout ComplaintCommand) -> Void = { _ in }
        ) async throws {
            var command = ComplaintCommand(
                commandId: CommandID(rawValue: UUID()), complaintId: id, command: word, by: by,
                at: try await self.clock.now())
            change(&command)
            try await self.publisher.publish([command, command])
        }

        /// A bundle that is in effect, of a customer of its own.
        private func bundle() async throws -> (account: String, customer: String, mobile: String) {
            var order = await Order.basicA88()
            order.externalId = await Unique.externalId()
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            _ = try await self.observer.completed(plan.orderId)
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            try await until("both lines are of the account") {
                try await self.observer.messages(AccountMemberAttached.self) { $0.accountId == plan.accountId }
                    .count == 2
            }
            return (plan.accountId, order.customer.id, order.members[1].serviceNumber)
        }

        private func call(_ number: String, minutes: Int, at: Timestamp) -> UsageRecorded {
            UsageRecorded(
                usageId: UsageID(rawValue: UUID()), kind: .voice, serviceNumber: number,
                startedAt: at.advanced(bySeconds: -60 * minutes), endedAt: at, direction: .originating,
                otherParty: "01062228888", roaming: .home)
        }

        @Test(
            "CMP-10: a double refund is approved, booked once and on the next bill; the same usage is not refunded again"
        )
        func refund() async throws {
            let (account, customer, mobile) = try await self.bundle()
            let now = try await self.clock.now()
            let calls = [
                self.call(mobile, minutes: 300, at: now),
                self.call(mobile, minutes: 200, at: now.advanced(bySeconds: 1)),
            ]
            try await self.publisher.publish(calls)
            try await until("the second call costs 30 yuan") {
                try await self.observer.messages(UsageRated.self) {
                    $0.usageId == calls[1].usageId && $0.chargeMilliyuan == .yuan(30)
                }.count == 1
            }
            let taken = try await self.submit(
                "billing", "wrongCharge", customer: customer, number: mobile, usageIds: [calls[1].usageId])
            #expect(taken.accountId == account)
            try await self.act("refund", taken.complaintId) {
                $0.rule = "double"
                $0.amountMilliyuan = .yuan(30)
                $0.usageIds = [calls[1].usageId]
                $0.text = "charged wrongly"
            }
            var asked: ComplaintApprovalRequested?
            try await until("somebody has to approve") {
                asked = try await self.observer.messages(ComplaintApprovalRequested.self) {
                    $0.complaintId == taken.complaintId
                }.first
                return asked != nil
            }
            let refundId = try #require(asked?.refundId)
            try await self.act("approve", taken.complaintId, by: "wang") {
                $0.refundId = refundId
                $0.role = "supervisor"
            }
            try await until("Rating has booked it, and the ticket shows it") {
                try await self.shown(taken.complaintId).refunds.map(\.state) == ["booked"]
            }
            let shown = try await self.shown(taken.complaintId)
            #expect(shown.refunds.map(\.amountMilliyuan) == [60_000] && shown.kinds.contains("evidence"))
            let requests = try await self.observer.messages(AdjustmentRequested.self) {
                $0.adjustmentId == refundId.description
            }
            #expect(requests.count == 1 && requests.first?.approvedBy == "wang")

            let other = try await self.submit("order", customer: customer, number: mobile)
            try await self.act("refund", other.complaintId) {
                $0.rule = "single"
                $0.amountMilliyuan = .yuan(1)
                $0.usageIds = [calls[1].usageId]
                $0.text = "once more"
            }
            try await until("the same usage is refused") {
                try await self.observer.messages(ComplaintCommandRejected.self) {
                    $0.complaintId == other.complaintId && $0.code == "USAGE_REFUNDED"
                }.count == 1
            }
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            var bill: BillIssued?
            try await until("the bill is issued") {
                bill = try await self.observer.messages(BillIssued.self) { $0.accountId == account }.last
                return bill != nil
            }
            let credits = bill?.subjects.filter { $0.amountMilliyuan < .zero }.map(\.amountMilliyuan)
            #expect(credits == [.yuan(-60)] && bill?.totalMilliyuan == .yuan(88 + 30 - 60))
            try await self.expectContract()
        }

        @Test(
            "CMP-03, RAT-51: repaired after 90 hours in the country, four days of the month's fee are waived; after 70, none"
        )
        func waiver() async throws {
            let (account, customer, mobile) = try await self.bundle()
            // A bill is there, from which something can be given back.
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            try await until("the bill is issued") {
                try await !self.observer.messages(BillIssued.self) { $0.accountId == account }.isEmpty
            }
            for (hours, days) in [(70, nil), (90, 4 as Int?)] {
                let taken = try await self.submit(
                    "fault", "noService", customer: customer, number: mobile, area: "rural")
                let reported = taken.acknowledgedAt
                try await self.clock.set(reported.advanced(bySeconds: hours * 3600), rate: 1)
                try await self.act("repaired", taken.complaintId) {
                    $0.repairedAt = reported.advanced(bySeconds: hours * 3600)
                }
                try await self.act("refund", taken.complaintId) {
                    $0.rule = "rentWaiver"
                    $0.text = "not repaired in time"
                }
                if let days {
                    let calendar = self.clock.calendar
                    let first = CivilDate(firstOf: calendar.cycle(of: reported))
                    let length = Int64(first.firstOfNextMonth.daysSinceEpoch - first.daysSinceEpoch)
                    let exact = (88_000 * Int64(days) * 2 + length) / (2 * length)
                    try await until("it is booked") {
                        try await self.shown(taken.complaintId).refunds.map(\.state) == ["booked"]
                    }
                    let refund = try #require(try await self.shown(taken.complaintId).refunds.first)
                    #expect(refund.days == days && refund.amountMilliyuan == exact)
                } else {
                    try await until("nothing is waived") {
                        try await self.observer.messages(ComplaintCommandRejected.self) {
                            $0.complaintId == taken.complaintId && $0.code == "DEADLINE_KEPT"
                        }.count == 1
                    }
                }
                try await self.act("resolve", taken.complaintId) { $0.text = "repaired" }
                try await until("it is resolved") { try await self.shown(taken.complaintId).state == "resolved" }
            }
        }

        @Test("CMP-25: a customer learns by texts what becomes of it, and closes it by one")
        func survey() async throws {
            try #require(Phones.isThere(self.system), "Kannel is not installed")
            let phones = try Phones(self.system)
            try await self.clock.set(nextHour: 9)
            let mobile = await Unique.mobile()
            let taken = try await self.submit("service", "hall", customer: mobile, number: nil, contact: mobile)
            try await until("the customer is told", .seconds(600)) {
                try phones.texts(to: mobile).contains { $0.contains("已受理") }
            }
            try await self.act("resolve", taken.complaintId) { $0.text = "已向您致歉" }
            try await until("the customer is asked", .seconds(600)) {
                try phones.texts(to: mobile).contains { $0.contains("已向您致歉") && $0.contains("1至5") }
            }
            try phones.send("5", from: mobile)
            try await until("it is closed") { try await self.shown(taken.complaintId).state == "closed" }
            #expect(try await self.shown(taken.complaintId).score == 5)
            try await until("the customer is thanked") {
                try phones.texts(to: mobile).contains { $0.contains("感谢您的评价") }
            }
            try await self.expectContract()
        }

        @Test(
            "5,000 complaints while Complaints and PostgreSQL are killed: no deadline is lost or told twice, every history is unbroken"
        )
        func kills() async throws {
            try await self.clock.set(nextHour: 9)
            let run = String(UInt32.random(in: 0...UInt32.max), radix: 36)
            let now = try await self.clock.now()
            let tiers = ["vip", "gold", "standard"]
            let complaints = (0..<5000).map { serial in
                ComplaintSubmitted(
                    externalId: "\(run)-\(serial)", channel: "web",
                    customer: .init(id: "\(run)-\(serial)", tier: tiers[serial % 3]), category: "billing", text: "…",
                    submittedAt: now)
            }
            let database = Database(self.system)
            for first in stride(from: 0, to: complaints.count, by: 500) {
                try await self.publisher.publish(Array(complaints[first..<first + 500]))
                try await until("some more are taken", .seconds(120)) {
                    try await database.complaints(run) >= min(first + 200, 4900)
                }
                try self.system.kill(first % 2000 == 1500 ? "postgres" : "complaints")
            }
            try await until("all are taken", .seconds(240)) { try await database.complaints(run) == complaints.count }
            // Past every deadline of every tier and level, in leaps, in the middle of which it dies.
            var at = try await self.clock.now()
            for _ in 0..<5 {
                at = at.advanced(bySeconds: 24 * 3600)
                try await self.publisher.publish([ClockSet(now: at, rate: 1)])
                try await Task.sleep(for: .milliseconds(Int.random(in: 50...900)))
                try self.system.kill("complaints")
                try await self.clock.untilSet(at)
            }
            try await until("nothing is due any more", .seconds(240)) {
                try await database.dueComplaints(run, by: at) == 0
            }
            let counts = try await database.deadlineEntries(run)
            #expect(counts.count == 5000)
            // Warned and missed: the first answer, handling, and the two levels above the first.
            for (external, warned, missed, doubles) in counts where warned != 4 || missed != 4 || doubles != 0 {
                Issue.record("\(external): \(warned) warnings, \(missed) missed, \(doubles) twice")
                return
            }
            try await until("all is told") {
                try await self.observer.messages(ComplaintDeadlineMissed.self) { $0.customerId.hasPrefix(run) }.count
                    >= 20_000
            }
            let told = try await self.observer.all().filter { $0.type == ComplaintDeadlineMissed.type }
            let mine = try told.map { ($0.envelope?.id ?? "", try $0.body(ComplaintDeadlineMissed.self)) }
                .filter { $0.1.customerId.hasPrefix(run) }
            // A relay that dies publishes again, under the same id.
            let once = Dictionary(mine.map { ($0.0, $0.1) }) { first, _ in first }
            #expect(once.count == 20_000)
            #expect(Set(once.values.map { "\($0.complaintId) \($0.clock) \($0.dueAt)" }).count == 20_000)
            let verified = try CommandLineTool.run("complaint", "verify")
            #expect(verified.status == 0 && verified.output.contains("unbroken"), "\(verified.output.suffix(400))")
        }

        @Test("A history that somebody changes is found by the command line; a complaint is handled with it alone")
        func commandLine() async throws {
            let taken = try await self.submit("service", "hotline", customer: await Unique.externalId(), number: nil)
            let id = taken.complaintId.description
            let acted = try CommandLineTool.run(
                "complaint", "act", id, "resolve", "--text", "explained", "--by", "li")
            #expect(acted.status == 0, "\(acted.output)")
            try await until("it is resolved") { try await self.shown(taken.complaintId).state == "resolved" }
            let shown = try CommandLineTool.run("complaint", "show", id)
            #expect(shown.status == 0 && shown.output.contains("resolved") && shown.output.contains("handling"))
            let now = try await self.clock.now()
            let statistics = try CommandLineTool.run(
                "complaint", "statistics", "--from", self.clock.calendar.format(now.advanced(bySeconds: -86_400)),
                "--to", self.clock.calendar.format(now.advanced(bySeconds: 60)), "--by", "category")
            #expect(statistics.status == 0 && statistics.output.contains("service"), "\(statistics.output)")
            #expect(try CommandLineTool.run("complaint", "verify", id).status == 0)
            let database = Database(self.system)
            try await database.change(
                "UPDATE complaints.ticket_entry SET by = 'nobody' WHERE complaint_id = '\(id)' AND position = 1")
            let broken = try CommandLineTool.run("complaint", "verify", id)
            #expect(broken.status == 1 && broken.output.contains("entry 1 is not what it was"), "\(broken.output)")
            try await database.change(
                "UPDATE complaints.ticket_entry SET by = 'system' WHERE complaint_id = '\(id)' AND position = 1")
            #expect(try CommandLineTool.run("complaint", "verify", id).status == 0)
            #expect(try CommandLineTool.run("complaint", "show", UUID().uuidString).status == 2)
        }

        /// Everything that Complaints said is as its schema says.
        private func expectContract() async throws {
            let seen = try await self.observer.all().filter { $0.topic == Topic.complaintsEvents.name }
            let verdicts = try SchemaValidator.validate(seen)
            #expect(verdicts.count == seen.count && !seen.isEmpty)
            for (message, verdict) in zip(seen, verdicts) where verdict != "ok" {
                Issue.record("\(verdict): \(message.headers) \(message.text)")
            }
        }
    }
}
