/// The base URL of a provider, as far as it says where it leads, and where secrets may go.
package enum ProviderAddress {
    package static let secretObjection =
        "its base URL holds a user or password: leave them out, and give the key with offbook providers key"

    /// Whether there is something before an “@” that a server would be sent as a name or password.
    package static func holdsSecret(_ url: String) -> Bool { authority(url)?.contains("@") ?? false }

    /// `scheme://host:port`, in small letters; nil for what is no http address, or holds a user or password.
    ///
    /// The default port is written out, so that two spellings of one origin are the same.
    package static func origin(_ url: String) -> String? {
        let scheme = url.utf8.prefix { $0 != UInt8(ascii: ":") }
        let name = String(decoding: scheme, as: UTF8.self).lowercased()
        guard ["http", "https"].contains(name), let authority = authority(url), isPlain(authority) else { return nil }
        let host = authority.lowercased()
        let tail =
            host.utf8.last == UInt8(ascii: "]") ? [] : host.split(separator: ":", omittingEmptySubsequences: false)
        if tail.count > 1, !host.hasPrefix("[") || host.contains("]:") {
            return portIsValid(tail) ? "\(name)://\(host)" : nil
        }
        return "\(name)://\(host):\(name == "https" ? 443 : 80)"
    }

    /// The name or address of the machine, in small letters and without brackets; nil for what has none.
    package static func host(_ url: String) -> String? {
        guard let authority = authority(url)?.lowercased() else { return nil }
        let isBracketed = authority.hasPrefix("[")
        return String(isBracketed ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" })
    }

    private static func portIsValid(_ parts: [Substring]) -> Bool {
        guard let port = parts.last.flatMap({ UInt16($0) }), port > 0 else { return false }
        return parts.count == 2 || parts.first?.hasPrefix("[") == true
    }

    /// A backslash is a slash to some readers of URLs: then the host is not what it seems.
    private static func isPlain(_ authority: String) -> Bool {
        !authority.isEmpty && !authority.hasPrefix(":")
            && authority.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"@\\<>\"%^`{|}".utf8.contains($0) }
    }

    /// What stands between “//” and the path.
    private static func authority(_ url: String) -> String? {
        guard let start = url.firstRange(of: "//")?.upperBound else { return nil }
        return String(url[start...].prefix { !"/?#".contains($0) })
    }
}
