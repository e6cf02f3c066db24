import Crypto
import Foundation
import Yams

/// One file, read and parsed.
struct CatalogueFile {
    var path: String
    /// Which of the loader's paths it belongs to: later ones overlay earlier ones.
    var layer: Int
    var bytes: Data
    /// `nil` for an empty file, and for one that cannot be read.
    var root: Node?
    var isReadable: Bool

    /// Every file that the paths name, in order; one that cannot be read or parsed is a mistake.
    static func read(_ paths: [String], journal: LoadingJournal) -> [CatalogueFile] {
        paths.enumerated().flatMap { layer, path in
            Self.expand(path, journal: journal).map { Self.parse($0, layer: layer, journal: journal) }
        }
    }

    /// Files that were read before.
    static func read(_ source: CatalogueSource, journal: LoadingJournal) -> [CatalogueFile] {
        source.files.map { Self.parse(Data($0.text.utf8), of: $0.name, layer: $0.layer, journal: journal) }
    }

    /// Without the folder, which another machine need not have.
    var name: String { self.path.split(separator: "/").last.map(String.init) ?? self.path }

    /// The first 16 hexadecimal digits of the SHA-256 over the files' names and bytes; the folder does not count.
    static func version(of files: [CatalogueFile]) -> String {
        var hash = SHA256()
        for file in files {
            hash.update(data: Data("\(file.name)\n\(file.bytes.count)\n".utf8))
            hash.update(data: file.bytes)
        }
        let digits = hash.finalize().prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return digits.joined()
    }

    private static func expand(_ path: String, journal: LoadingJournal) -> [String] {
        var isDirectory = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            return [path]
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let files = names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted()
        if files.isEmpty {
            journal.mistake("the folder has no .yaml file", at: Place(file: path, line: 1, column: 1))
        }
        let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
        return files.map { "\(folder)/\($0)" }
    }

    private static func parse(_ path: String, layer: Int, journal: LoadingJournal) -> CatalogueFile {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            journal.mistake("the file cannot be read", at: Place(file: path, line: 1, column: 1))
            return CatalogueFile(path: path, layer: layer, bytes: Data(), root: nil, isReadable: false)
        }
        return Self.parse(bytes, of: path, layer: layer, journal: journal)
    }

    private static func parse(_ bytes: Data, of path: String, layer: Int, journal: LoadingJournal) -> CatalogueFile {
        var file = CatalogueFile(path: path, layer: layer, bytes: bytes, root: nil, isReadable: false)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            journal.mistake("the file is no valid UTF-8", at: Place(file: path, line: 1, column: 1))
            return file
        }
        do {
            // The basic resolver leaves every scalar a text: readers say what they take, YAML does not guess.
            file.root = try Yams.compose(yaml: text, .basic)
            file.isReadable = true
        } catch {
            journal.mistake(Self.problem(error), at: Self.place(of: error, in: path, text: text))
        }
        return file
    }

    private static func problem(_ error: any Error) -> String {
        switch error as? YamlError {
        case .reader(let problem, _, _, _)?: "no YAML: \(problem)"
        case .scanner(let context, let problem, _, _)?, .parser(let context, let problem, _, _)?,
            .composer(let context, let problem, _, _)?:
            "no YAML: " + [context?.text, problem].compactMap { $0 }.joined(separator: ": ")
        case .duplicatedKeysInMapping(let keys, _)?:
            "the same key twice in one block: " + keys.map { "`\($0)`" }.joined(separator: ", ")
        default: "no YAML: \(error)"
        }
    }

    private static func place(of error: any Error, in path: String, text: String) -> Place {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _)?, .parser(_, _, let mark, _)?, .composer(_, _, let mark, _)?:
            Place(file: path, line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(_, let context)?:
            Place(file: path, line: context.mark.line, column: context.mark.column)
        case .reader(_, let offset?, _, _)?:
            Place(file: path, line: text.prefix(offset).count { $0.isNewline } + 1, column: 1)
        default: Place(file: path, line: 1, column: 1)
        }
    }
}
