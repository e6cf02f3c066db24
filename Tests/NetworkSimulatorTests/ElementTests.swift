import Contracts
import Foundation
import NetworkSimulatorDomain
import Testing

@Suite("Simulated elements")
struct ElementTests {
    private static func command(_ number: String, attempt: Int = 1, id: Int = 1) -> ElementCommand {
        let text = String(id, radix: 16)
        let uuid = UUID(uuidString: "00000000-0000-7000-8000-" + String(repeating: "0", count: 12 - text.count) + text)
        let identifier = uuid ?? UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        return ElementCommand(
            commandId: CommandID(rawValue: identifier), workOrderId: WorkOrderID(rawValue: identifier), system: "hlr",
            operation: "createSubscriber", serviceNumber: number, attempt: attempt)
    }

    @Test(
        "Test numbers behave as the contract says",
        arguments: [
            ("13109169901", 1, [NetworkResponse.Status.failed], true), ("13109169901", 2, [.failed], true),
            ("13109169901", 3, [.succeeded], nil), ("029B9902", 1, [.failed], false), ("13109169903", 7, [], nil),
            ("13109169904", 1, [.succeeded, .succeeded], nil), ("13109169905", 1, [.succeeded], nil),
            ("13109169906", 1, [.failed], false), ("99010000", 1, [.succeeded], nil), ("901", 1, [.succeeded], nil),
        ] as [(String, Int, [NetworkResponse.Status], Bool?)])
    func testNumbers(number: String, attempt: Int, statuses: [NetworkResponse.Status], retriable: Bool?) {
        let answers = Element().answers(to: Self.command(number, attempt: attempt))
        #expect(answers.map(\.status) == statuses)
        #expect(answers.first?.retriable == retriable)
        #expect(answers.allSatisfy { ($0.code == nil) == ($0.status == .succeeded) })
    }

    @Test("9905 answers after 30 seconds, whatever the delay; 9906 asks for a report")
    func details() {
        let slow = Element(delayMilliseconds: 0).answers(to: Self.command("13109169905"))
        #expect(slow.map(\.afterMilliseconds) == [30_000])
        #expect(Element().answers(to: Self.command("13109169906")).map(\.code) == ["NEEDS_REPORT"])
    }

    @Test("A delay lies within half of its mean to either side, and is spread; 0 stays 0")
    func delays() {
        let element = Element(delayMilliseconds: 100)
        let delays = (1...2000).flatMap { element.answers(to: Self.command("13100000000", id: $0)) }.map(
            \.afterMilliseconds)
        #expect(delays.count == 2000)
        #expect(delays.allSatisfy { (50...150).contains($0) })
        #expect(Set(delays).count > 80)
        #expect(abs(delays.reduce(0, +) / delays.count - 100) < 3)
        let immediate = Element(delayMilliseconds: 0)
        #expect(
            (1...100).allSatisfy {
                immediate.answers(to: Self.command("13100000000", id: $0))[0].afterMilliseconds == 0
            })
    }

    @Test("A command delivered again gets the same answer; another attempt may get another; a seed changes both")
    func repetitions() {
        let element = Element(failureRate: 0.5, seed: 7)
        func statuses(_ element: Element, attempt: Int) -> [NetworkResponse.Status] {
            (1...200).map { element.answers(to: Self.command("13100000000", attempt: attempt, id: $0))[0].status }
        }
        #expect(statuses(element, attempt: 1) == statuses(element, attempt: 1))
        #expect(statuses(element, attempt: 1) != statuses(element, attempt: 2))
        #expect(statuses(element, attempt: 1) != statuses(Element(failureRate: 0.5, seed: 8), attempt: 1))
    }

    @Test("The failure rate is kept, and a failure may be retried", arguments: [0, 0.1, 0.5, 1])
    func failureRate(rate: Double) {
        let element = Element(failureRate: rate)
        let answers = (1...4000).flatMap { element.answers(to: Self.command("13100000000", id: $0)) }
        let failures = answers.filter { $0.status == .failed }
        #expect(abs(Double(failures.count) / 4000 - rate) < 0.03)
        #expect(failures.allSatisfy { $0.retriable == true })
    }
}

@Suite("Positions of a partition")
struct OpenOffsetsTests {
    @Test("The position is the first that still owes an answer, else the next to be read")
    func position() {
        var offsets = OpenOffsets()
        #expect(offsets.position == nil)
        offsets.read(10, answers: 1)
        offsets.read(11, answers: 0)
        offsets.read(12, answers: 2)
        #expect(offsets.position == 10)
        offsets.answered(12)
        offsets.answered(12)
        #expect(offsets.position == 10, "answered out of order")
        offsets.answered(10)
        #expect(offsets.position == 13)
        offsets.answered(10)
        #expect(offsets.position == 13, "answered again")
    }

    @Test("Whatever the order of the answers, nothing owed is behind the position")
    func anyOrder() {
        for _ in 0..<200 {
            var offsets = OpenOffsets()
            var owed: [Int64] = []
            for offset in Int64(0)..<30 {
                let answers = Int.random(in: 0...2)
                offsets.read(offset, answers: answers)
                owed += Array(repeating: offset, count: answers)
            }
            owed.shuffle()
            while let offset = owed.popLast() {
                #expect(offsets.position == min(offset, owed.min() ?? offset))
                offsets.answered(offset)
            }
            #expect(offsets.position == 30)
        }
    }
}
