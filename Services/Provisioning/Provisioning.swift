import Contracts
import Messaging

/// Carries work orders out on the network elements, task by task, and reports.
@main
struct Provisioning {
    static func main() async {
        let migrations = ProvisioningMigrations.all
        await ServiceHost.run("provisioning", defaultPort: 8082, migrations: migrations) { resources in
            let catalogue = try resources.catalogue()
            return ServicePlan(
                handlers: [
                    IssuedHandler(catalogue: catalogue),
                    ResponseHandler(catalogue: catalogue),
                    ReportHandler(catalogue: catalogue),
                ],
                publishes: [.networkCommands, .workOrdersEvents],
                timers: TaskTimer.all(catalogue) + [
                    SystemTimer(catalogue: catalogue), TargetTimer(catalogue: catalogue),
                ],
                openAPI: String(decoding: PackageResources.openapi_yaml, as: UTF8.self),
                routes: { router, pool, _ in ProvisioningAPI(pool: pool, catalogue: catalogue).addRoutes(to: router) },
                measure: ProvisioningGauges(systems: catalogue.systems).measure
            )
        }
    }
}
