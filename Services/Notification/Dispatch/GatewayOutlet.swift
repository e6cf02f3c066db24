import Contracts

/// A gateway with the channels that it serves, and what it is given.
struct GatewayOutlet: Sendable {
    let gateway: any Gateway
    let channels: [NotificationChannel]
    /// Those that go out beside each other.
    let lanes: [DispatchLane]
    let gate: GatewayGate

    init(_ gateway: any Gateway, channels: [NotificationChannel], lanes: [DispatchLane], perSecond: Int) {
        self.gateway = gateway
        self.channels = channels
        self.lanes = lanes
        self.gate = GatewayGate(perSecond: perSecond)
    }
}
