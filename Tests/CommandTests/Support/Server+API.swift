import Foundation

extension Server {
    /// Asks the JSON interface.
    ///
    /// - Returns: the status and the body, parsed where it is JSON.
    func ask(
        _ method: String, _ path: String, _ body: String? = nil, token: String? = nil, headers: [String] = []
    ) throws -> (status: Int, body: String) {
        var words = ["curl", "-sS", "-X", method, "-w", "\\n%{http_code}", url + path]
        if let token { words += ["-H", "Authorization: Bearer \(token)"] }
        for header in headers { words += ["-H", header] }
        if let body { words += ["-H", "Content-Type: application/json", "--data-binary", body] }
        let result = try shell("exec " + words.map(quoted).joined(separator: " "))
        guard result.status == 0, let end = result.output.lastIndex(of: "\n"),
            let status = Int(result.output[result.output.index(after: end)...])
        else { throw Complaint("curl: \(result.error)") }
        return (status, String(result.output[..<end]))
    }

    /// The same, of which the status has to be this one.
    func json(
        _ method: String, _ path: String, _ body: String? = nil, token: String? = nil, status: Int = 200
    ) throws -> JSON {
        let answer = try ask(method, path, body, token: token)
        guard answer.status == status else { throw Complaint("\(method) \(path): \(answer)") }
        return try JSON(parsing: answer.body)
    }

    /// The password that the server printed when it made its owner.
    func ownersPassword() throws -> String {
        var password: String?
        try eventually("the server prints a password") {
            password = process.output.firstMatch(of: /not shown again: (\w+)/).map { String($0.1) }
            return password != nil
        }
        return password ?? ""
    }
}

extension Node {
    /// Signs in to a server.
    @discardableResult
    func login(_ server: Server, _ email: String, _ options: String..., passwords: String...) throws -> Outcome {
        try run(
            ["login", server.url, "--email", email, "--password-stdin", "--node", name] + options,
            input: passwords.map { $0 + "\n" }.joined())
    }
}
