/// A URL of the web, taken apart once and put together again from its parts, so that what was checked is what is asked
/// for: two readers of one text may see two hosts in it.
package struct WebAddress: Sendable, Hashable, CustomStringConvertible {
    package let isSecure: Bool
    /// In lower case and without brackets.
    package let host: String
    package let port: Int
    /// Begins with a slash. Without a fragment.
    package let path: String

    /// In bytes.
    static let lengthMax = 2048

    /// - Throws: `ResearchError` of code `invalidAddress`.
    package init(_ text: String) throws(ResearchError) {
        guard text.utf8.count <= Self.lengthMax else { throw Self.invalid("it is too long") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw Self.invalid("it has characters that no URL has")
        }
        let (scheme, rest) = Self.split(text, at: "://")
        guard let rest, ["http", "https"].contains(scheme.lowercased()) else {
            throw Self.invalid("it does not begin with http:// or https://")
        }
        isSecure = scheme.lowercased() == "https"
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        (host, port) = try Self.authority(rest[..<end], isSecure: isSecure)
        path = Self.path(rest[end...])
        guard path.utf8.count <= Self.lengthMax else { throw Self.invalid("it is too long") }
    }

    static func invalid(_ reason: String) -> ResearchError {
        ResearchError(.invalidAddress, "this is no URL of a page: \(reason)")
    }

    private static func split(_ text: String, at separator: String) -> (String, Substring?) {
        guard let range = text.firstRange(of: separator) else { return (text, nil) }
        return (String(text[..<range.lowerBound]), text[range.upperBound...])
    }

    private static func authority(_ text: Substring, isSecure: Bool) throws(ResearchError) -> (String, Int) {
        guard !text.contains("@") else { throw invalid("it has credentials in it") }
        let (host, rest) = text.hasPrefix("[") ? try bracketed(text) : try named(text)
        let standard = isSecure ? 443 : 80
        guard rest.hasPrefix(":") else {
            guard rest.isEmpty else { throw invalid("its port is none") }
            return (host, standard)
        }
        let digits = rest.dropFirst()
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw invalid("its port is none") }
        guard !digits.isEmpty else { return (host, standard) }
        guard let port = Int(digits), (1...65_535).contains(port) else { throw invalid("its port is none") }
        return (host, port)
    }

    private static func bracketed(_ text: Substring) throws(ResearchError) -> (String, Substring) {
        guard let end = text.firstIndex(of: "]"), let address = IPAddress(String(text[..<end].dropFirst())),
            !address.isV4
        else { throw invalid("its host is no address") }
        return (address.description, text[end...].dropFirst())
    }

    /// Names that are not ASCII have to come in their ASCII form (`xn--…`), as search engines give them.
    private static func named(_ text: Substring) throws(ResearchError) -> (String, Substring) {
        let end = text.firstIndex(of: ":") ?? text.endIndex
        let host = text[..<end].lowercased()
        let isPlain = host.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "-._".utf8.contains(byte)
        }
        guard isPlain, !host.isEmpty, host.utf8.count <= 253 else {
            throw invalid("its host has to be a name of letters, digits, dots and hyphens")
        }
        return (host.hasSuffix(".") ? String(host.dropLast()) : host, text[end...])
    }

    private static func path(_ text: Substring) -> String {
        let written = PercentEncoding.path(text.prefix { $0 != "#" }.utf8)
        return written.hasPrefix("/") ? written : "/" + written
    }

    /// `host:port`, as in ``AddressGuard/allowed``.
    var hostAndPort: String { "\(host):\(port)" }

    private var origin: String {
        let written = host.contains(":") ? "[\(host)]" : host
        let standard = isSecure ? 443 : 80
        return (isSecure ? "https://" : "http://") + written + (port == standard ? "" : ":\(port)")
    }

    package var description: String { origin + path }
}

extension WebAddress {
    /// Where a redirect leads (RFC 3986, section 5.2).
    ///
    /// - Throws: `ResearchError` of code `invalidAddress`.
    package func following(_ location: String) throws(ResearchError) -> WebAddress {
        let directory = path.prefix { $0 != "?" }
        return switch true {
        case location.prefixMatch(of: /[A-Za-z][A-Za-z0-9+.\-]*:/) != nil: try WebAddress(location)
        case location.hasPrefix("//"): try WebAddress((isSecure ? "https:" : "http:") + location)
        case location.isEmpty, location.hasPrefix("#"): self
        case location.hasPrefix("/"): try WebAddress(origin + Self.withoutDots(location))
        case location.hasPrefix("?"): try WebAddress(origin + directory + location)
        default:
            try WebAddress(origin + Self.withoutDots(directory.reversed().drop { $0 != "/" }.reversed() + location))
        }
    }

    private static func withoutDots(_ path: some Collection<Character>) -> String {
        let end = path.firstIndex { "?#".contains($0) } ?? path.endIndex
        var kept: [String] = []
        let parts = path[..<end].split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { String($0) }
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            if part == ".." { _ = kept.popLast() } else if part != "." { kept.append(part) }
            if isLast, [".", ".."].contains(part) { kept.append("") }
        }
        return "/" + kept.joined(separator: "/") + String(path[end...])
    }
}
