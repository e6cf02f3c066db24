/// Why a record is not rated.
package enum Rejection: String, Hashable, Sendable {
    case unknownNumber, inactiveMember, endBeforeStart, endInFuture, tooOld, negativeVolume, absurdVolume
    /// The same id with other content than before.
    case differentContent
    /// A call of a broadband line, a message of a fixed line: SILENT; nobody is charged for what cannot be.
    case impossibleForProduct
}

/// More than this in one record cannot be. SILENT: the specification only says "absurd": 1 TB, 31 days.
package let absurdBytes = 1024 * GB
package let absurdDuration = 31 * day

/// Step 1: the account of a record, or why it is rejected.
///
/// - Parameter now: business time at which the record comes.
package func guide(_ usage: Usage, among accounts: [Account], now: Instant) -> Result<String, RejectionError> {
    func rejected(_ rejection: Rejection) -> Result<String, RejectionError> { .failure(RejectionError(rejection)) }
    if usage.endedAt < usage.startedAt { return rejected(.endBeforeStart) }
    if usage.endedAt > now + day { return rejected(.endInFuture) }
    let cycle = Month(of: usage.endedAt)
    if cycle < Month(of: now).previous { return rejected(.tooOld) }
    if usage.endedAt - usage.startedAt > absurdDuration { return rejected(.absurdVolume) }
    switch usage.kind {
    case .data(let uplink, let downlink):
        if uplink < 0 || downlink < 0 { return rejected(.negativeVolume) }
        if uplink > absurdBytes || downlink > absurdBytes { return rejected(.absurdVolume) }
    case .wlan(_, let bytes):
        if bytes < 0 { return rejected(.negativeVolume) }
        if bytes > absurdBytes { return rejected(.absurdVolume) }
    default: break
    }
    let owners = accounts.filter { $0.member(usage.number) != nil }
    if owners.isEmpty { return rejected(.unknownNumber) }
    // AMBIGUOUS: active when the usage ended, since all else goes by its end too.
    guard let owner = owners.first(where: { $0.member(usage.number)?.isActive(at: usage.endedAt) == true }),
        let member = owner.member(usage.number)
    else { return rejected(.inactiveMember) }
    return isPossible(usage.kind, for: member.product) ? .success(owner.id) : rejected(.impossibleForProduct)
}

package struct RejectionError: Error, Hashable {
    package let rejection: Rejection
    init(_ rejection: Rejection) { self.rejection = rejection }
}

private func isPossible(_ kind: Usage.Kind, for product: Product) -> Bool {
    switch (product, kind) {
    case (.mobile2g, _), (.mobile3g, _): true
    case (.fixedLine, .voice): true
    case (.dataCard, .data): true
    default: false
    }
}
