package import Contracts
import Foundation
import Synchronization

/// Where business time comes from.
package enum BusinessClockMode: String, Sendable, CaseIterable {
    /// The wall clock; `clock.control` is ignored.
    case system
    /// `clock.control`; before its first setting, the wall clock.
    case controlled
}

/// Business time: what the rules go by. Moves forward only.
package final class BusinessClock: Sendable {
    /// At `wallAt` it was `businessAt`, and since then `rate` business seconds pass a second.
    package struct Setting: Hashable, Sendable {
        package var businessAt: Timestamp
        package var rate: Int
        package var wallAt: Timestamp

        package init(businessAt: Timestamp, rate: Int, wallAt: Timestamp) {
            self.businessAt = businessAt
            self.rate = rate
            self.wallAt = wallAt
        }

        package func businessTime(atWall wall: Timestamp) -> Timestamp {
            let passed = max(0, wall.microseconds(since: self.wallAt))
            return Timestamp(microseconds: self.businessAt.microseconds + passed * Int64(self.rate))
        }

        /// How long until it is `instant`, in microseconds of wall clock; `nil` when time stands still before it.
        package func wallMicroseconds(until instant: Timestamp, fromWall wall: Timestamp) -> Int64? {
            let missing = instant.microseconds(since: self.businessTime(atWall: wall))
            if missing <= 0 { return 0 }
            return self.rate == 0 ? nil : (missing + Int64(self.rate) - 1) / Int64(self.rate)
        }
    }

    private struct State {
        var setting: Setting
        var latest: Timestamp
    }

    package let mode: BusinessClockMode
    private let state: Mutex<State>
    private let wall: @Sendable () -> Timestamp

    package init(mode: BusinessClockMode, wall: @escaping @Sendable () -> Timestamp = BusinessClock.systemWall) {
        let now = wall()
        self.mode = mode
        self.wall = wall
        self.state = Mutex(State(setting: Setting(businessAt: now, rate: 1, wallAt: now), latest: now))
    }

    /// The wall clock of this machine.
    package static let systemWall: @Sendable () -> Timestamp = {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    package func wallNow() -> Timestamp { self.wall() }

    package func now() -> Timestamp {
        let wall = self.wall()
        return self.state.withLock { state in
            state.latest = max(state.latest, state.setting.businessTime(atWall: wall))
            return state.latest
        }
    }

    package var setting: Setting { self.state.withLock { $0.setting } }

    /// Takes a setting on. Times told before stay told: until the setting has caught up, the clock stands.
    package func set(_ setting: Setting) {
        self.state.withLock { $0.setting = setting }
    }

    /// Takes on the setting that a restarted service finds, be it before this machine's wall clock.
    package func restore(_ setting: Setting) {
        self.state.withLock { $0 = State(setting: setting, latest: setting.businessAt) }
    }
}
