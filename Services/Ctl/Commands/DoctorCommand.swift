import ArgumentParser
import Contracts
import Foundation
import Kafka

/// Looks the whole system over, and says what to do about what is not well.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Checks services, broker, topics and the fallout queue, and says what to do.")

    func run() async throws {
        var isWell = true
        for service in ReadAPI.all { isWell = await self.check(service) && isWell }
        isWell = await self.checkBroker() && isWell
        isWell = await self.checkStuck() && isWell
        isWell = await self.checkFallout() && isWell
        Terminal.show(isWell ? "all is well" : "not all is well")
        if !isWell { throw ExitCode.failure }
    }

    private func check(_ service: ReadAPI) async -> Bool {
        guard let (status, data) = try? await service.get("/readyz") else {
            return self.tell(false, "\(service.service) does not answer at \(service.baseURL)", "start it: make up")
        }
        let text = String(decoding: data, as: UTF8.self)
        return self.tell(
            status == 200, "\(service.service) is \(status == 200 ? "ready" : "not ready: \(text)")",
            "look at what it names, and at its log")
    }

    private func checkBroker() async -> Bool {
        do {
            let broker = try Broker()
            let consumer = try KafkaConsumer(configuration: broker.configuration, groupID: nil, logger: broker.logger)
            let names = Topic.all.map(\.name)
            let found = try await consumer.partitions(of: names, timeout: .seconds(10))
            await consumer.close()
            // Of services that are not there yet, there need be none.
            let missing = names.filter { name in
                (name.hasPrefix("orders.") || name.hasPrefix("workorders.") || name.hasPrefix("network."))
                    && (found[name]?.isEmpty ?? true)
            }
            return self.tell(
                missing.isEmpty, missing.isEmpty ? "the broker has its topics" : "topics are missing: \(missing)",
                "services create their topics when they start: restart them")
        } catch {
            return self.tell(false, "the broker does not answer: \(error)", "check KAFKA_BOOTSTRAP_SERVERS")
        }
    }

    private struct Page: Decodable {
        struct Item: Decodable { var orderId: String }

        var items: [Item]
    }

    private func checkStuck() async -> Bool {
        guard let page: Page = try? await ReadAPI.orders.read(at: "/stuck") else {
            return self.tell(false, "whether orders are stuck cannot be seen", "see orders above")
        }
        let ids = page.items.map(\.orderId).joined(separator: ", ")
        let text = page.items.isEmpty ? "no order is stuck" : "nothing moves \(ids)"
        return self.tell(page.items.isEmpty, text, "a fault of the software: report it with order timeline and log")
    }

    private func checkFallout() async -> Bool {
        guard let page: Page = try? await ReadAPI.orders.read(at: "/fallout?limit=200") else {
            return self.tell(false, "the fallout queue cannot be read", "see orders above")
        }
        let count = page.items.count
        let text =
            count == 0
            ? "no order waits for a person" : "\(count)\(count == 200 ? " or more" : "") orders wait for a person"
        return self.tell(count == 0, text, "sheaf-ctl fallout")
    }

    private func tell(_ isWell: Bool, _ text: String, _ remedy: String) -> Bool {
        Terminal.show("\(isWell ? "✓" : "✗") \(text)\(isWell ? "" : ": \(remedy)")")
        return isWell
    }
}
