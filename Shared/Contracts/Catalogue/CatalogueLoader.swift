/// Reads a catalogue from YAML files and checks it whole.
package enum CatalogueLoader {
    /// Reads the catalogue that all files together describe.
    ///
    /// - Parameters:
    ///   - paths: files, and folders of which every `.yaml` file is read, by name. Settings in a later path win over
    ///     those in an earlier one; everything else may be given once only.
    ///   - calendar: in whose time zone the working hours are.
    /// - Throws: every mistake of every file; never only the first.
    package static func load(
        paths: [String],
        calendar: BusinessCalendar
    ) throws(CatalogueErrors) -> Catalogue {
        try self.loadWithSource(paths: paths, calendar: calendar).catalogue
    }

    /// Likewise, with what it was read from.
    package static func loadWithSource(
        paths: [String],
        calendar: BusinessCalendar
    ) throws(CatalogueErrors) -> (catalogue: Catalogue, source: CatalogueSource) {
        let journal = LoadingJournal()
        let files = CatalogueFile.read(paths, journal: journal)
        let source = CatalogueSource(
            files: files.map {
                CatalogueSource.File(layer: $0.layer, name: $0.name, text: String(decoding: $0.bytes, as: UTF8.self))
            })
        return (try self.load(files, calendar: calendar, journal: journal), source)
    }

    /// Reads a catalogue once more from what it was read from: the same content has the same version.
    package static func load(
        _ source: CatalogueSource,
        calendar: BusinessCalendar
    ) throws(CatalogueErrors) -> Catalogue {
        let journal = LoadingJournal()
        return try self.load(CatalogueFile.read(source, journal: journal), calendar: calendar, journal: journal)
    }

    private static func load(
        _ files: [CatalogueFile],
        calendar: BusinessCalendar,
        journal: LoadingJournal
    ) throws(CatalogueErrors) -> Catalogue {
        let draft = CatalogueDraft(files, calendar: calendar, journal: journal)
        // A file that cannot be read defines nothing: every reference into it would be one more false mistake.
        if files.allSatisfy(\.isReadable) {
            journal.resolveReferences()
            draft.check(journal)
        }
        guard journal.mistakes.isEmpty else { throw CatalogueErrors(journal.mistakes) }
        return draft.catalogue(version: CatalogueFile.version(of: files))
    }
}
