package import Contracts

/// - Parameter text: in the form of RFC 3339; the epoch if it has another.
package func time(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(microseconds: 0) }
