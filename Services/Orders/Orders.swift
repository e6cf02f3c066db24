import Contracts
import Messaging

/// Takes orders for bundles, takes them apart into work orders, and follows them until they are in effect.
@main
struct Orders {
    static func main() async {
        await ServiceHost.run("orders", defaultPort: 8081, migrations: OrdersMigrations.all) { resources in
            let catalogue = try resources.catalogue()
            return ServicePlan(
                handlers: [
                    SubmittedHandler(catalogue: catalogue),
                    WorkOrderEventHandler(catalogue: catalogue),
                    CommandHandler(catalogue: catalogue),
                ],
                publishes: [.ordersEvents, .workOrdersIssued],
                timers: [EffectTimer(catalogue: catalogue), RetryTimer(catalogue: catalogue)],
                openAPI: String(decoding: PackageResources.openapi_yaml, as: UTF8.self),
                routes: { router, pool, _ in OrdersAPI(pool: pool, catalogue: catalogue).addRoutes(to: router) },
                measure: OrdersGauges().measure
            )
        }
    }
}
