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
            let outlets = try configuration.outlets(logger: resources.logger)
            let intake = NotificationIntake(
                catalogues: catalogues, calendar: resources.calendar, channels: Set(outlets.flatMap(\.channels)))
            let telling = EventTelling(intake: intake)
            return ServicePlan(
                handlers: [
                    RequestHandler(intake: intake),
                    OrderEventHandler(telling: telling),
                    WorkOrderEventHandler(telling: telling),
                    AccountEventHandler(telling: telling),
                    ComplaintEventHandler(telling: telling),
                    ReceivedMessageHandler(intake: intake),
                ],
                publishes: [.notificationsEvents, .messagesReceived, .ordersSubmitted, .complaintsCommands],
                timers: [
                    ExpiryTimer(), TextErasureTimer(catalogues: catalogues), ScheduleTimer(intake: intake),
                ],
                catalogues: catalogues,
                openAPI: String(decoding: PackageResources.openapi_yaml, as: UTF8.self),
                routes: { router, pool, _ in NotificationAPI(pool: pool).addRoutes(to: router) },
                measure: NotificationGauges(outlets: outlets).measure,
                sideWork: { workbench in
                    let desk = ReceiptDesk(workbench: workbench)
                    let dispatchers = outlets.flatMap { outlet in
                        outlet.lanes.map { lane in
                            Dispatcher(
                                lane: lane, outlet: outlet, settings: configuration.dispatch, catalogues: catalogues,
                                calendar: resources.calendar, workbench: workbench, logger: resources.logger)
                        }
                    }
                    let kannel = KannelRoutes(desk: desk, workbench: workbench, token: configuration.token)
                    return SideWork(workers: [desk] + dispatchers, routes: kannel.addRoutes)
                },
                connections: 1 + outlets.reduce(0) { $0 + $1.lanes.count }
            )
        }
    }
}
