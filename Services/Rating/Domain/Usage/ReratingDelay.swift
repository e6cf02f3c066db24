package import Contracts

/// When a cycle is rated again into which a record has come out of order.
package enum ReratingDelay {
    /// Nothing has come for so long.
    package static let quietMilliseconds = 1000
    /// It is not put off for longer than this, however much comes.
    package static let mostMilliseconds = 60_000
    /// Times that lie close together are one, so that a record that comes soon after another puts nothing off.
    private static let gridMilliseconds = 500

    /// Between one second and one and a half after the last record, well within the five that everything may take.
    ///
    /// - Parameters:
    ///   - since: when the first record came out of order.
    ///   - arrival: when the last record came. Both by the wall clock.
    package static func dueAt(since: Timestamp, arrival: Timestamp) -> Timestamp {
        let grid = Int64(Self.gridMilliseconds) * 1000
        let quiet = arrival.advanced(byMilliseconds: Self.quietMilliseconds).microseconds
        let rounded = (quiet + grid - 1) / grid * grid
        return min(Timestamp(microseconds: rounded), since.advanced(byMilliseconds: Self.mostMilliseconds))
    }
}
