import Foundation
import Testing

@Suite struct ServerConfigTests {
    /// What counts of each setting, and who says so.
    private func settings(
        _ scratch: Scratch, _ options: String..., environment: [String: String] = [:]
    ) throws -> [String: (value: String, source: String)] {
        let outcome = try Node("server", in: scratch).attempt(
            ["admin", "config", "--json"] + options, environment: environment)
        guard outcome.status == 0 else { throw UnexpectedStatus(command: "admin config", outcome: outcome) }
        let items = try outcome.json["items"].array ?? []
        return Dictionary(
            uniqueKeysWithValues: items.map {
                ($0["key"].string ?? "", ($0["value"].string ?? "", $0["source"].string ?? ""))
            })
    }

    @Test("An option counts before the environment, that before another system's name, that before the file")
    func order() throws {
        let scratch = try Scratch()
        let file = try scratch.file("server.yaml", "rate-limit: 10\n")
        let former = ["RATE_LIMIT_PER_MINUTE": "20"]
        let both = former.merging(["OFFBOOK_RATE_LIMIT": "30"]) { $1 }
        func rate(_ found: [String: (value: String, source: String)]) -> [String] {
            [found["rate-limit"]?.value ?? "", found["rate-limit"]?.source ?? ""]
        }
        #expect(rate(try settings(scratch)) == ["100", "standard"])
        #expect(rate(try settings(scratch, "--config", file)) == ["10", file])
        #expect(rate(try settings(scratch, environment: ["OFFBOOK_CONFIG": file])) == ["10", file])
        #expect(
            rate(try settings(scratch, "--config", file, environment: former)) == ["20", "RATE_LIMIT_PER_MINUTE"])
        #expect(rate(try settings(scratch, "--config", file, environment: both)) == ["30", "OFFBOOK_RATE_LIMIT"])
        #expect(
            rate(try settings(scratch, "--config", file, "--rate-limit", "40", environment: both))
                == ["40", "--rate-limit"])
    }

    @Test("A file has lists, switches and numbers; JSON is taken too, and so are other systems' lists")
    func forms() throws {
        let scratch = try Scratch()
        let yaml = try scratch.file(
            "a.yaml", "cors-origins:\n  - https://a.example\n  - https://b.example\nno-registration: yes\n")
        let found = try settings(scratch, "--config", yaml)
        #expect(found["cors-origins"]?.value == "https://a.example,https://b.example")
        #expect(found["no-registration"]?.value == "yes")
        let json = try scratch.file("a.json", #"{"listen": "127.0.0.1:9", "behind-proxy": true}"#)
        #expect(try settings(scratch, "--config", json)["listen"]?.value == "127.0.0.1:9")
        _ = try settings(
            scratch, environment: ["BACKEND_CORS_ORIGINS": #"["https://a.example", "https://b.example/"]"#])
    }

    @Test("Secrets are not shown, and are no options")
    func secrets() throws {
        let scratch = try Scratch()
        let outcome = try Node("server", in: scratch).attempt(
            "admin", "config", environment: ["OFFBOOK_METRICS_TOKEN": "swordfish"])
        #expect(outcome.status == 0 && !outcome.output.contains("swordfish"))
        #expect(outcome.output.contains(/metrics-token +\(secret\) +OFFBOOK_METRICS_TOKEN/))
        #expect(try Node("server", in: scratch).attempt("serve", "--metrics-token", "x").status == 2)
    }

    @Test(
        "What is wrong is named, with its place",
        arguments: [
            ("rate_limit: 5", "server.yaml:1: there is no setting “rate_limit”"),
            ("# a\nlisten: 127.0.0.1:0\nadmins: [a]", "server.yaml:3: there is no setting “admins”"),
            ("listen: {a: b}", "“listen” takes a value"), ("listen:", "“listen” takes a value"),
            ("- listen", "no list of settings"), ("listen: [", "no YAML"),
            ("rate-limit: many", "rate-limit (server.yaml) takes a number from 1 to 1000000, not “many”"),
            ("no-registration: perhaps", "takes true or false"), ("cors-origins: '*'", "takes origins such as"),
            ("cors-origins: https://a.example/path", "takes origins such as"), ("log-level: loud", "takes one of"),
            ("tls-key: k.pem", "go together"), ("listen: 0.0.0.0:80", "plain text"), ("access-minutes: 0", "1 to 1440"),
        ])
    func wrong(content: String, complaint: String) throws {
        let scratch = try Scratch()
        _ = try scratch.file("server.yaml", content)
        for command in [["admin", "config"], ["serve"]] {
            let outcome = try Node("server", in: scratch).attempt(command + ["--config", "server.yaml"])
            #expect(outcome.status == 2 && outcome.error.contains(complaint), "\(outcome)")
        }
    }

    @Test("What a variable of the environment has wrong is named by the variable")
    func wrongVariable() throws {
        let scratch = try Scratch()
        let outcome = try Node("server", in: scratch).attempt("serve", environment: ["LOG_LEVEL": "loud"])
        #expect(outcome.status == 2 && outcome.error.contains("log-level (LOG_LEVEL)"), "\(outcome)")
    }

    @Test("A server goes by its file")
    func served() throws {
        let scratch = try Scratch()
        let file = try scratch.file(
            "server.yaml", "access-minutes: 5\npassword-cost: 14\nno-verification: true\nlog-level: warning\n")
        let server = try Server(in: scratch, options: ["--config", file])
        _ = try server.ask(
            "POST", "/api/v1/auth/register", #"{"email": "ada@example.org", "password": "long enough"}"#)
        let login = try server.json(
            "POST", "/api/v1/auth/login", #"{"email": "ada@example.org", "password": "long enough"}"#)
        #expect(login["expires_in"].int == 300)
        #expect(server.process.error.isEmpty, "\(server.process.error)")
    }
}

@Suite struct SeedAndUnitTests {
    @Test("The example has people of each role, whose passwords work once, and prompts that sync")
    func seed() throws {
        let scratch = try Scratch()
        let server = Node("server", in: scratch)
        let report = try server.json("admin", "seed")
        let people = report["people"].array ?? []
        #expect(people.strings("role") == ["owner", "admin", "member", "viewer"])
        #expect(report["prompts"].int == 6)
        let again = try server.attempt("admin", "seed")
        #expect(again.status == 1 && again.error.contains("has an account here already"), "\(again)")
        #expect(FileManager.default.fileExists(atPath: try server.replica))

        let running = try Server(in: scratch, options: ["--password-cost", "14"], isFresh: true)
        #expect(!running.process.output.contains("owner's password"))
        let alan = Node("alan", in: scratch)
        let password = try #require(people.first("email", "alan@example.org")?["password"].string)
        try alan.login(running, "alan@example.org", passwords: password, "a new password")
        try alan.run("connect", running.url)
        try alan.sync()
        #expect(try alan.items("list").count == 6)
        #expect(try alan.items("group", "list").strings("name") == ["Good to start with"])
        try alan.run("doctor", "--deep")
    }

    @Test("systemd takes the unit, and it names this Offbook")
    func unit() throws {
        let scratch = try Scratch()
        let unit = try shell("offbook admin systemd-unit --config /etc/offbook.yaml --user prompts").output
        #expect(unit.contains("ExecStart=\(offbookBinary) serve --data /var/lib/offbook --config /etc/offbook.yaml\n"))
        #expect(unit.contains("\nUser=prompts\n") && unit.contains("\nNoNewPrivileges=yes\n"))
        #expect(try shell("offbook admin systemd-unit --user 'a b'").status == 2)
        let path = try scratch.file("offbook.service", unit)
        guard try shell("command -v systemd-analyze").status == 0 else { return }
        let verified = try shell("systemd-analyze verify '\(path)'")
        #expect(verified.status == 0, "\(verified.error)")
        #expect(!verified.error.contains("offbook.service:"), "\(verified.error)")
    }
}
