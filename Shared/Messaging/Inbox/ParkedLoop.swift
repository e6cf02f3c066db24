import Contracts
import Logging
import ServiceLifecycle
import ServiceRuntime

/// Tries parked records again when their time has come.
struct ParkedLoop: Service {
    let processor: BatchProcessor
    let gate: BatchGate
    let started: StartLatch
    let logger: Logger
    var pause = Duration.milliseconds(250)

    func run() async throws {
        await self.started.wait()
        while !Task.isStopping {
            do {
                _ = try await self.gate.pass { try await self.processor.retryParked() }
            } catch  where Disposition(of: error) != .cancelled {
                self.logger.warning("Parked records wait for their environment", metadata: ["error": "\(error)"])
            } catch {
                return
            }
            await idle(for: self.pause)
        }
    }
}
