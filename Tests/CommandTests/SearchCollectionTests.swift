import Foundation
import Testing

private let collection = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/data/prompts.csv").standardizedFileURL.path

private let isCollectionHere = FileManager.default.fileExists(atPath: collection)

/// Searches of a real collection, and of a few prompts in scripts that it lacks.
@Suite(.enabled(if: isCollectionHere, "shared/data/prompts.csv is not beside this checkout"))
struct SearchCollectionTests {
    private struct Query {
        var words: String
        /// The first hit's name begins with it.
        var first: String

        init(_ words: String, _ first: String) { (self.words, self.first) = (words, first) }
    }

    /// Latin, Cyrillic, Han, Arabic, Hebrew, Kana, Hangul, Greek, emoji and code.
    private static let queries = [
        Query("linux terminal", "Linux Terminal"), Query("ethereum dev", "Ethereum Developer"),
        Query("RESUME review", "Act as a Resume Reviewer"), Query("résumé review", "Act as a Resume Reviewer"),
        Query("çeviri", "Dizi ve Film Özeti Çeviri Asistanı"), Query("ceviri", "Dizi ve Film Özeti Çeviri Asistanı"),
        Query("müşteri", "Müşteri temsilcisi eğitimi"), Query("патент", "Патентный поиск"),
        Query("недвиж", "Недвижимость"), Query("量化", "worldquant"), Query("仪表", "GitHubTrends"),
        Query("提示词", "电商与社交平台内容创作提示词"), Query("السعود", "السعوديه"),
        Query("בדיקת", "Integrity & Compliance Officer Audit Protocol"), Query("東京", "旅の相談"),
        Query("서울", "여행 계획"), Query("αθηνα", "Ταξίδι"), Query("tweet 🧠", "30 tweet Project"),
        Query("alpha_id", "worldquant"), Query("\"act as an ai assisted doctor\"", "AI Assisted Doctor"),
    ]

    private static let others = """
        {"name": "旅の相談", "body": "あなたは旅行代理店です。来週の東京都内の観光を提案してください。"}
        {"name": "여행 계획", "body": "서울에서 보낼 사흘을 계획해 주세요."}
        {"name": "Ταξίδι", "body": "Πρότεινε μου μια μέρα στην Αθήνα."}
        """

    private func library() throws -> Node {
        let node = Node("node", in: try Scratch())
        try node.run("import", collection)
        try node.run("import", try node.scratch.file("others.jsonl", Self.others))
        return node
    }

    private func expectFirstHits(_ node: Node) throws {
        for query in Self.queries {
            let name = try node.items("search", query.words, "--limit", "3").first?["prompt"]["name"].string
            #expect(name?.hasPrefix(query.first) == true, "“\(query.words)” finds \(name ?? "nothing")")
        }
    }

    @Test("Twenty queries in eight scripts find what they should, before and after edits in the sqlite3 shell")
    func firstHits() throws {
        let node = try library()
        try expectFirstHits(node)
        try node.sql(
            """
            UPDATE prompts SET name = name || ' (edited)' WHERE name NOT IN ('worldquant', 'GitHubTrends');
            UPDATE prompts SET description = 'wombats' WHERE name LIKE 'Linux Terminal%';
            DELETE FROM prompts WHERE name LIKE 'Travel Guide%';
            """)
        try expectFirstHits(node)
        #expect(try node.items("search", "wombat").first?["prompt"]["name"].string == "Linux Terminal (edited)")
        let guides = try node.items("search", "travel guide").compactMap { $0["prompt"]["name"].string }
        #expect(!guides.contains { $0.hasPrefix("Travel Guide") })
    }

    @Test("Filters and snippets")
    func filters() throws {
        let node = try library()
        try node.run("tag", "Linux Terminal", "shell")
        try node.run("fav", "Linux Terminal")
        for filter in [["--tag", "shell"], ["--favourite"]] {
            let found = try node.attempt(["search", "terminal", "--json"] + filter).json["items"].array ?? []
            #expect(found.map { $0["prompt"]["name"].string } == ["Linux Terminal"])
        }
        #expect(try node.items("search", "terminal", "--since", "2001-01-01", "--author", try author(node)).count > 1)
        #expect(try node.items("search", "terminal", "--category", "no such").isEmpty)
        let snippet = try node.items("search", "東京").first?["snippet"].array ?? []
        #expect(snippet.contains { $0["is_match"].bool == true && $0["text"].string == "東京" })
    }

    private func author(_ node: Node) throws -> String { try node.sql("SELECT name FROM users") }
}
