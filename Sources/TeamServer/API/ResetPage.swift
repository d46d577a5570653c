internal import DirectoryStore
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The page behind the link of a mail: a form for a new password, without scripts.
struct ResetPage: Sendable {
    let api: API

    func addRoutes(to router: Router<ServerContext>) {
        router.get("reset-password", use: form)
        router.post("reset-password", use: submit)
    }

    private func form(_ request: Request, _ context: ServerContext) async throws -> Response {
        // What is no token of ours is not put into the page.
        let token = request.uri.queryParameters["token"].map { String($0) } ?? ""
        guard token.utf8.count == 96, token.utf8.allSatisfy({ $0.isHexDigit }) else {
            return Self.page(.badRequest, "<p>The link is not whole: copy all of it.</p>")
        }
        return Self.page(
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

    private func submit(_ request: Request, _ context: ServerContext) async throws -> Response {
        let body = String(decoding: try await BoundedBody.bytes(of: request), as: UTF8.self)
        let origin = api.authenticator.origin(of: request, context)
        do {
            let form = try URLEncodedFormDecoder().decode(Form.self, from: body)
            try await api.passwordWork.run {
                try api.directory.resetPassword(token: form.token, to: form.password, from: origin)
            }
            return Self.page(.ok, "<p>The password is set. Sign in with it.</p>")
        } catch {
            let problem = Problem(error, context)
            return Self.page(.init(code: problem.status), "<p>\(Self.escaped(problem.detail)).</p>")
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static func page(_ status: HTTPResponse.Status, _ content: String) -> Response {
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
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}
