import Contracts
import Messaging
import Postgres
import ProvisioningDomain

/// Begins work orders, and ends them where Orders wants them no more.
struct IssuedHandler: MessageHandler {
    let catalogues: CatalogueLibrary

    func handle(_ batch: [Message<IssuedMessage>], in context: HandlingContext) async throws -> Handled {
        var handled = Handled()
        var serviceNumbers = try await context.transaction.serviceNumbers(of: batch.map(\.body.workOrderId))
        var messages: [Message<IssuedMessage>] = []
        for message in batch {
            if case .issued(let issued) = message.body {
                if let text = Self.mistake(in: issued) {
                    handled.refuse(message, code: ProvisioningCode.invalidValue, text: text)
                    continue
                }
                // A work order stays in the lane of its first issue.
                if serviceNumbers[issued.workOrderId] == nil {
                    serviceNumbers[issued.workOrderId] = issued.serviceNumber
                }
            }
            messages.append(message)
        }
        let events = messages.compactMap { message in
            serviceNumbers[message.body.workOrderId].map { (message.body.workOrderId, $0) }
        }
        let versions = messages.lazy.map(\.body.catalogueVersion)
        var lanes = try await LockedLanes(of: events, by: self.catalogues, issuedOn: versions, in: context)
        for message in messages {
            let id = message.body.workOrderId
            // It shares a key with the issue, which came before it: what is not there now never comes.
            guard let number = serviceNumbers[id], message.body.isIssue || lanes[id, on: number] != nil else {
                handled.countIgnored(.unknownWorkOrder)
                continue
            }
            let effects = try lanes.apply(message.body.event, on: number)
            if let refusal = handled.tell(effects, causedBy: message.context) {
                handled.refuse(message, code: refusal.code, text: refusal.text)
            }
        }
        try await lanes.save()
        return handled
    }

    /// What the database would not take; one such record must not spoil its batch.
    private static func mistake(in issued: WorkOrderIssued) -> String? {
        let texts = [
            ("/type", issued.type), ("/product", issued.product), ("/memberRef", issued.memberRef),
            ("/serviceNumber", issued.serviceNumber), ("/catalogueVersion", issued.catalogueVersion ?? ""),
        ]
        if let (path, _) = texts.first(where: { !isStorable($0.1) }) {
            return "\(path): takes at most 512 bytes, none of them 0"
        }
        return isStorable(issued.parameters) ? nil : "/parameters: a text holds the character U+0000"
    }
}

extension IssuedMessage {
    fileprivate var event: Lane.Event {
        switch self {
        case .issued(let issued): .issued(issued)
        case .cancelRequested(let request): .cancelRequested(request.workOrderId)
        }
    }

    fileprivate var catalogueVersion: String? {
        if case .issued(let issued) = self { issued.catalogueVersion } else { nil }
    }

    fileprivate var isIssue: Bool {
        if case .issued = self { true } else { false }
    }
}
