import Contracts

/// By what one record is charged, found before anything is counted: rating carries it out, and whether a late record
/// can be rated at once is told by it.
struct Charging {
    /// How units beyond all allowances are priced.
    enum Pricing {
        /// Each unit, or each started step of the record.
        case record
        /// Each full step of all such units of the member in the cycle (RAT-01, G-03).
        case cycle(used: Int, drawnAt: Int)
    }

    var units: Int64
    /// Allowances, in the order in which they are used.
    var chain: [Int] = []
    var price: Provision
    var pricing: Pricing = .record
    /// A price of all units, beside everything else.
    var extra: Provision?
    var capped: CompiledTerms.Capped?
    var bytes: Int64 = 0
    /// The slot of the messages of the day, and the day from 0.
    var messages: (slot: Int, day: Int)?
    /// Whether thresholds of the last allowance are told.
    var kind: UsageKind

    init(_ kind: UsageKind, units: Int64, price: Provision) {
        self.kind = kind
        self.units = units
        self.price = price
    }
}

extension CompiledTerms {
    func charging(_ guided: GuidedUsage) -> Charging {
        let record = guided.record
        switch record.usage {
        case .voice(let direction, let otherParty, let roaming):
            return self.voice(guided, direction, otherParty, roaming)
        case .data(let uplink, let downlink, let gateway):
            return self.data(guided, bytes: uplink + downlink, gateway)
        case .wlan(let hotspot, let bytes): return self.wlan(guided, hotspot, bytes: bytes)
        case .sms(let otherParty, let direction): return self.sms(guided, otherParty, direction)
        case .mms(_, let direction):
            let provisions = self.book.messages
            let price = direction == .terminating ? provisions.receivedMMS : provisions.multimedia
            return Charging(.mms, units: 1, price: price)
        }
    }

    private func conditions(_ guided: GuidedUsage) -> Conditions {
        self.segments[guided.segment].conditions[guided.member]
    }

    /// Abroad the roaming price; else numbers abroad have theirs; else away from home the roaming price; else the call
    /// is domestic.
    private func voice(
        _ guided: GuidedUsage,
        _ direction: UsageRecord.Direction,
        _ otherParty: String,
        _ roaming: UsageRecord.Roaming
    ) -> Charging {
        let units = guided.record.minutes
        let voice = self.book.voice
        if direction == .terminating {
            let price =
                switch roaming {
                case .home: voice.homeReceiving
                case .domestic: voice.roamingReceiving
                case .international: voice.roamingAbroad
                }
            return Charging(.voice, units: units, price: price)
        }
        var fee: Provision?
        var abroad: Provision?
        switch self.book.numbers.called(otherParty) {
        case .free: return Charging(.voice, units: units, price: voice.free)
        case .accessCode(let informationFee): fee = informationFee
        case .abroad(let price): abroad = price
        case .domestic: break
        }
        var charging: Charging
        if roaming == .international {
            charging = Charging(.voice, units: units, price: voice.roamingAbroad)
        } else if let abroad {
            charging = Charging(.voice, units: units, price: abroad)
        } else if roaming == .domestic {
            charging = Charging(.voice, units: units, price: voice.roamingCalling)
        } else {
            charging = self.domestic(guided, direction, otherParty, units: units)
        }
        charging.extra = fee
        return charging
    }

    /// Family minutes first, which serve fewest numbers, then those of the private network, then the member's own or
    /// the bundle's; then the lowest price of all networks in which both numbers are (RAT-11).
    private func domestic(
        _ guided: GuidedUsage,
        _ direction: UsageRecord.Direction,
        _ otherParty: String,
        units: Int64
    ) -> Charging {
        let segment = self.segments[guided.segment]
        let conditions = segment.conditions[guided.member]
        var charging = Charging(.voice, units: units, price: conditions.minute)
        guard let other = self.index(of: NumberBook.national(otherParty)) else {
            charging.chain = conditions.voiceChains[0]
            return charging
        }
        let isPrivate = segment.privateNumbers[guided.member] && segment.privateNumbers[other]
        let isFamily = direction == .originating && conditions.familyPeers.contains(other)
        charging.chain = conditions.voiceChains[Self.voiceChain(isPrivate: isPrivate, isFamily: isFamily)]
        for network in segment.networks where network.numbers[guided.member] && network.numbers[other] {
            if network.minute.isCheaper(than: charging.price) { charging.price = network.minute }
        }
        // What is free anyway takes no minutes.
        if charging.price.rule == .networkMinute, charging.price.unitPrice == .zero { charging.chain = [] }
        return charging
    }

    private func data(_ guided: GuidedUsage, bytes: Int64, _ gateway: String?) -> Charging {
        if let gateway, self.book.tariffs.data.freeGateways.contains(gateway) {
            return Charging(.data, units: bytes, price: self.book.data.freeGateway)
        }
        let (member, conditions) = (self.members[guided.member], self.conditions(guided))
        var charging = Charging(.data, units: bytes, price: conditions.dataOverage ?? self.book.data.standard)
        charging.chain = conditions.dataChain
        if conditions.dataOverage != nil {
            charging.pricing = .cycle(used: member.overageUsed, drawnAt: member.overageDrawnAt)
        }
        charging.capped = member.data
        charging.bytes = bytes
        return charging
    }

    private func wlan(_ guided: GuidedUsage, _ hotspot: UsageRecord.Hotspot, bytes: Int64) -> Charging {
        let conditions = self.conditions(guided)
        let price = hotspot == .campus ? conditions.campusMinute : self.book.data.otherHotspot
        var charging = Charging(.wlan, units: guided.record.minutes, price: price)
        if hotspot == .campus || self.book.tariffs.wlan.plansServeOther { charging.chain = conditions.wlanChain }
        charging.capped = self.members[guided.member].wlan
        charging.bytes = bytes
        return charging
    }

    /// International messages never from a pack; receiving is free.
    private func sms(_ guided: GuidedUsage, _ otherParty: String, _ direction: UsageRecord.Direction) -> Charging {
        if direction == .terminating { return Charging(.sms, units: 1, price: self.book.messages.receivedSMS) }
        let (member, conditions) = (self.members[guided.member], self.conditions(guided))
        var charging = Charging(.sms, units: 1, price: conditions.message)
        if case .abroad = self.book.numbers.called(otherParty) {
            charging.price = self.book.messages.international
        } else {
            charging.chain = conditions.messageChain
        }
        if member.messages >= 0 {
            let day = self.frame.day(of: guided.record.endedAt)
            charging.messages = (member.messages + day, day)
        }
        return charging
    }
}
