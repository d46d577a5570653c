/// Reads results as DuckDuckGo's page has them: in each `div.result` an `a.result__a` with the title and a
/// `.result__snippet`; advertisements are `.result--ad`.
struct DuckDuckGoReader: HTMLHandler {
    private(set) var found: [SearchResult] = []
    /// It says itself that there is nothing.
    private(set) var isEmpty = false
    /// It asks for a proof that a human is there.
    private(set) var isChallenge = false

    private enum Part { case title, snippet }
    private struct Open {
        var part: Part
        var name: String
        var depth = 1
    }

    private var isAd = false
    private var url: String?
    private var title = ""
    private var snippet = ""
    private var open: Open?

    private static let textMax = 4096

    mutating func start(_ name: String, _ attributes: HTMLAttributes) {
        if name == open?.name { open?.depth += 1 }
        let classes = attributes.classes
        isChallenge =
            isChallenge || attributes["id"] == "challenge-form" || classes.contains { $0.hasPrefix("anomaly-modal") }
        isEmpty = isEmpty || classes.contains("no-results") || classes.contains("result--no-result")
        if classes.contains("result") { begin(isAd: classes.contains("result--ad")) }
        if classes.contains("result__a") {
            url = attributes["href"].flatMap { Self.target($0) }
            open = Open(part: .title, name: name)
        } else if classes.contains("result__snippet") {
            open = Open(part: .snippet, name: name)
        }
    }

    mutating func end(_ name: String) {
        if name == "html" { finish() }
        guard var now = open, now.name == name else { return }
        now.depth -= 1
        open = now.depth > 0 ? now : nil
    }

    mutating func text(_ text: String) {
        switch open?.part {
        case .title where title.utf8.count < Self.textMax: title += text
        case .snippet where snippet.utf8.count < Self.textMax: snippet += text
        default: return
        }
    }

    private mutating func begin(isAd: Bool) {
        finish()
        self.isAd = isAd
    }

    private mutating func finish() {
        defer { (url, title, snippet, open, isAd) = (nil, "", "", nil, false) }
        guard let url, !isAd, found.count < SearchLimits.resultsMax,
            let result = SearchLimits.result(title: title, url: url, snippet: snippet)
        else { return }
        found.append(result)
    }

    /// Links are those of the pages, or lead there by way of `//duckduckgo.com/l/?uddg=…`. Nil for advertisements, which
    /// go by way of `y.js`.
    static func target(_ link: String) -> String? {
        let absolute = link.hasPrefix("//") ? "https:" + link : link
        guard let address = try? WebAddress(absolute) else { return nil }
        guard address.host == "duckduckgo.com" || address.host.hasSuffix(".duckduckgo.com") else { return absolute }
        let pairs = address.path.split(separator: "?", maxSplits: 1).dropFirst().first?.split(separator: "&") ?? []
        guard let pair = pairs.first(where: { $0.hasPrefix("uddg=") }) else { return nil }
        let target = PercentEncoding.decoded(pair.dropFirst(5))
        let isOwn = (try? WebAddress(target))?.host.hasSuffix("duckduckgo.com") ?? true
        return isOwn ? nil : target
    }
}
