internal import HTTPTypes
internal import PromptTemplates

/// The interface for people to read: one page, with nothing from elsewhere.
enum DocsPage {
    static let html: [UInt8] = Array(page(RouteTable.all).utf8)

    private static func page(_ routes: [Route]) -> String {
        let sections = Dictionary(grouping: routes, by: \.tag).sorted { order($0.key) < order($1.key) }
        let contents = sections.map { tag, _ in "<a href=\"#\(escaped(tag))\">\(escaped(tag))</a>" }
        return """
            <!DOCTYPE html><html lang="en"><meta charset="utf-8">
            <meta name="viewport" content="width=device-width"><title>Offbook: the API</title>
            <style>\(style)</style>
            <h1>Offbook: the API</h1>
            <p>The same as <a href="/openapi.json">OpenAPI</a>. Sign in at <code>/api/v1/auth/login</code>, and send
            <code>Authorization: Bearer</code> with the access token, or with an API key. Failures are
            <code>application/problem+json</code>.</p>
            <nav>\(contents.joined(separator: " · "))</nav>
            \(sections.map { section($0.key, $0.value) }.joined(separator: "\n"))
            </html>

            """
    }

    /// Ours first, then the old systems.
    private static func order(_ tag: String) -> String { (tag.contains { $0.isUppercase } ? "1" : "0") + tag }

    private static func section(_ tag: String, _ routes: [Route]) -> String {
        "<h2 id=\"\(escaped(tag))\">\(escaped(tag))</h2>\n" + routes.map(entry).joined(separator: "\n")
    }

    private static func entry(_ route: Route) -> String {
        let fields = route.query.map { "<li><code>\(escaped($0.name))</code> \(escaped($0.help))</li>" }
        let body = route.input.flatMap { try? $0.example.json(isIndented: true) }
        return """
            <details><summary><b>\(route.method.rawValue)</b> <code>\(escaped(route.path))</code>
            \(escaped(route.summary))</summary>
            <p>\(escaped(route.policy.text)) Answers \(route.status.code).</p>
            \(fields.isEmpty ? "" : "<p>Query:</p><ul>\(fields.joined())</ul>")
            \(body.map { "<p>Body, such as:</p><pre>\(escaped($0))</pre>" } ?? "")
            \(answer(route))
            </details>
            """
    }

    private static func answer(_ route: Route) -> String {
        guard let name = route.output.json["$ref"]?.text?.split(separator: "/").last,
            case .object(let fields)? = route.output.definitions[String(name)]?["properties"]
        else { return "" }
        return "<p>Answer: \(fields.keys.sorted().map { "<code>\(escaped($0))</code>" }.joined(separator: ", "))</p>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    private static let style = """
        body { font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
        summary { cursor: pointer; padding: .2rem 0 } details[open] { border-left: 3px solid #ccc; padding-left: 1rem }
        pre { background: #f4f4f4; padding: .7rem; overflow: auto } b { display: inline-block; min-width: 4.5rem }
        """
}
