import Dispatch
import Foundation
import Synchronization

/// Runs an actor's code on one thread of its own.
///
/// librdkafka and libpq block the thread that calls them. An actor whose `unownedExecutor` is a
/// `ThreadExecutor` may call them directly: it blocks its own thread and never one of the
/// cooperative pool, on which every other task of the process depends.
///
/// One thread per executor, for as long as the executor lives: so the number of such threads is
/// the number of clients and connections, and nothing else.
package final class ThreadExecutor: SerialExecutor {
    private struct Queue {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    /// What the thread shares with the executor; apart from it, so that the thread does not keep
    /// the executor alive.
    private final class Mailbox: Sendable {
        let queue = Mutex(Queue())
        let arrived = DispatchSemaphore(value: 0)
    }

    private let mailbox = Mailbox()

    /// - Parameter name: as debuggers and `top -H` show it; Linux keeps the first 15 characters.
    package init(name: String) {
        let mailbox = self.mailbox
        let executor = UnownedSerialExecutor(ordinary: self)
        let thread = Thread {
            while true {
                mailbox.arrived.wait()
                let (jobs, isStopped) = mailbox.queue.withLock { queue in
                    defer { queue.jobs.removeAll(keepingCapacity: true) }
                    return (queue.jobs, queue.isStopped)
                }
                for job in jobs {
                    job.runSynchronously(on: executor)
                }
                if isStopped { return }
            }
        }
        thread.name = name
        thread.start()
    }

    deinit {
        self.mailbox.queue.withLock { $0.isStopped = true }
        self.mailbox.arrived.signal()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.mailbox.queue.withLock { $0.jobs.append(job) }
        self.mailbox.arrived.signal()
    }
}
