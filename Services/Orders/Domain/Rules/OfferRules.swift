import Contracts

/// Which bundle or single offer is ordered.
enum OfferRules {
    static func find(_ code: String, in catalogue: Catalogue, _ findings: inout Findings) -> ValidOrder.Offer? {
        if let bundle = catalogue.bundles[code] { return .bundle(bundle) }
        if let offer = catalogue.singleOffers[code] { return .single(offer) }
        let accepted = alternatives(Array(catalogue.bundles.keys) + Array(catalogue.singleOffers.keys))
        findings.add(.unknownOffer, at: "/offer", "\(quoted(code)) is no offer: \(accepted)")
        return nil
    }
}
