import Contracts
import Postgres
import TestSupport
import Testing

@testable import Provisioning

@Suite("Schema")
struct SchemaTests {
    @Test(
        "What cannot be is refused",
        arguments: [
            "UPDATE work_order SET state = 'paused'",
            "UPDATE work_order SET state = 'queued'",
            "UPDATE work_order SET started_at = NULL",
            "UPDATE work_order SET state = 'completed', jeopardy_at = NULL",
            "UPDATE work_order SET ended_at = now(), jeopardy_at = NULL",
            "UPDATE work_order SET state = 'completed', ended_at = now()",
            "UPDATE work_order SET state = 'failed', ended_at = now(), jeopardy_at = NULL",
            "UPDATE work_order SET jeopardy = 'effectiveMonthAtRisk'",
            "UPDATE work_task SET timer_at = NULL WHERE state = 'sent'",
            "UPDATE work_task SET timer_at = now() WHERE state = 'waiting'",
            "UPDATE work_task SET attempts = 0",
            "UPDATE work_task SET state = 'succeeded', timer_at = NULL",
            "UPDATE work_task SET ended_at = now()",
            "INSERT INTO incident (work_order_id, command_id, kind, at) SELECT task_id, task_id, 'attemptFailed', now() FROM work_task",
            "INSERT INTO incident (work_order_id, command_id, kind, at) SELECT task_id, task_id, 'lateAnswer', now() FROM work_task",
        ])
    func checks(_ sql: String) async throws {
        try await Workshop.open { workshop in
            try await workshop.issue([workshop.issued("two", on: "13109160001")])
            let error = await #expect(throws: PostgresError.self) {
                try await workshop.pool.withTransaction("break") { try await $0.execute(unsafeSQL: sql) }
            }
            #expect(error?.code.rawValue == "23514", "\(String(describing: error))")
        }
    }
}
