// swift-tools-version: 6.1
import PackageDescription

// External packages, by the product's name.
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycleTesting: Target.Dependency =
    .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// What every service is made of.
let service: [Target.Dependency] = [
    "Contracts", "Messaging", "Postgres", "ServiceRuntime", hummingbird, log, coreMetrics,
]

let package = Package(
    name: "Sheaf",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Shared
        .systemLibrary(
            name: "CRdKafka", path: "Shared/CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(
            name: "CLibPQ", path: "Shared/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "Threading", path: "Shared/ServiceRuntime/Threading"),
        .target(name: "Kafka", dependencies: ["CRdKafka", "Threading", log], path: "Shared/Kafka"),
        .target(name: "JSONText", path: "Shared/JSONText"),
        .target(name: "SeededRandom", path: "Shared/SeededRandom"),
        .target(name: "Postgres", dependencies: ["CLibPQ", "JSONText", "Threading", log], path: "Shared/Postgres"),
        .target(name: "Contracts", dependencies: ["JSONText", yams, crypto], path: "Shared/Contracts"),
        .target(
            name: "ServiceRuntime",
            dependencies: [hummingbird, nio, lifecycle, signals, log, metrics, coreMetrics],
            path: "Shared/ServiceRuntime", exclude: ["Threading"]),
        .target(
            name: "Messaging",
            dependencies: [
                "Contracts", "JSONText", "Kafka", "Postgres", "ServiceRuntime", hummingbird, lifecycle, log, metrics,
                coreMetrics,
            ],
            path: "Shared/Messaging", resources: [.embedInCode("Migrations")]),

        // Services
        .target(name: "OrdersDomain", dependencies: ["Contracts"], path: "Services/Orders/Domain"),
        .executableTarget(
            name: "Orders", dependencies: service + ["OrdersDomain", crypto], path: "Services/Orders",
            exclude: ["Domain"],
            resources: [.embedInCode("Store/Migrations"), .embedInCode("ReadAPI/openapi.yaml")]),
        .target(name: "ProvisioningDomain", dependencies: ["Contracts"], path: "Services/Provisioning/Domain"),
        .executableTarget(
            name: "Provisioning", dependencies: service + ["ProvisioningDomain"], path: "Services/Provisioning",
            exclude: ["Domain"],
            resources: [.embedInCode("Store/Migrations"), .embedInCode("ReadAPI/openapi.yaml")]),
        .target(name: "RatingDomain", dependencies: ["Contracts"], path: "Services/Rating/Domain"),
        .executableTarget(
            name: "Rating", dependencies: service + ["JSONText", "RatingDomain"], path: "Services/Rating",
            exclude: ["Domain"],
            resources: [.embedInCode("Store/Migrations"), .embedInCode("ReadAPI/openapi.yaml")]),
        .executableTarget(
            name: "Notification",
            dependencies: service + [
                "JSONText", "NotificationDomain", crypto, httpClient, lifecycle, nio, nioHTTP, nioPosix, nioTLS,
            ],
            path: "Services/Notification", exclude: ["Domain"],
            resources: [.embedInCode("Store/Migrations"), .embedInCode("ReadAPI/openapi.yaml")]),
        .target(
            name: "NotificationDomain", dependencies: ["Contracts"], path: "Services/Notification/Domain"),
        .target(name: "ComplaintsDomain", dependencies: ["Contracts"], path: "Services/Complaints/Domain"),
        .executableTarget(
            name: "Complaints", dependencies: service + ["JSONText", "ComplaintsDomain", crypto],
            path: "Services/Complaints", exclude: ["Domain"],
            resources: [.embedInCode("Store/Migrations"), .embedInCode("ReadAPI/openapi.yaml")]),
        .target(
            name: "NetworkSimulatorDomain", dependencies: ["Contracts"], path: "Services/NetworkSimulator/Domain"),
        .executableTarget(
            name: "NetworkSimulator",
            dependencies: [
                "NetworkSimulatorDomain", "Contracts", "Kafka", "Messaging", "ServiceRuntime", heap, lifecycle, log,
                coreMetrics,
            ],
            path: "Services/NetworkSimulator", exclude: ["Domain"], resources: [.embedInCode("openapi.yaml")]),
        .target(name: "CFixedPort", path: "Services/EmbeddedBroker/CFixedPort"),
        .executableTarget(
            name: "EmbeddedBroker", dependencies: ["CFixedPort", "CRdKafka", "Contracts", "Kafka", arguments],
            path: "Services/EmbeddedBroker", exclude: ["CFixedPort", "README.md"]),
        .target(
            name: "LoadGeneratorDomain", dependencies: ["Contracts", "SeededRandom"],
            path: "Services/LoadGenerator/Domain"),
        .executableTarget(
            name: "LoadGenerator",
            dependencies: ["LoadGeneratorDomain", "Contracts", "Kafka", "Messaging", "Postgres", arguments, log],
            path: "Services/LoadGenerator", exclude: ["Domain"]),
        .executableTarget(
            name: "Ctl", dependencies: ["Contracts", "Kafka", "Messaging", "Postgres", arguments, log],
            path: "Services/Ctl"),

        // Tests
        .target(
            name: "TestSupport", dependencies: ["Contracts", "Kafka", "Postgres", "CRdKafka", log],
            path: "Tests/TestSupport"),
        .target(name: "RatingModel", dependencies: ["SeededRandom"], path: "Tests/RatingModel"),
        .target(
            name: "RatingFixtures", dependencies: ["Contracts", "RatingModel"], path: "Tests/RatingFixtures"),
        .target(
            name: "DomainFixtures", dependencies: ["Contracts", "OrdersDomain"], path: "Tests/DomainFixtures"),
        test("KafkaTests", of: ["Kafka", "CRdKafka", log]),
        test("PostgresTests", of: ["Postgres", "SeededRandom", "TestSupport", log]),
        test("JSONTextTests", of: ["JSONText", "SeededRandom"]),
        test("ContractsTests", of: ["Contracts", "SeededRandom"]),
        test(
            "ServiceRuntimeTests",
            of: ["ServiceRuntime", hummingbird, lifecycle, lifecycleTesting, log, metrics, coreMetrics]),
        test(
            "MessagingTests",
            of: [
                "Messaging", "Contracts", "Kafka", "Postgres", "SeededRandom", "ServiceRuntime", "TestSupport",
                lifecycle, log,
            ]),
        test("OrdersDomainTests", of: ["OrdersDomain", "Contracts", "DomainFixtures", "SeededRandom"]),
        test(
            "OrdersTests",
            of: [
                "Orders", "OrdersDomain", "Messaging", "Contracts", "Postgres", "SeededRandom", "ServiceRuntime",
                "Kafka", "TestSupport", hummingbird, log,
            ]),
        test("ProvisioningDomainTests", of: ["ProvisioningDomain", "Contracts", "DomainFixtures", "SeededRandom"]),
        test(
            "ProvisioningTests",
            of: [
                "Provisioning", "ProvisioningDomain", "Messaging", "Contracts", "Postgres", "ServiceRuntime",
                "TestSupport",
                hummingbird, log,
            ]),
        test("RatingModelTests", of: ["RatingModel", "SeededRandom"]),
        test("RatingDomainTests", of: ["RatingDomain", "Contracts", "SeededRandom"]),
        test(
            "RatingTests",
            of: [
                "Rating", "RatingDomain", "RatingFixtures", "RatingModel", "Messaging", "Contracts", "Kafka",
                "Postgres",
                "SeededRandom", "ServiceRuntime", "TestSupport", hummingbird, log,
            ]),
        test(
            "LifecycleModelTests",
            of: ["OrdersDomain", "ProvisioningDomain", "Contracts", "DomainFixtures", "SeededRandom"]),
        test("NotificationDomainTests", of: ["NotificationDomain", "Contracts", "SeededRandom"]),
        test(
            "NotificationTests",
            of: [
                "Notification", "NotificationDomain", "Messaging", "Contracts", "Postgres", "ServiceRuntime",
                "SeededRandom", "TestSupport", httpClient, nioHTTP, log,
            ]),
        test("ComplaintsDomainTests", of: ["ComplaintsDomain", "Contracts", "SeededRandom"]),
        test(
            "ComplaintsTests",
            of: [
                "Complaints", "ComplaintsDomain", "Messaging", "Contracts", "Postgres", "ServiceRuntime",
                "SeededRandom", "TestSupport", hummingbird, log,
            ]),
        test("NetworkSimulatorTests", of: ["NetworkSimulatorDomain", "Contracts"]),
        test(
            "LoadGeneratorTests",
            of: [
                "LoadGenerator", "LoadGeneratorDomain", "OrdersDomain", "Contracts", "Kafka", "Postgres",
                "SeededRandom", "CRdKafka", log,
            ]),
        test(
            "EndToEndTests",
            of: [
                "Contracts", "Kafka", "Postgres", "RatingFixtures", "RatingModel", "SeededRandom", "TestSupport", log,
            ]),
    ],
    swiftLanguageModes: [.v6]
)

func test(_ name: String, of dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)")
}

for target in package.targets where target.type != .system && target.name != "CFixedPort" {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
}
