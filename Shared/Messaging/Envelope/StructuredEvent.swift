import Contracts

/// Which body the decoder is to make of `data`: known only once `type` has been read.
struct EventBodies: Sendable {
    /// The handler's index and the body; `nil` when nobody wants the type.
    let decode: @Sendable (_ type: String, _ data: any Decoder) throws -> (handler: Int, body: any Sendable)?
}

extension CodingUserInfoKey {
    static let eventBodies = CodingUserInfoKey(named: "eventBodies")
    static let eventType = CodingUserInfoKey(named: "eventType")
}

/// A CloudEvents event in structured mode, with the body that `EventBodies` makes of its data.
struct StructuredEvent: Decodable {
    enum CodingKeys: String, CodingKey {
        case specversion, id, source, type, subject, time, data, traceparent, correlationid, causationid
    }

    let context: EventContext
    let body: (handler: Int, body: any Sendable)?

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let version = try container.decode(String.self, forKey: .specversion)
        guard version.hasPrefix("1.") else {
            throw DecodingError.dataCorruptedError(
                forKey: .specversion,
                in: container,
                debugDescription: "'\(version.prefix(20))'; accepted: 1.0"
            )
        }
        self.context = EventContext(
            id: try container.decode(String.self, forKey: .id),
            source: try container.decode(String.self, forKey: .source),
            type: try container.decode(String.self, forKey: .type),
            subject: try container.decodeIfPresent(String.self, forKey: .subject),
            time: try container.decodeIfPresent(Timestamp.self, forKey: .time),
            traceparent: try container.decodeIfPresent(String.self, forKey: .traceparent),
            correlationID: try container.decodeIfPresent(String.self, forKey: .correlationid),
            causationID: try container.decodeIfPresent(String.self, forKey: .causationid)
        )
        let bodies = decoder.userInfo[.eventBodies] as? EventBodies
        self.body = try bodies?.decode(self.context.type, container.superDecoder(forKey: .data))
    }
}

/// The attributes by which a structured event is told from a bare object.
struct StructuredProbe: Decodable {
    var specversion: String?
    var type: String?
}

/// A value that is the data itself; its type comes from a header or from the topic.
struct BareBody: Decodable {
    let body: any Sendable

    init(from decoder: any Decoder) throws {
        guard let bodies = decoder.userInfo[.eventBodies] as? EventBodies,
            let type = decoder.userInfo[.eventType] as? String,
            let decoded = try bodies.decode(type, decoder)
        else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no body is expected here"))
        }
        self.body = decoded.body
    }
}
