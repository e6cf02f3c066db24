/// The files of a catalogue, byte for byte: with them, a version can be read again where its folder is gone.
package struct CatalogueSource: Hashable, Codable, Sendable {
    package struct File: Hashable, Codable, Sendable {
        /// Which of the loader's paths it came from, from 0: settings of a later one win.
        package var layer: Int
        /// Without its folder.
        package var name: String
        package var text: String

        package init(layer: Int, name: String, text: String) {
            self.layer = layer
            self.name = name
            self.text = text
        }
    }

    /// In the order of loading, on which the version depends.
    package var files: [File]

    package init(files: [File]) {
        self.files = files
    }
}
