/// What was used.
package enum UsageKind: String, Codable, Sendable, CaseIterable {
    case voice
    case data
    case sms
    case mms
    case wlan
}

/// Which leg of a call it is, seen from the service number.
package enum CallDirection: String, Codable, Sendable, CaseIterable {
    case originating
    /// The leg to the number to which a call was forwarded.
    case forwarded
    case terminating
}

/// Where a mobile was during a call.
package enum Roaming: String, Codable, Sendable, CaseIterable {
    case home
    /// Elsewhere in the country.
    case domestic
    case international
}

/// Where a hotspot is.
package enum Hotspot: String, Codable, Sendable, CaseIterable {
    /// In a designated campus area.
    case campus
    case other
}
