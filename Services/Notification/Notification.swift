import AsyncHTTPClient
import Contracts
import Foundation
import Messaging
import NotificationDomain
import ServiceRuntime

/// Tells customers what happens, once and in its time, and takes in what they write.
@main
struct Notification {
    static func main() async {
        let migrations = NotificationMigrations.all
        await ServiceHost.run("notification", defaultPort: 8084, migrations: migrations) { resources in
            let catalogues = try resources.catalogues()
            let configuration = try NotificationConfiguration(resources.reader)
            let gateway = try configuration.gateway(logger: resources.logger)
            let gate = GatewayGate(perSecond: configuration.messagesPerSecond)
            let intake = NotificationIntake(catalogues: catalogues, calendar: resources.calendar)
            let telling = EventTelling(intake: intake)
            return ServicePlan(
                handlers: [
                    RequestHandler(intake: intake),
                    OrderEventHandler(telling: telling),
                    AccountEventHandler(telling: telling),
                    ReceivedMessageHandler(intake: intake),
                ],
                publishes: [.notificationsEvents, .messagesReceived, .ordersSubmitted],
                timers: [ExpiryTimer(), TextErasureTimer(catalogues: catalogues)],
                catalogues: catalogues,
                openAPI: String(decoding: PackageResources.openapi_yaml, as: UTF8.self),
                routes: { router, pool, _ in NotificationAPI(pool: pool).addRoutes(to: router) },
                measure: NotificationGauges(gate: gate).measure,
                sideWork: { workbench in
                    let desk = ReceiptDesk(workbench: workbench)
                    let dispatchers = DispatchLane.allCases.map { lane in
                        Dispatcher(
                            lane: lane, channels: [.sms], gateway: gateway, gate: gate,
                            settings: configuration.dispatch, catalogues: catalogues, calendar: resources.calendar,
                            workbench: workbench, logger: resources.logger)
                    }
                    let kannel = KannelRoutes(desk: desk, workbench: workbench, token: configuration.token)
                    return SideWork(workers: [desk] + dispatchers, routes: kannel.addRoutes)
                },
                connections: 3
            )
        }
    }
}
