import Contracts
import Messaging
import ServiceRuntime

/// Keeps accounts, and says what their usage costs.
@main
struct Rating {
    static func main() async {
        // Usage comes in thousands a second, and may take a moment.
        let batches = BatchDefaults(pipelines: 3, size: 3000, lingerMilliseconds: 20)
        await ServiceHost.run(
            "rating", defaultPort: 8083, batches: batches, migrations: RatingMigrations.all
        ) { resources in
            let catalogues = try resources.catalogues()
            let tariffs = try TariffLibrary(catalogues, calendar: resources.calendar)
            let shelf = TermsShelf(tariffs)
            let provisions = ProvisionBook()
            let balances = DataBalances(shelf: shelf, tariffs: tariffs)
            // Each with a connection of its own.
            let lanes = resources.reader.integer("RATING_LANES", default: 2, in: 1...64)
            // About a kilobyte and a half each.
            let remembered = resources.reader.integer(
                "RATING_REMEMBERED_ACCOUNTS", default: 200_000, in: 1000...100_000_000)
            return ServicePlan(
                handlers: [
                    OrderEventHandler(catalogues: catalogues, tariffs: tariffs, calendar: resources.calendar),
                    UsageHandler(
                        UsageRating(
                            tariffs: tariffs, shelf: shelf, provisions: provisions,
                            results: RatedEvents(encoder: resources.events, calendar: resources.calendar)),
                        lanes: lanes, remembered: remembered),
                    PaymentHandler(),
                    AdjustmentHandler(tariffs: tariffs, calendar: resources.calendar),
                    AccountCommandHandler(tariffs: tariffs, calendar: resources.calendar),
                ],
                publishes: [.accountsEvents, .usageRated, .usageRecorded, .ordersSubmitted],
                timers: [
                    ReratingTimer(shelf: shelf, provisions: provisions),
                    BillRun(
                        tariffs: tariffs, shelf: shelf, provisions: provisions, calendar: resources.calendar),
                    ScheduledMoneyTimer(),
                    CreditControlTimer(calendar: resources.calendar),
                    LineBarTimer(tariffs: tariffs),
                    LineBarLift(tariffs: tariffs),
                    ParkedAccountTimer(tariffs: tariffs),
                    QuotaCheckTimer(balances: balances),
                    UsageNoticeTimer(balances: balances, calendar: resources.calendar),
                    BillReminderTimer(tariffs: tariffs, calendar: resources.calendar),
                    TermNoticeTimer(tariffs: tariffs, calendar: resources.calendar),
                    JournalCheckTimer(calendar: resources.calendar),
                ],
                catalogues: catalogues,
                openAPI: String(decoding: PackageResources.openapi_yaml, as: UTF8.self),
                routes: { router, pool, clock in
                    RatingAPI(
                        pool: pool, shelf: shelf, provisions: provisions, tariffs: tariffs,
                        calendar: resources.calendar, clock: clock
                    ).addRoutes(to: router)
                },
                measure: RatingGauges().measure,
                connections: lanes
            )
        }
    }
}
