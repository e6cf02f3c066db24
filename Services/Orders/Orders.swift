import Contracts
import Messaging
import ServiceRuntime

/// Takes orders for bundles, takes them apart into work orders, and follows them until they are in effect.
@main
struct Orders {
    static func main() async {
        await ServiceHost.run("orders", defaultPort: 8081, migrations: OrdersMigrations.all) { resources in
            let catalogues = try resources.catalogues()
            let passwords = PasswordSeal(
                key: resources.reader.string("PASSWORD_KEY", default: "", secret: true))
            if passwords == nil {
                resources.reader.refuse("PASSWORD_KEY", takes: "32 bytes in base64, as the customer system has them")
            }
            return ServicePlan(
                handlers: [
                    SubmittedHandler(catalogues: catalogues, passwords: passwords),
                    WorkOrderEventHandler(catalogues: catalogues),
                    CommandHandler(catalogues: catalogues),
                ],
                publishes: [.ordersEvents, .workOrdersIssued],
                timers: [EffectTimer(catalogues: catalogues), RetryTimer(catalogues: catalogues)],
                catalogues: catalogues,
                openAPI: String(decoding: PackageResources.openapi_yaml, as: UTF8.self),
                routes: { router, pool, _ in OrdersAPI(pool: pool, catalogues: catalogues).addRoutes(to: router) },
                measure: OrdersGauges().measure
            )
        }
    }
}
