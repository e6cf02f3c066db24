import Contracts
import Messaging
import Postgres
import ProvisioningDomain

/// Takes what field staff and operators say.
struct ReportHandler: MessageHandler {
    let catalogues: CatalogueLibrary

    func handle(_ batch: [Message<WorkOrderReported>], in context: HandlingContext) async throws -> Handled {
        var handled = Handled()
        let serviceNumbers = try await context.transaction.serviceNumbers(of: batch.map(\.body.workOrderId))
        let events = batch.compactMap { message in
            serviceNumbers[message.body.workOrderId].map { (message.body.workOrderId, $0) }
        }
        var lanes = try await LockedLanes(of: events, by: self.catalogues, in: context)
        for message in batch {
            var report = message.body
            report.reason = report.reason.map(storable)
            guard let number = serviceNumbers[report.workOrderId] else {
                // The issue is on another topic, and may be read after this: people are told of work orders early.
                let text = "there is no work order \(report.workOrderId)"
                handled.postpone(message, code: ProvisioningCode.notFound, text: text)
                continue
            }
            let effects = try lanes.apply(.reported(report), on: number)
            if let refusal = handled.tell(effects, causedBy: message.context) {
                handled.refuse(message, code: refusal.code, text: refusal.text)
            }
        }
        try await lanes.save()
        return handled
    }
}
