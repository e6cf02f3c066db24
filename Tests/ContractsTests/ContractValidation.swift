import Contracts
import Foundation

/// Messages before the contract's own check.
enum ContractValidation {
    /// What the contract's own check is fed with: a record as it would come from the broker.
    static func line<Body: MessageBody>(_ body: Body, _ encoder: JSONEncoder) throws -> String {
        let data = String(decoding: try encoder.encode(body), as: UTF8.self)
        let id = "0192f3c4-0000-7000-8000-0000000000e1"
        let trace = "00-0192f3c4000070008000000000000001-8000000000000001-01"
        let time = "2026-12-03T10:02:02.517+08:00"
        if Body.topic == .usageRated {
            let headers = [
                "content-type": "application/json", "ce_specversion": "1.0", "ce_id": id, "ce_source": "/rating",
                "ce_type": Body.type, "ce_subject": body.subject, "ce_time": time, "ce_traceparent": trace,
                "ce_correlationid": body.subject,
            ]
            let text = String(decoding: try encoder.encode(headers), as: UTF8.self)
            return "{\"topic\":\"\(Body.topic)\",\"value\":\(data),\"headers\":\(text)}"
        }
        return """
            {"topic":"\(Body.topic)","value":{"specversion":"1.0","id":"\(id)","source":"/rating","type":"\(Body.type)",\
            "subject":"\(body.subject)","time":"\(time)","traceparent":"\(trace)","correlationid":"c","data":\(data)}}
            """
    }

    static func verdicts(on lines: [String]) throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let input = FileManager.default.temporaryDirectory.appending(path: "sheaf-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: input) }
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: input)
        let process = Process()
        process.executableURL = root.appending(path: "deploy/contracts/validate")
        process.standardInput = try FileHandle(forReadingFrom: input)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
