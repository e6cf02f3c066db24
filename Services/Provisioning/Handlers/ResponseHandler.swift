import Contracts
import Messaging
import Postgres
import ProvisioningDomain

/// Takes the answers of network elements.
struct ResponseHandler: MessageHandler {
    let catalogues: CatalogueLibrary

    func handle(_ batch: [Message<NetworkResponse>], in context: HandlingContext) async throws -> Handled {
        var handled = Handled()
        let serviceNumbers = try await context.transaction.serviceNumbers(of: batch.map(\.body.workOrderId))
        let events = batch.compactMap { message in
            serviceNumbers[message.body.workOrderId].map { (message.body.workOrderId, $0) }
        }
        var lanes = try await LockedLanes(
            of: events, by: self.catalogues, in: context, mayFail: batch.contains { $0.body.retriable == true })
        for message in batch {
            let response = message.body.asKept
            // A command goes out after its work order is saved, so one that is not there never was.
            guard let number = serviceNumbers[response.workOrderId] else {
                lanes.recordUnknown(response)
                handled.countIgnored(.unknownCommand)
                continue
            }
            let effects = try lanes.apply(.answered(response), on: number)
            if let refusal = handled.tell(effects, causedBy: message.context) {
                handled.refuse(message, code: refusal.code, text: refusal.text)
            }
        }
        try await lanes.save()
        return handled
    }
}

extension NetworkResponse {
    /// With texts as they can be kept.
    fileprivate var asKept: NetworkResponse {
        var response = self
        response.code = response.code.map(storable)
        response.message = response.message.map(storable)
        return response
    }
}
