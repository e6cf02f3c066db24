import Contracts
import Foundation

/// A message in the form of e-mails (RFC 5322): UTF-8 in base64, so that no line is too long and none begins with a dot.
struct EmailMessage: Sendable {
    var id: NotificationID
    var from: String
    var to: String
    var subject: String
    var text: String
    var date: Date

    var data: String {
        let domain = self.from.split(separator: "@").last.map(String.init) ?? "localhost"
        let headers = [
            "From: <\(self.from)>",
            "To: <\(self.to)>",
            "Subject: \(Self.encodedWords(self.subject))",
            "Date: \(Self.formatted(self.date))",
            "Message-ID: <\(self.id)@\(domain)>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
            "Auto-Submitted: auto-generated",
        ]
        let body = Self.lines(Data(self.text.utf8).base64EncodedString(), length: 76)
        return (headers + [""] + body).joined(separator: "\r\n") + "\r\n"
    }

    /// RFC 2047: in words of at most 75 characters, each a whole number of characters.
    static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var part = ""
        for character in text where character != "\r" && character != "\n" {
            if (part + String(character)).utf8.count > 42 {
                words.append(part)
                part = ""
            }
            part.append(character)
        }
        if !part.isEmpty { words.append(part) }
        return words.map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    private static func lines(_ text: String, length: Int) -> [String] {
        var lines: [String] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            lines.append(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return lines
    }

    private static func formatted(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
        return formatter.string(from: date)
    }
}
