/// What was read of a partition and is not answered yet: decides how far the position may be moved.
package struct OpenOffsets: Hashable, Sendable {
    private struct Open: Hashable {
        var offset: Int64
        var owed: Int
    }

    /// Ascending.
    private var open: [Open] = []
    private var next: Int64?

    package init() {}

    /// - Parameter answers: how many answers the record is to get.
    package mutating func read(_ offset: Int64, answers: Int) {
        self.next = offset + 1
        if answers > 0 { self.open.append(Open(offset: offset, owed: answers)) }
    }

    /// One of the answers to a record is out.
    package mutating func answered(_ offset: Int64) {
        // Answers come about in the order of the commands, so it is near the beginning.
        guard let index = self.open.firstIndex(where: { $0.offset == offset }) else { return }
        self.open[index].owed -= 1
        if self.open[index].owed == 0 { self.open.remove(at: index) }
    }

    /// The first offset that has to be read again after a restart; `nil` before anything was read.
    package var position: Int64? { self.open.first?.offset ?? self.next }
}
