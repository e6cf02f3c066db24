import Contracts
import Foundation

/// A small catalogue with one part of every kind, to be spoilt in one place.
enum SmallCatalogue {
    static let text = """
        products:
          - code: line
            name: Line
            number: { prefix: "0", characters: digits, length: 10-12, description: digits }
            voice: true
            password: true
          - code: mobile
            name: Mobile
            number: { characters: lettersAndDigits, length: 11, description: eleven }
            voice: true
            password: false
        services:
          - code: display
            name: Display
            products: [line]
            monthlyFeeMilliyuan: 3000
        plans:
          - code: P-96
            name: Plan
            kind: line
            products: [mobile]
            monthlyFeeMilliyuan: 96000
            quotas:
              - { unit: bytes, amount: 500 MB, thresholds: [50 MB, 20 MB] }
            overage: { unit: bytes, step: 1 MB, priceMilliyuan: 1000 }
            feeCapMilliyuan: 500000
            usageCap: 15 GB
            exclusiveGroup: line
        bundles:
          - code: A
            name: Plan A
            monthlyFeeMilliyuan: 100000
            members: [{ products: [line], count: 1 }]
            sharedMinutes: 300
            overageMilliyuan: 150
            services: { line: [display] }
            privateNetwork: true
            effect: firstOfNextMonth
            decomposition: taking
          - code: B
            name: Plan B
            monthlyFeeMilliyuan: 90000
            members:
              - { products: [line], count: 0-1 }
              - { products: [mobile], count: 1 }
            atLeast: [{ products: [line, mobile], count: 1-2 }]
            sharedMinutes: 300
            overageMilliyuan: 150
            speedMbps: 2
            services: { line: [display] }
            privateNetwork: true
            options: [FAST, FASTER, MORE]
            floorBundle: A
            minimumPlanFeeMilliyuan: { mobile: 96000 }
            effect: firstOfNextMonth
            decomposition: taking
        options:
          - { code: FAST, name: Fast, kind: speed, speedMbps: 4, products: [line], monthlyFeeMilliyuan: 1, exclusiveGroup: x }
          - { code: FASTER, name: Faster, kind: speed, speedMbps: 8, products: [line], monthlyFeeMilliyuan: 1, exclusiveGroup: x }
          - { code: MORE, name: More, kind: additionalMember, sharesMinutes: true, products: [line], monthlyFeeMilliyuan: 1 }
        singleOffers:
          - code: SOLO
            name: Solo
            plan: P-96
            members: [{ products: [mobile], count: 1 }]
            effect: immediate
            changeEffect: firstOfNextMonth
            decomposition: taking
        retryPolicies:
          - name: element
            timeoutMilliseconds: 12000
            maximumAttempts: 4
            withinSeconds: 300
            firstDelayMilliseconds: 200
            maximumDelayMilliseconds: 10000
        workOrderTypes:
          - type: install
            products: [any]
            target: 2 working days
            undoneBy: dismantle
            tasks: [{ do: hlr.create, parameters: { open: [a, 1, true] }, retry: element }]
          - type: dismantle
            products: [line, mobile]
            target: 30 minutes
            tasks:
              - { do: hlr.remove, retry: element }
          - type: changeSpeed
            products: [line]
            target: 1 hour
            tasks: [{ do: aaa.change, retry: element }]
        decompositions:
          - name: taking
            rules:
              - name: install
                when: { existing: false }
                issue: install
                parameters: { offer: $offer, class: 7 }
              - name: fast
                when: { products: [line], option: FAST }
                issue: changeSpeed
                after: [install]
              - name: faster
                when: { products: [line], option: FASTER }
                issue: changeSpeed
                after: [install]
        workingCalendar:
          opens: "09:00"
          closes: "18:00"
          weekdays: [monday, friday]
          holidays: [2026-10-01]
        settings: { fieldWork: reported }

        """

    /// Writes the files into a folder of their own, loads it, and removes it.
    ///
    /// - Throws: mistakes whose `file` is the name within the folder.
    static func load(
        files: [String: String],
        paths: [String] = ["."],
        zone: String = "Asia/Shanghai"
    ) throws -> Catalogue {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("catalogue-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
        let calendar = BusinessCalendar(timeZone: TimeZone(identifier: zone) ?? .gmt)
        do {
            let absolute = paths.map { $0 == "." ? folder.path : folder.appendingPathComponent($0).path }
            return try CatalogueLoader.load(paths: absolute, calendar: calendar)
        } catch {
            let relative = error.mistakes.map { mistake in
                var mistake = mistake
                mistake.file = mistake.file.replacingOccurrences(of: folder.path + "/", with: "")
                mistake.message = mistake.message.replacingOccurrences(of: folder.path + "/", with: "")
                return mistake
            }
            throw CatalogueErrors(relative)
        }
    }

    static func load(_ text: String) throws -> Catalogue { try Self.load(files: ["c.yaml": text]) }
}
