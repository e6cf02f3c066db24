/// A usage record is rated again, since one that ended before it came after it: its charge or its lines are others now.
package struct UsageRerated: MessageBody, Hashable {
    package static let type = "usage.rerated"
    package static let topic = Topic.usageRated

    /// What holds from now on. Its fields stand in the message beside `previousChargeMilliyuan`.
    package var rated: UsageRated
    /// What the last message about the record told.
    package var previousChargeMilliyuan: Milliyuan

    package var key: String { self.rated.key }
    package var subject: String { self.rated.subject }

    package init(rated: UsageRated, previousChargeMilliyuan: Milliyuan) {
        self.rated = rated
        self.previousChargeMilliyuan = previousChargeMilliyuan
    }

    private enum CodingKeys: String, CodingKey {
        case previousChargeMilliyuan
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.rated = try UsageRated(from: decoder)
        self.previousChargeMilliyuan = try container.decode(Milliyuan.self, forKey: .previousChargeMilliyuan)
    }

    package func encode(to encoder: any Encoder) throws {
        try self.rated.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.previousChargeMilliyuan, forKey: .previousChargeMilliyuan)
    }
}
