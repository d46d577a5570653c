internal import DirectoryStore
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The page behind the link of a mail: a form for a new password, without scripts.
enum ResetPage {
    static let all: [Route] = [
        Route(.get, "/reset-password", .anonymous, "The page behind a mailed link", producing: "text/html", form),
        Route(
            .post, "/reset-password", .anonymous, "What its form sends", producing: "text/html", work: .heavy, submit),
    ]

    private static func form(_ call: Call) throws -> Answer {
        // What is no token of ours is not put into the page.
        let token = call.query["token"] ?? ""
        guard token.utf8.count == 96, token.utf8.allSatisfy({ $0.isHexDigit }) else {
            return page(.badRequest, "<p>The link is not whole: copy all of it.</p>")
        }
        return page(
            .ok,
            """
            <form method="post" action="reset-password">
            <input type="hidden" name="token" value="\(token)">
            <p><label>New password, at least 8 characters<br>
            <input type="password" name="password" minlength="8" autocomplete="new-password" required autofocus></label></p>
            <p><button>Set the password</button></p>
            </form>
            """)
    }

    private struct Form: Decodable {
        var token: String
        var password: String
    }

    private static func submit(_ call: Call) throws -> Answer {
        do {
            let form = try URLEncodedFormDecoder().decode(Form.self, from: String(decoding: call.body, as: UTF8.self))
            try call.directory.resetPassword(token: form.token, to: form.password, from: call.origin)
            return page(.ok, "<p>The password is set. Sign in with it.</p>")
        } catch {
            guard let failure = Failure(error) else { throw error }
            return page(failure.status, "<p>\(escaped(failure.message)).</p>")
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static func page(_ status: HTTPResponse.Status, _ content: String) -> Answer {
        let html = """
            <!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Offbook</title>
            <h1>Offbook</h1>
            \(content)
            </html>

            """
        // The link must not get to other sites, nor into a cache.
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        for (name, value) in [
            ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
            ("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'"),
        ] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Answer(status: status, headers: headers, body: Array(html.utf8))
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}
