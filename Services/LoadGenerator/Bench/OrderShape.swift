/// What one order of the benchmark causes, as it was counted on the system itself.
struct OrderShape: Sendable, Codable, Hashable {
    var workOrders: Int
    /// Tasks, each of which is one command and one response.
    var tasks: Int

    /// As the services write: acknowledged and completed; issued, started and completed of each work order; the
    /// commands.
    var outboxMessages: Int { 2 + 3 * self.workOrders + self.tasks }

    /// Written by others: the submission, and the responses.
    var otherMessages: Int { 1 + self.tasks }
}
