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
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// What every service is made of.
let service: [Target.Dependency] = ["Contracts", "Messaging", "Postgres", "ServiceRuntime", hummingbird, log, metrics]

let package = Package(
    name: "Sheaf",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Shared
        .target(name: "Threading", path: "Shared/ServiceRuntime/Threading"),
        .target(
            name: "ServiceRuntime",
            dependencies: [hummingbird, nio, lifecycle, signals, log, coreMetrics],
            path: "Shared/ServiceRuntime", exclude: ["Threading"]),

        // Tests
        test(
            "ServiceRuntimeTests",
            of: ["ServiceRuntime", hummingbird, lifecycle, lifecycleTesting, log, metrics, coreMetrics]),
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
