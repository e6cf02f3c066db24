/// Keeps batches out while the business clock leaps: what falls due in between happens before anything later.
actor BatchGate {
    private var running = 0
    private var isClosed = false
    private var waitingBatches: [CheckedContinuation<Void, Never>] = []
    private var waitingLeap: CheckedContinuation<Void, Never>?
    private var waitingLeaps: [CheckedContinuation<Void, Never>] = []

    /// Runs a batch, beside others.
    nonisolated func pass<Result: Sendable>(_ body: () async throws -> Result) async rethrows -> Result {
        await self.enter()
        do {
            let result = try await body()
            await self.leave()
            return result
        } catch {
            await self.leave()
            throw error
        }
    }

    /// Runs alone: waits for the batches under way, and new ones wait for it.
    nonisolated func alone<Result: Sendable>(_ body: () async throws -> Result) async rethrows -> Result {
        await self.close()
        do {
            let result = try await body()
            await self.open()
            return result
        } catch {
            await self.open()
            throw error
        }
    }

    private func enter() async {
        while self.isClosed {
            await withCheckedContinuation { self.waitingBatches.append($0) }
        }
        self.running += 1
    }

    private func leave() {
        self.running -= 1
        if self.running == 0 {
            self.waitingLeap?.resume()
            self.waitingLeap = nil
        }
    }

    private func close() async {
        while self.isClosed {
            await withCheckedContinuation { self.waitingLeaps.append($0) }
        }
        self.isClosed = true
        if self.running > 0 {
            await withCheckedContinuation { self.waitingLeap = $0 }
        }
    }

    private func open() {
        self.isClosed = false
        let waiting = self.waitingBatches + self.waitingLeaps
        self.waitingBatches = []
        self.waitingLeaps = []
        for continuation in waiting { continuation.resume() }
    }
}
