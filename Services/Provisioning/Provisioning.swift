import Contracts
import Messaging

/// Carries work orders out on the network elements, task by task, and reports.
@main
struct Provisioning {
    static func main() async {
        let migrations = ProvisioningMigrations.all
        await ServiceHost.run("provisioning", defaultPort: 8082, migrations: migrations) { resources in
            let catalogues = try resources.catalogues()
            return ServicePlan(
                handlers: [
                    IssuedHandler(catalogues: catalogues),
                    ResponseHandler(catalogues: catalogues),
                    ReportHandler(catalogues: catalogues),
                ],
                publishes: [.networkCommands, .workOrdersEvents],
                timers: TaskTimer.all(catalogues) + [
                    SystemTimer(catalogues: catalogues), TargetTimer(catalogues: catalogues),
                ],
                catalogues: catalogues,
                openAPI: String(decoding: PackageResources.openapi_yaml, as: UTF8.self),
                routes: { router, pool, _ in
                    ProvisioningAPI(pool: pool, catalogue: catalogues.current).addRoutes(to: router)
                },
                measure: ProvisioningGauges(systems: catalogues.current.systems).measure
            )
        }
    }
}
