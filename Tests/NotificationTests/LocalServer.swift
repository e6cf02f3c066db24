import Foundation
import Testing

/// A server of Python's standard library: what it prints first is its port, then a line for each thing that it gets.
final class LocalServer {
    let port: Int
    private let process = Process()
    private let output: FileHandle
    private var rest = ""

    init(_ script: String) throws {
        let pipe = Pipe()
        self.process.executableURL = URL(filePath: "/usr/bin/python3")
        self.process.arguments = ["-u", "-W", "ignore", "-c", script]
        self.process.standardOutput = pipe
        try self.process.run()
        self.output = pipe.fileHandleForReading
        var text = ""
        while !text.contains("\n") {
            let data = self.output.availableData
            try #require(!data.isEmpty, "the server has ended")
            text += String(decoding: data, as: UTF8.self)
        }
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        self.port = try #require(Int(lines[0]))
        self.rest = String(lines.dropFirst().first ?? "")
    }

    /// The next thing that it has got: a line of JSON.
    func next() throws -> [String: String] {
        while !self.rest.contains("\n") {
            let data = self.output.availableData
            try #require(!data.isEmpty, "the server has ended")
            self.rest += String(decoding: data, as: UTF8.self)
        }
        let lines = self.rest.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        self.rest = String(lines.dropFirst().first ?? "")
        return try JSONDecoder().decode([String: String].self, from: Data(lines[0].utf8))
    }

    func stop() { kill(self.process.processIdentifier, SIGKILL) }

    /// Accepts mail but for some recipients; tells what it gets.
    static let smtp = """
        import asyncore, email, email.header, json, smtpd, time
        class Server(smtpd.SMTPServer):
            def process_message(self, peer, sender, recipients, data, **options):
                to = recipients[0]
                if to.startswith("nobody"): return "550 no such user"
                if to.startswith("later"): return "451 try again"
                if to.startswith("silent"): time.sleep(60)
                mail = email.message_from_bytes(data)
                subject = "".join(str(email.header.make_header(email.header.decode_header(mail["Subject"]))))
                print(json.dumps({"from": sender, "to": to, "subject": subject, "id": mail["Message-ID"],
                                  "text": mail.get_payload(decode=True).decode(),
                                  "longest": str(max(len(line) for line in data.split(b"\\n")))}))
        server = Server(("127.0.0.1", 0), None, decode_data=False)
        print(server.socket.getsockname()[1])
        asyncore.loop()
        """

    /// Answers by the path's number; checks signatures; tells what it gets.
    static func webhook(secret: String) -> String {
        """
        import hashlib, hmac, http.server, json
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                parts = dict(part.split("=") for part in self.headers["sheaf-signature"].split(","))
                right = hmac.new(b"\(secret)", parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
                print(json.dumps({"signed": str(hmac.compare_digest(right, parts["v1"])), "key": self.headers["idempotency-key"],
                                  "text": json.loads(body)["text"], "id": json.loads(body)["notificationId"]}))
                self.send_response(int(self.path.strip("/")))
                self.send_header("content-length", "0")
                self.end_headers()
            def log_message(self, *arguments): pass
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_address[1])
        server.serve_forever()
        """
    }
}
