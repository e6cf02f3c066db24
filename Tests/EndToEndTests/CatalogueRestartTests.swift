import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// The services restarted with another catalogue, while orders are in flight.
    @Suite(.serialized, .enabled(if: CatalogueFolder.isThere, "needs services that run on a copy of the catalogue"))
    struct CatalogueRestartTests {
        let system: RunningSystem
        let observer: Observer
        let publisher: Publisher
        let folder: CatalogueFolder

        init() async throws {
            self.system = try RunningSystem()
            try await self.system.untilReady()
            self.observer = try Observer(self.system)
            self.publisher = try Publisher(self.system)
            self.folder = try CatalogueFolder(self.system)
            try await self.observer.start()
        }

        /// An order that waits for a person, with its fixed line installed.
        private func heldOrder() async throws -> OrderAcknowledged {
            let order = await Order.basicA88(mobile: await Unique.mobile(endingIn: "9902"))
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            try await until("it is held, and its fixed line done") {
                let done = try await self.observer.messages(WorkOrderCompleted.self, of: plan.orderId).count
                let held = try await !self.observer.messages(OrderHeld.self, of: plan.orderId).isEmpty
                return held && done == plan.workOrders.filter { $0.memberRef == "fx" }.count
            }
            return plan
        }

        @Test("An order is cancelled and undone by the catalogue on which it began, a new one by that of the restart")
        func restart() async throws {
            let old = try await self.heldOrder()
            let former = try await self.folder.version()
            let kept = self.folder.text
            do {
                // Undoing an installation has another name, and costs more.
                try self.folder.write(
                    kept.replacingOccurrences(of: "feeMilliyuan: 50000", with: "feeMilliyuan: 60000")
                        .replacingOccurrences(of: "dismantle", with: "tearDown"))
                try await self.folder.restart(from: former)
                try await self.compare(old)
            } catch {
                try await self.putBack(kept)
                throw error
            }
            try await self.putBack(kept)
            #expect(try await self.folder.version() == former)
        }

        private func putBack(_ text: String) async throws {
            let version = try await self.folder.version()
            try self.folder.write(text)
            try await self.folder.restart(from: version)
        }

        private func compare(_ old: OrderAcknowledged) async throws {
            let new = try await self.heldOrder()
            let difference = try CommandLineTool.run("catalogue", "diff", "deploy/catalogue", "@orders")
            #expect(difference.output.contains("+ workOrderType tearDown fixedLine"))
            #expect(difference.output.contains("- workOrderType dismantle fixedLine"))
            for (order, type, fee) in [(old, "dismantle", 50000), (new, "tearDown", 60000)] {
                let plan = try CommandLineTool.run("order", "cancel-plan", order.orderId.description)
                #expect(plan.output.contains("undone by \(type)"))
                #expect(plan.output.contains("fee: \(fee) milliyuan"))
                let cancel = try CommandLineTool.run("order", "cancel", order.orderId.description, "--reason", "a test")
                #expect(cancel.status == 0)
                try await until("\(type): the order is cancelled") {
                    try await !self.observer.messages(OrderCancelled.self, of: order.orderId).isEmpty
                }
                let cancelled = try await self.observer.messages(OrderCancelled.self, of: order.orderId).first
                #expect(cancelled?.feeMilliyuan?.rawValue == Int64(fee))
                let issued = try await self.observer.messages(WorkOrderIssued.self, of: order.orderId)
                let undoing = Set(issued.filter { $0.compensates != nil }.map(\.type))
                #expect(undoing.intersection(["dismantle", "tearDown"]) == [type])
            }
        }
    }
}

/// The copy of the catalogue on which the services of this run were started.
struct CatalogueFolder {
    private static var path: String? {
        ProcessInfo.processInfo.environment["SHEAF_RUN_FOLDER"].map { $0 + "/catalogue" }
    }

    static var isThere: Bool {
        self.path.map { FileManager.default.fileExists(atPath: $0 + "/work-order-types.yaml") } ?? false
    }

    private let system: RunningSystem
    private let file: URL
    let text: String

    init(_ system: RunningSystem) throws {
        self.system = system
        self.file = URL(filePath: try #require(Self.path) + "/work-order-types.yaml")
        self.text = try String(contentsOf: self.file, encoding: .utf8)
    }

    func write(_ text: String) throws {
        try text.write(to: self.file, atomically: true, encoding: .utf8)
    }

    /// Of Orders.
    func version() async throws -> String { try #require(await self.version(at: self.system.ordersURL)) }

    /// `nil` while the service is not there, or has not begun.
    private func version(at url: String) async -> String? {
        struct Body: Decodable { var version: String }
        guard let (status, data) = try? await HTTP.get(url + "/catalogue/versions/current"), status == 200 else {
            return nil
        }
        return try? JSONDecoder().decode(Body.self, from: data).version
    }

    /// Has Orders and Provisioning end, and be started again on the folder as it is now.
    func restart(from former: String) async throws {
        for service in ["orders", "provisioning"] { try self.system.kill(service) }
        for url in [self.system.ordersURL, self.system.provisioningURL] {
            try await until("\(url) goes by another catalogue", .seconds(300)) {
                let version = await self.version(at: url)
                return version != nil && version != former
            }
        }
        try await self.system.untilReady()
    }
}
