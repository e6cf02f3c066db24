import Contracts
import Foundation
import Hummingbird
import Messaging
import NotificationDomain
import ServiceRuntime

/// What Kannel calls: with reports of messages, and with texts that customers have sent.
struct KannelRoutes: Sendable {
    static let receiptsPath = "/kannel/receipts"
    static let messagesPath = "/kannel/messages"

    let desk: ReceiptDesk
    let workbench: Workbench
    /// What Kannel has to say to be let in.
    let token: String

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("\(Self.receiptsPath)", use: self.receipt)
        router.get("\(Self.messagesPath)", use: self.message)
    }

    /// Kannel's kinds of report, of which the others say nothing for good.
    private enum Report: Int {
        case delivered = 1
        case notDelivered = 2
        case refusedByCentre = 16
    }

    @Sendable private func receipt(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try self.checkToken(request)
        let query = request.uri.queryParameters
        let text = query["id"].map(String.init) ?? ""
        guard let id = NotificationID(text) else {
            throw ProblemDetails.invalidParameter("id", value: text, takes: "the id of a notification")
        }
        let type = query["type"].map(String.init) ?? ""
        guard let number = Int(type) else {
            throw ProblemDetails.invalidParameter("type", value: type, takes: "Kannel's number of a report")
        }
        guard let report = Report(rawValue: number) else { return Response(status: .ok) }
        let receipt = Receipt(
            id: id, isDelivered: report == .delivered, reason: query["answer"].map(Self.plain) ?? "")
        let isKnown: Bool
        do {
            isKnown = try await self.desk.report(receipt)
        } catch {
            throw ProblemDetails(.serviceUnavailable, detail: "The report could not be kept: send it again.")
        }
        guard isKnown else { throw ProblemDetails.notFound("notification", id: text) }
        return Response(status: .ok)
    }

    @Sendable private func message(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try self.checkToken(request)
        let query = request.uri.queryParameters
        func required(_ name: String) throws(ProblemDetails) -> String {
            guard let value = query[Substring(name)].map(Self.plain), !value.isEmpty else {
                throw .invalidParameter(name, value: "", takes: "what Kannel puts in its place")
            }
            return value
        }
        guard self.workbench.isStarted else {
            throw ProblemDetails(.serviceUnavailable, detail: "Business time is not known yet: send it again.")
        }
        let received = MessageReceived(
            messageId: try required("id"), from: try required("from"), to: try required("to"),
            text: query["text"].map(Self.plain) ?? "", receivedAt: self.workbench.now)
        try await self.workbench.transact("take text") { context in
            var handled = Handled()
            handled.send(received, causedBy: nil, correlationID: received.messageId)
            return ((), handled)
        }
        // What is in the answer Kannel would send to the customer.
        return Response(status: .ok)
    }

    private func checkToken(_ request: Request) throws(ProblemDetails) {
        guard request.uri.queryParameters["token"].map(String.init) == self.token else {
            throw ProblemDetails(.forbidden, detail: "The token is another one.")
        }
    }

    /// Without what no text in the database may have.
    private static func plain(_ text: Substring) -> String { String(text.filter { $0 != "\0" }) }
}
