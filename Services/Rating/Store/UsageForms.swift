import Contracts
import Foundation
import RatingDomain

// How usage records, their results and counters are stored: in a tenth of the bytes that JSON takes.

extension UsageRecord {
    /// All but its id and end, which are columns. The same record has the same bytes.
    var storedForm: [UInt8] {
        var writer = CompactWriter(capacity: 40)
        writer.append(self.endedAt.microseconds &- self.startedAt.microseconds)
        writer.append(self.serviceNumber)
        switch self.usage {
        case .voice(let direction, let otherParty, let roaming):
            writer.append(byte: 0)
            writer.append(byte: direction.storedForm)
            writer.append(byte: roaming.storedForm)
            writer.append(otherParty)
        case .data(let uplinkBytes, let downlinkBytes, let gateway):
            writer.append(byte: gateway == nil ? 1 : 2)
            writer.append(uplinkBytes)
            writer.append(downlinkBytes)
            if let gateway { writer.append(gateway) }
        case .wlan(let hotspot, let bytes):
            writer.append(byte: 3)
            writer.append(byte: hotspot == .campus ? 0 : 1)
            writer.append(bytes)
        case .sms(let otherParty, let direction):
            writer.append(byte: 4)
            writer.append(byte: direction.storedForm)
            writer.append(otherParty)
        case .mms(let otherParty, let direction):
            writer.append(byte: 5)
            writer.append(byte: direction.storedForm)
            writer.append(otherParty)
        }
        return writer.bytes
    }

    init(usageId: UUID, endedAt: Timestamp, storedForm: [UInt8]) throws {
        var reader = CompactReader(storedForm)
        let duration = try reader.signed()
        let serviceNumber = try reader.text()
        let usage: Usage
        switch try reader.byte() {
        case 0:
            let direction = try Direction(storedForm: reader.byte())
            let roaming = try Roaming(storedForm: reader.byte())
            usage = .voice(direction, otherParty: try reader.text(), roaming)
        case 1: usage = .data(uplinkBytes: try reader.signed(), downlinkBytes: try reader.signed())
        case 2:
            usage = .data(
                uplinkBytes: try reader.signed(), downlinkBytes: try reader.signed(), gateway: try reader.text())
        case 3: usage = .wlan(try reader.byte() == 0 ? .campus : .other, bytes: try reader.signed())
        case 4:
            let direction = try Direction(storedForm: reader.byte())
            usage = .sms(otherParty: try reader.text(), direction)
        case 5:
            let direction = try Direction(storedForm: reader.byte())
            usage = .mms(otherParty: try reader.text(), direction)
        default: throw CompactReader.Damaged()
        }
        guard reader.isAtEnd else { throw CompactReader.Damaged() }
        self.init(
            usageId: usageId,
            serviceNumber: serviceNumber,
            startedAt: Timestamp(microseconds: endedAt.microseconds &- duration),
            endedAt: endedAt,
            usage: usage
        )
    }
}

extension UsageRecord.Direction {
    fileprivate var storedForm: UInt8 {
        switch self {
        case .originating: 0
        case .forwarded: 1
        case .terminating: 2
        }
    }

    fileprivate init(storedForm: UInt8) throws {
        switch storedForm {
        case 0: self = .originating
        case 1: self = .forwarded
        case 2: self = .terminating
        default: throw CompactReader.Damaged()
        }
    }
}

extension UsageRecord.Roaming {
    fileprivate var storedForm: UInt8 {
        switch self {
        case .home: 0
        case .domestic: 1
        case .international: 2
        }
    }

    fileprivate init(storedForm: UInt8) throws {
        switch storedForm {
        case 0: self = .home
        case 1: self = .domestic
        case 2: self = .international
        default: throw CompactReader.Damaged()
        }
    }
}

extension RatedUsage {
    /// Its payer, units and lines.
    ///
    /// - Parameter number: of a provision in the table of them.
    func storedForm(_ number: (Provision) throws -> Int64) rethrows -> [UInt8] {
        var writer = CompactWriter(capacity: 16 + self.lines.count * 16)
        writer.append(self.payer == self.serviceNumber ? "" : self.payer)
        writer.append(self.units)
        writer.append(UInt64(self.lines.count))
        for line in self.lines {
            writer.append(UInt64(bitPattern: try number(line.provision)))
            writer.append(line.units)
            writer.append(line.chargeMilliyuan.rawValue)
            writer.append(line.waivedMilliyuan.rawValue)
            writer.append(line.quota ?? -1)
            writer.append(line.usedBefore)
        }
        return writer.bytes
    }

    init(
        of record: UsageRecord, in cycle: BillingCycle, charge: Milliyuan, storedForm: [UInt8],
        _ provision: (Int64) throws -> Provision
    ) throws {
        var reader = CompactReader(storedForm)
        let payer = try reader.text()
        let units = try reader.signed()
        var lines: [RatedLine] = []
        for _ in 0..<(try reader.number()) {
            let provision = try provision(Int64(bitPattern: try reader.number()))
            let units = try reader.signed()
            let charge = Milliyuan(try reader.signed())
            let waived = Milliyuan(try reader.signed())
            let quota = try reader.signed()
            lines.append(
                RatedLine(
                    provision, units: units, charge: charge, waived: waived, quota: quota < 0 ? nil : quota,
                    usedBefore: try reader.signed()))
        }
        guard reader.isAtEnd else { throw CompactReader.Damaged() }
        self.init(
            usageId: record.usageId,
            serviceNumber: record.serviceNumber,
            payer: payer.isEmpty ? record.serviceNumber : payer,
            kind: record.kind,
            cycle: cycle,
            endedAt: record.endedAt,
            units: units,
            lines: lines,
            chargeMilliyuan: charge
        )
    }
}

/// Counters by their codes.
enum CounterForms {
    static func bytes(_ counters: [(code: UInt64, value: Int64)]) -> [UInt8] {
        var writer = CompactWriter(capacity: counters.count * 12)
        for counter in counters {
            writer.append(code: counter.code)
            writer.append(counter.value)
        }
        return writer.bytes
    }

    static func counters(_ bytes: [UInt8]) throws -> [(code: UInt64, value: Int64)] {
        var counters: [(code: UInt64, value: Int64)] = []
        var reader = CompactReader(bytes)
        while !reader.isAtEnd { counters.append((try reader.code(), try reader.signed())) }
        return counters
    }
}
