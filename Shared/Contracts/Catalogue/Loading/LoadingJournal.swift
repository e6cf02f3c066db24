/// Where something stands in the files.
struct Place: Hashable, Sendable {
    var file: String
    var line: Int
    var column: Int
}

/// What the catalogue's parts are called where they name each other.
enum PartKind: String {
    case product
    case service = "value-added service"
    case plan
    case bundle
    case option
    case singleOffer = "single offer"
    case decomposition = "decomposition set"
    case retryPolicy = "retry policy"
    case targetSystem = "target system"
    case billSubject = "bill subject"
    case network
    case messageTemplate = "message template"
}

/// What is learned while files are read: mistakes, what is defined where, and who refers to what.
final class LoadingJournal {
    private struct Part: Hashable {
        var kind: PartKind
        var code: String
    }

    private(set) var mistakes: [CatalogueMistake] = []
    private var definitions: [Part: Place] = [:]
    private var references: [(part: Part, place: Place)] = []

    func mistake(_ message: String, at place: Place) {
        self.mistakes.append(
            CatalogueMistake(file: place.file, line: place.line, column: place.column, message: message)
        )
    }

    /// Bundles and single offers share their names: an order's `offer` is either.
    func define(_ kind: PartKind, _ code: String, at place: Place) {
        let rivals: [PartKind] = [.bundle, .singleOffer].contains(kind) ? [.bundle, .singleOffer] : [kind]
        for rival in rivals {
            guard let first = self.definitions[Part(kind: rival, code: code)] else { continue }
            self.mistake(
                "\(kind.rawValue) '\(code)' is defined already as a \(rival.rawValue) at \(first.file):\(first.line)",
                at: place
            )
            return
        }
        self.definitions[Part(kind: kind, code: code)] = place
    }

    func refer(to kind: PartKind, _ code: String, at place: Place) {
        self.references.append((Part(kind: kind, code: code), place))
    }

    func resolveReferences() {
        for (part, place) in self.references where self.definitions[part] == nil {
            self.mistake("there is no \(part.kind.rawValue) '\(part.code)'", at: place)
        }
    }
}
