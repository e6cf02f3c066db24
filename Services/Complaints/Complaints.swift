import Contracts
import Messaging
import ServiceRuntime

/// Takes complaints, and sees to it that each is answered in its time.
@main
struct Complaints {
    static func main() async {
        await ServiceHost.run("complaints", defaultPort: 8085, migrations: ComplaintsMigrations.all) { resources in
            let catalogues = try resources.catalogues()
            guard catalogues.current.complaints != nil else {
                throw ConfigurationError(mistakes: ["CATALOGUE: there are no complaints; the service needs them"])
            }
            let calendar = resources.calendar
            return ServicePlan(
                handlers: [
                    SubmittedHandler(catalogues: catalogues, calendar: calendar),
                    CommandHandler(catalogues: catalogues, calendar: calendar),
                    OrderEventHandler(),
                    WorkOrderEventHandler(),
                    AccountEventHandler(catalogues: catalogues, calendar: calendar),
                ],
                publishes: [.complaintsEvents, .adjustmentsRequested],
                timers: [TicketTimer(catalogues: catalogues, calendar: calendar)],
                catalogues: catalogues,
                openAPI: String(decoding: PackageResources.openapi_yaml, as: UTF8.self),
                routes: { router, pool, clock in
                    ComplaintsAPI(pool: pool, catalogues: catalogues, calendar: calendar, clock: clock)
                        .addRoutes(to: router)
                },
                measure: ComplaintsGauges().measure
            )
        }
    }
}
