/// How many normal and bulk messages one recipient is sent in a day.
package struct RecipientLimit: Sendable, Hashable {
    package var count: Int
    package var seconds: Int

    package init(count: Int = 3, seconds: Int = 86_400) {
        self.count = count
        self.seconds = seconds
    }
}
