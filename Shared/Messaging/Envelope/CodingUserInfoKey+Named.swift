extension CodingUserInfoKey {
    /// The standard initializer is optional for reasons of history; it fails for no name.
    init(named name: String) {
        self = CodingUserInfoKey(rawValue: name).unsafelyUnwrapped
    }
}
