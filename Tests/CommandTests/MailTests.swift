import Foundation
import Testing

@Suite("Mail") struct MailTests {
    @Test(
        "A real SMTP server gets the codes and links; a link for a new password works once",
        .enabled(if: MailSink.isReady, MailSink.whyNot))
    func reset() throws {
        let scratch = try Scratch()
        let sink = try MailSink(in: scratch)
        let server = try Server(
            in: scratch,
            options: [
                "--password-cost", "14", "--sendmail", sink.sendmail, "--mail-from", "Offbook <offbook@example.org>",
            ])
        let grace = "grace@example.org"
        let registered = try server.json(
            "POST", "/api/v1/auth/register", #"{"email":"\#(grace)","password":"password-of-grace"}"#, status: 201)
        #expect(registered["status"].string == "verification_required")
        let first = try sink.mail(1, to: grace)
        #expect(first.contains("\nFrom: Offbook <offbook@example.org>\n") && first.contains("\nTo: \(grace)\n"))
        let code = try #require(first.firstMatch(of: /(?m)^ +([0-9]{6})$/)).1
        let login = #"{"email":"\#(grace)","password":"password-of-grace"}"#
        #expect(try server.ask("POST", "/api/v1/auth/login", login).status == 403)
        _ = try server.json("POST", "/api/v1/auth/verify-email", #"{"email":"\#(grace)","code":"\#(code)"}"#)
        let tokens = try server.json("POST", "/api/v1/auth/login", login)

        // Somebody else asks for a mail, and says that the server is elsewhere.
        _ = try server.ask(
            "POST", "/api/v1/auth/forgot-password", #"{"email":"\#(grace)"}"#, headers: ["Host: evil.example"])
        let mail = try sink.mail(2, to: grace)
        let link = try #require(mail.firstMatch(of: /http\S+reset-password\?token=([0-9a-f]+)/))
        #expect(link.0.hasPrefix(server.url))
        let page = try shell("exec curl -sS \(quoted(String(link.0)))")
        #expect(page.output.contains("value=\"\(link.1)\""))
        let post =
            "exec curl -sS --data-urlencode token=\(link.1) --data-urlencode password=another-password "
            + "-o /dev/null -w '%{http_code}' \(server.url)/reset-password"
        #expect(try shell(post).output == "200")
        #expect(try shell(post).output == "400", "once")
        #expect(try server.ask("POST", "/api/v1/auth/login", login).status == 401)
        _ = try server.json("POST", "/api/v1/auth/login", #"{"email":"\#(grace)","password":"another-password"}"#)
        #expect(try server.ask("GET", "/api/v1/users/me", token: tokens["access_token"].string).status == 401)
        _ = try server.process.stop()
        for secret in [String(link.1), String(code), "another-password"] {
            #expect(!server.process.error.contains(secret), "\(secret) is in the log")
        }
    }

    @Test("What waits when the server is told to end is sent first; a command that fails is in the log")
    func endings() throws {
        let scratch = try Scratch()
        let kept = scratch.path + "/mail"
        let server = try Server(
            in: scratch, options: ["--password-cost", "14", "--sendmail", "sleep 1; cat > \(quoted(kept))"])
        let body = #"{"email":"grace@example.org","password":"password-of-grace"}"#
        _ = try server.json("POST", "/api/v1/auth/register", body, status: 201)
        #expect(try server.process.stop() == 0)
        #expect(try String(contentsOfFile: kept, encoding: .utf8).contains("To: grace@example.org\n"))
        let other = try Server(in: scratch, name: "other", options: ["--password-cost", "14", "--sendmail", "exit 3"])
        _ = try other.json("POST", "/api/v1/auth/register", body, status: 201)
        try eventually("the failure is in the log") { other.process.error.contains("could not be sent") }
    }
}
