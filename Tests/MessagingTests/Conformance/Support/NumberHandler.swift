import Postgres
import Synchronization

@testable import Messaging

/// Writes down every number that it takes, and echoes it. What else it does, a test says.
struct NumberHandler: MessageHandler {
    let behaviour: Behaviour

    func handle(_ batch: [Message<NumberRecorded>], in context: HandlingContext) async throws -> Handled {
        let numbers = batch.map { Numbered($0.body.key, $0.body.number) }
        try await self.behaviour.before?(numbers, context)
        var handled = Handled()
        var taken: [Message<NumberRecorded>] = []
        for (message, number) in zip(batch, numbers) {
            switch self.behaviour.verdict(on: number) {
            case .take: taken.append(message)
            case .postpone: handled.postpone(message, code: "NOT_YET", text: "\(number) has to wait")
            case .refuse: handled.refuse(message, code: "NOT_WANTED", text: "\(number) breaks a rule")
            case .fail(let text): throw HandlerFailure(description: text)
            }
        }
        let inserted = try await context.transaction.execute(
            InsertEffects(
                keys: taken.map(\.body.key),
                numbers: taken.map { Int32($0.body.number) },
                skipsKnown: self.behaviour.isIdempotent
            )
        )
        let new = Set(inserted)
        for message in taken where new.contains(Numbered(message.body.key, message.body.number)) {
            handled.send(NumberEchoed(key: message.body.key, number: message.body.number), causedBy: message.context)
        }
        return handled
    }
}

struct HandlerFailure: Error, CustomStringConvertible {
    var description: String
}

/// What a test makes of the handler.
final class Behaviour: Sendable {
    enum Verdict: Sendable {
        case take
        case postpone
        case refuse
        case fail(String)
    }

    typealias Before = @Sendable ([Numbered], HandlingContext) async throws -> Void

    /// Takes a number whose effect is there already as done.
    let isIdempotent: Bool
    /// Runs in the transaction before anything is written.
    let before: Before?
    private let verdicts: Mutex<[Numbered: Verdict]>
    private let asked = Mutex<[Numbered]>([])

    init(_ verdicts: [Numbered: Verdict] = [:], isIdempotent: Bool = false, before: Before? = nil) {
        self.verdicts = Mutex(verdicts)
        self.isIdempotent = isIdempotent
        self.before = before
    }

    /// Every number that the handler has seen, repetitions included.
    var seen: [Numbered] { self.asked.withLock { $0 } }

    func change(_ number: Numbered, to verdict: Verdict) {
        self.verdicts.withLock { $0[number] = verdict }
    }

    func verdict(on number: Numbered) -> Verdict {
        self.asked.withLock { $0.append(number) }
        return self.verdicts.withLock { $0[number] ?? .take }
    }
}

/// The state of the test service. Nothing in it forbids an effect to be there twice: that is the core's promise.
enum NumberSchema {
    static let sql = """
        CREATE TABLE effect (
            sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            key      text NOT NULL,
            number   int  NOT NULL CHECK (number >= 0)
        );
        CREATE TABLE alarm (
            name   text        NOT NULL,
            source text        NOT NULL,
            due_at timestamptz
        );
        CREATE TABLE firing (
            sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name     text        NOT NULL,
            due_at   timestamptz NOT NULL
        );
        """
}

private struct InsertEffects: Statement {
    static let sql = """
        INSERT INTO effect (key, number)
        SELECT n.key, n.number
          FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS n (key, number, position)
         WHERE NOT $3
            OR NOT EXISTS (SELECT FROM effect AS e WHERE e.key = n.key AND e.number = n.number)
         ORDER BY n.position
        RETURNING key, number
        """

    var keys: [String]
    var numbers: [Int32]
    var skipsKnown: Bool

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.keys)
        parameters.append(self.numbers)
        parameters.append(self.skipsKnown)
    }

    static func read(_ columns: inout Columns) throws -> Numbered {
        Numbered(try columns.next(), Int(try columns.next(Int32.self)))
    }
}

struct FindEffects: Statement {
    static let sql = "SELECT key, number FROM effect ORDER BY sequence"

    static func read(_ columns: inout Columns) throws -> Numbered {
        Numbered(try columns.next(), Int(try columns.next(Int32.self)))
    }
}
