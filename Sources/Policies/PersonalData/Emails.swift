/// E-mail addresses, as people write them: RFC 5322 allows a good deal more.
enum Emails {
    /// The address is not part of a path, a handle or a longer word, its domain has a dot, and it is no remote of Git
    /// or scp (`git@host.example:path`).
    private static let pattern = Detector.builtIn(
        #"(?<![\p{L}\p{N}._%+@/-])[\p{L}\p{N}_](?:[\p{L}\p{N}._%+'-]{0,62}[\p{L}\p{N}_%+-])?"#
            + #"@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,6}\p{L}{2,24}"#
            + #"(?![\p{L}\p{N}@_]|-[\p{L}\p{N}]|:[\p{L}\p{N}~/])"#)

    static let detectors = [
        Detector(pattern, needs: UInt8(ascii: "@")) { sighting in
            guard !isFile(sighting.text), !isInURL(sighting.before(PolicyLimits.contextBytes)) else { return nil }
            return Detector.Hit(kind: "email", range: sighting.match, confidence: 0.95)
        }
    ]

    /// `logo@2x.png`
    private static func isFile(_ text: String) -> Bool {
        let ending = text.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return [
            "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "css", "scss", "js", "mjs", "ts", "tsx", "json",
            "html", "htm", "php", "mp4", "pdf", "xml", "yml", "yaml", "internal", "local", "localhost",
        ].contains(ending)
    }

    /// `https://name:password@host.example`: that is for ``Secrets``.
    private static func isInURL(_ before: [UInt8]) -> Bool {
        let word = before.suffix { $0 > 0x20 }
        guard let slashes = word.lastIndex(of: UInt8(ascii: "/")) else { return false }
        return word[..<slashes].suffix(2).elementsEqual(":/".utf8)
    }
}

extension Collection where Self: BidirectionalCollection {
    /// The longest end of which this is true throughout.
    func suffix(_ isPart: (Element) -> Bool) -> SubSequence {
        var start = endIndex
        while start > startIndex, isPart(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
