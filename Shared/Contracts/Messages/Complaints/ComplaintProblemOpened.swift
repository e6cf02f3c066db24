/// Many complaints of one category and area have come in a short time: they are one problem.
package struct ComplaintProblemOpened: MessageBody, Hashable {
    package static let type = "complaint.problemOpened"
    package static let topic = Topic.complaintsEvents

    package var problemId: ProblemID
    package var category: String
    package var area: String
    package var complaints: Int
    package var openedAt: Timestamp

    package var key: String { self.problemId.description }

    package init(
        problemId: ProblemID, category: String, area: String, complaints: Int, openedAt: Timestamp
    ) {
        self.problemId = problemId
        self.category = category
        self.area = area
        self.complaints = complaints
        self.openedAt = openedAt
    }
}
