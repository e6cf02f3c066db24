import Contracts
import OrdersDomain
import Testing

/// What the elements have been made to hold, by commands alone: a naive model that knows nothing of orders.
struct Network: Equatable {
    /// `number fact` → value; what is not there was never said.
    private(set) var facts: [String: String] = [:]
    private var executed: Set<CommandID> = []
    /// What was said of attempts, and of commands for good.
    private var attempts: [CommandID: [Int: Int]] = [:]
    private var refusals: [CommandID: Int] = [:]

    static func == (left: Network, right: Network) -> Bool { left.facts == right.facts }

    func hasExecuted(_ command: NetworkCommand) -> Bool { self.executed.contains(command.commandId) }

    /// What an element has to say, having said or done something before; `nil` where it is free.
    func verdict(of command: NetworkCommand) -> Int? {
        if self.hasExecuted(command) { return Int.max }
        return self.refusals[command.commandId] ?? self.attempts[command.commandId]?[command.attempt]
    }

    mutating func note(_ verdict: Int, of command: NetworkCommand, isFinal: Bool) {
        self.attempts[command.commandId, default: [:]][command.attempt] = verdict
        if isFinal { self.refusals[command.commandId] = verdict }
    }

    /// A command is carried out once, however often it is sent.
    mutating func execute(_ command: NetworkCommand) {
        guard self.executed.insert(command.commandId).inserted else { return }
        let number = command.serviceNumber
        func text(_ name: String) -> String? {
            switch command.parameters[name] {
            case .string(let text)?: text
            case .integer(let value)?: "\(value)"
            default: nil
            }
        }
        switch "\(command.system).\(command.operation)" {
        case "aaa.createAccess", "switch.createSubscriber", "hlr.createSubscriber":
            self.facts["\(number) line"] = "there"
        case "aaa.removeAccess", "switch.removeSubscriber", "hlr.removeSubscriber": self.facts["\(number) line"] = nil
        case "aaa.changeSpeed": self.facts["\(number) speed"] = text("speedMbps")
        case "aaa.assignStaticIp": self.facts["\(number) address"] = "static"
        case "aaa.releaseStaticIp": self.facts["\(number) address"] = nil
        case "crm.changePlan": self.facts["\(number) plan"] = text("plan")
        case "vas.open": self.facts["\(number) \(text("service") ?? "?")"] = "open"
        case "vas.close": self.facts["\(number) \(text("service") ?? "?")"] = nil
        case "vpn.addMember": self.facts["\(number) network"] = "member"
        case "vpn.removeMember": self.facts["\(number) network"] = nil
        default: break
        }
    }

    func facts(of numbers: [String]) -> [String: String] {
        self.facts.filter { fact in numbers.contains { fact.key.hasPrefix("\($0) ") } }
    }

    mutating func know(_ number: String, _ fact: String, _ value: String?) { self.facts["\(number) \(fact)"] = value }
}

extension Network {
    /// The lines of a submission as they are before anything is done.
    mutating func know(_ order: OrderSubmitted) {
        for member in order.members where member.existing {
            self.know(member.serviceNumber, "plan", member.plan)
            self.know(member.serviceNumber, "speed", member.speedMbps.map(String.init))
            for service in member.vas ?? [] { self.know(member.serviceNumber, service, "open") }
        }
    }

    /// What an order for a bundle is to come to, by the specification's table.
    static func wanted(_ order: OrderSubmitted, _ bundle: Bundle, from before: Network) -> Network {
        var network = before
        for member in order.members {
            let number = member.serviceNumber
            if !member.existing { network.know(number, "line", "there") }
            if member.existing, member.product != "mobile3g" { network.know(number, "plan", order.offer) }
            for service in bundle.services[member.product] ?? [] { network.know(number, service, "open") }
            if member.product == "broadband" {
                let codes = (order.options ?? []).filter { $0.member == member.ref }.map(\.code)
                let speed = codes.contains("BB-SPEED-4M") ? 4 : codes.contains("BB-SPEED-8M") ? 8 : 2
                if member.existing { network.know(number, "speed", "\(speed)") }
                network.know(number, "address", codes.contains("BB-STATIC-IP") ? "static" : nil)
            } else {
                network.know(number, "network", "member")
            }
        }
        return network
    }
}
