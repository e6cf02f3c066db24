import Foundation
import Glibc

/// What Linux says about this process, under the names that every Prometheus client uses.
struct ProcessStatistics {
    var residentBytes = 0
    var virtualBytes = 0
    var cpuSeconds = 0.0
    var threads = 0
    var openDescriptors = 0
    var startSecondsSince1970 = 0.0

    /// Reads `/proc`; what cannot be read is 0.
    static func current() -> ProcessStatistics {
        var statistics = ProcessStatistics()
        let fields = self.statFields()
        if fields.count > 21 {
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            statistics.cpuSeconds = Double(fields[11] + fields[12]) / ticks
            statistics.threads = fields[17]
            statistics.startSecondsSince1970 = self.bootSecondsSince1970() + Double(fields[19]) / ticks
            statistics.virtualBytes = fields[20]
            statistics.residentBytes = fields[21] * sysconf(Int32(_SC_PAGESIZE))
        }
        let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        statistics.openDescriptors = descriptors?.count ?? 0
        return statistics
    }

    func render(into text: inout String) {
        let rows: [(String, String, FamilyKind, Double)] = [
            ("process_cpu_seconds_total", "User and system CPU time spent.", .counter, self.cpuSeconds),
            ("process_open_fds", "Open file descriptors.", .gauge, Double(self.openDescriptors)),
            ("process_resident_memory_bytes", "Resident memory.", .gauge, Double(self.residentBytes)),
            ("process_start_time_seconds", "Start, seconds since 1970.", .gauge, self.startSecondsSince1970),
            ("process_threads", "Threads.", .gauge, Double(self.threads)),
            ("process_virtual_memory_bytes", "Virtual memory.", .gauge, Double(self.virtualBytes)),
        ]
        for (name, help, kind, value) in rows {
            text += PrometheusText.header(name, help: help, kind: kind)
            text += PrometheusText.sample(name, labels: "", value: PrometheusText.number(value))
        }
    }

    /// `/proc/self/stat` from the third field on: the second is the program's name, which may contain anything but ends
    /// with the last parenthesis. Letters count as 0.
    private static func statFields() -> [Int] {
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let nameEnd = stat.lastIndex(of: ")")
        else { return [] }
        return stat[stat.index(after: nameEnd)...].split(whereSeparator: \.isWhitespace).map { Int($0) ?? 0 }
    }

    private static func bootSecondsSince1970() -> Double {
        guard let stat = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            let line = stat.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
        else { return 0 }
        return Double(line.dropFirst(6)) ?? 0
    }
}
