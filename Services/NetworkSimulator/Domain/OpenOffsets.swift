/// What was read of a partition and is not answered yet: decides how far the position may be moved.
package struct OpenOffsets: Hashable, Sendable {
    /// Ascending.
    private var open: [Int64] = []
    private var next: Int64?

    package init() {}

    /// - Parameter answers: how many answers the record is to get.
    package mutating func read(_ offset: Int64, answers: Int) {
        self.next = offset + 1
        if answers > 0 { self.open.append(offset) }
    }

    /// The last answer to a record is out.
    package mutating func answered(_ offset: Int64) {
        // Answers come about in the order of the commands, so it is near the beginning.
        if let index = self.open.firstIndex(of: offset) { self.open.remove(at: index) }
    }

    /// The first offset that has to be read again after a restart; `nil` before anything was read.
    package var position: Int64? { self.open.first ?? self.next }
}
