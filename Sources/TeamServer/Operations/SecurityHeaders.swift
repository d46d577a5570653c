internal import HTTPTypes
internal import Hummingbird

/// What a browser is told about every answer; one that says more of itself keeps it.
struct SecurityHeaders: Sendable {
    private let fields: [(HTTPField.Name, String)]

    /// - Parameter isSecure: whether people reach the server by https only.
    init(isSecure: Bool) {
        var fields = [
            ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ]
        if isSecure { fields.append(("Strict-Transport-Security", "max-age=31536000")) }
        self.fields = fields.compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
    }

    func put(on response: inout Response) {
        for (name, value) in fields where response.headers[name] == nil { response.headers[name] = value }
    }
}
