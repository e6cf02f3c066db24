import Foundation

/// The small catalogue with tariffs of every kind, to be spoilt in one place.
enum SmallTariffs {
    static let text =
        SmallCatalogue.text.replacingOccurrences(
            of: "    overage: { unit: bytes, step: 1 MB, priceMilliyuan: 1000 }\n",
            with: """
                    overage:
                      - { unit: bytes, step: 1 MB, priceMilliyuan: 1000 }
                """ + "\n"
        )
        .replacingOccurrences(
            of: "bundles:\n",
            with: """
                  - code: L-STD
                    name: Standard line
                    kind: line
                    products: [line, mobile]
                    monthlyFeeMilliyuan: 20000
                    overage: { unit: minutes, step: 1, priceMilliyuan: 220 }
                bundles:

                """
        )
        .replacingOccurrences(
            of: "    kind: line\n    products: [mobile]", with: "    kind: gprs\n    products: [mobile]")
            + """
            billSubjects:
              - { code: all, path: [One, Two, Three] }
            tariffs:
              standardPlans: { line: L-STD, mobile: L-STD }
              carriers: { voice: [line, mobile], data: [mobile], wlan: [mobile], sms: [mobile], mms: [mobile] }
              roamers: [mobile]
              plausible: { longestSeconds: 86400, mostBytes: 1 GB, aheadSeconds: 86400 }
              voice:
                freeNumbers: [110, 10010]
                accessCodes:
                  - { code: 12590, informationFeeMilliyuan: 2000 }
                  - { code: 400, length: 10 }
                destinations:
                  - { prefixes: ["0086"], domestic: true }
                  - { prefixes: ["00"], minuteMilliyuan: 8000 }
                domesticRoaming: { callingMilliyuan: 600, receivingMilliyuan: 400 }
                internationalRoamingMilliyuan: 12000
              privateNetwork: { sharingProducts: [line], sharedMinutes: unlimited, ownMinutes: { mobile: 1000 } }
              networks: [{ code: V, name: V-net, minuteMilliyuan: 100 }]
              data: { stepMilliyuan: 10, step: 1 KB, feeCapMilliyuan: 500000, usageCap: 15 GB, freeGateways: [news] }
              wlan:
                campusMinuteMilliyuan: 20
                otherMinuteMilliyuan: 50
                plansServeOther: true
                feeCapMilliyuan: 500000
                usageCap: 40 GB
              messages:
                domesticMilliyuan: 100
                internationalMilliyuan: 1000
                multimediaMilliyuan: 300
                mostInAnHour: 200
                mostInADay: 500
              highBill: { factor: 3, bills: 3, minimumMilliyuan: 200000 }
              subjects:
                bundleFee: all
                optionFee: all
                lineFee: all
                gprsFee: all
                g3Fee: all
                wlanFee: all
                messageFee: all
                familyFee: all
                serviceFee: all
                voice: all
                roaming: all
                international: all
                informationFee: all
                data: all
                g3Data: all
                wlan: all
                sms: all
                mms: all
                orderFee: all
                keepingFee: all
                minimumSpend: all
                groupPayment: all
                previousCycle: all
                adjustment: all
              revenueShares:
                - { subject: all, since: 2026-01-01, parts: [{ partner: a, percent: 60 }, { partner: b, percent: 40 }] }

            """
}
