/// The spelling of Prometheus text format 0.0.4.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The metric's name with its unit: `orders.completed` becomes `orders_completed_total`.
    static func metricName(_ label: String, suffix: String) -> String {
        let name = self.identifier(label, allowing: ":")
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    /// Labels sorted by name, so that the order of a call's dimensions makes no new series.
    static func labels(_ dimensions: [(String, String)]) -> String {
        var byName: [String: String] = [:]
        for (name, value) in dimensions {
            let name = self.identifier(name)
            // `le` belongs to histograms.
            byName[name == "le" ? "exported_le" : name] = value
        }
        return byName.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(self.escaped($0.value))\"" }
            .joined(separator: ",")
    }

    static func header(_ name: String, help: String, kind: FamilyKind) -> String {
        let help = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    static func sample(_ name: String, labels: String, value: String) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    /// Whole numbers without a fraction, infinity and NaN as Prometheus spells them.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if value == value.rounded(), value.magnitude < 9e15 { return String(Int64(value)) }
        return "\(value)"
    }

    private static func identifier(_ text: String, allowing extra: Unicode.Scalar? = nil) -> String {
        var identifier = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_", "0"..."9": identifier.unicodeScalars.append(scalar)
            case extra: identifier.unicodeScalars.append(scalar)
            default: identifier += "_"
            }
        }
        let first = identifier.unicodeScalars.first
        return first.map { ("0"..."9").contains($0) } ?? true ? "_" + identifier : identifier
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
