import Changesets
import Foundation
import PromptFiles
import PromptLibrary
import ReplicaStore
import Testing

@Suite("Search")
struct SearchTests {
    let scratch: Scratch
    let node: Node

    init() throws {
        scratch = try Scratch()
        node = try Node("a", workspace: .uuid7(at: 1), in: scratch)
        for (name, body) in [
            ("café menu", "List the dishes of a café in Paris."), ("tokyo", "明日は東京都へ行きます"), ("seoul", "서울에서 만나요"),
            ("moscow", "Напиши письмо в Москву"), ("cairo", "اكتب رسالة إلى القاهرة"), ("athens", "Γράψε ένα γράμμα"),
            ("delhi", "दिल्ली के बारे में लिखो"), ("bangkok", "เขียนจดหมายถึงกรุงเทพ"), ("launch", "Ship it 🚀today, with ❤️love"),
            ("code", "Call console.log(foo_bar) and C++ std::vector<int>"), ("flour", "A recipe"),
            ("bread", "Uses flour"),
        ] {
            _ = try node.library.create(NewPrompt(name: name, body: body))
        }
        try node.library.tag("bread", ["baking"])
    }

    private func names(_ query: String) throws -> [String] {
        try node.library.search(query).items.map(\.prompt.name)
    }

    @Test(
        "finds words of every script, parts of words where a script has no spaces, and prefixes",
        arguments: [
            ("cafe", "café menu"), ("CAFÉ", "café menu"), ("東京", "tokyo"), ("京都", "tokyo"), ("京", "tokyo"),
            ("東京都", "tokyo"),
            ("서울", "seoul"), ("москву", "moscow"), ("القاهرة", "cairo"), ("γράμμα", "athens"), ("दिल्ली", "delhi"),
            ("กรุงเทพ", "bangkok"), ("🚀", "launch"), ("today", "launch"), ("love", "launch"), ("❤️", "launch"),
            ("console.log", "code"), ("foo_b", "code"), ("vector", "code"), ("dish", "café menu"), ("baking", "bread"),
            ("\"dishes of\"", "café menu"), ("paris dishes", "café menu"),
        ])
    func finds(query: String, name: String) throws {
        #expect(try names(query) == [name])
    }

    @Test(
        "finds nothing for what is not there, and fails on nothing",
        arguments: ["xyzzy", "", "\"", "***", "NEAR(", "a AND", "東西", "-", "\0"])
    func findsNothing(query: String) throws {
        #expect(try names(query).isEmpty)
    }

    @Test("a name counts more than a text")
    func ranking() throws {
        #expect(try names("flour") == ["flour", "bread"])
    }

    @Test("is right at once after whatever was written in the shell")
    func rawWrites() throws {
        #expect(try names("zanzibar").isEmpty)
        try node.sqlite("UPDATE prompts SET name = 'zanzibar' WHERE name = 'flour'")
        #expect(try names("zanzibar") == ["zanzibar"])
        try node.sqlite("REPLACE INTO prompts (id, name) SELECT id, 'madagascar' FROM prompts WHERE name = 'zanzibar'")
        #expect(try names("zanzibar").isEmpty && names("madagascar") == ["madagascar"])
        try node.sqlite("DELETE FROM prompts WHERE name = 'madagascar'; DELETE FROM tags")
        #expect(try names("madagascar").isEmpty && names("baking").isEmpty)
        _ = try node.library.undelete("madagascar")
        #expect(try names("recipe madagascar") == ["madagascar"])
    }

    @Test("shows the place that matches, and which part of it")
    func snippets() throws {
        let hit = try #require(try node.library.search("PARIS").items.first)
        #expect(hit.snippet.filter(\.isMatch).map(\.text) == ["Paris"])
        #expect(hit.snippet.map(\.text).joined() == "List the dishes of a café in Paris.")
    }

    @Test("gives pages, and filters")
    func pages() throws {
        for number in 0..<7 { _ = try node.library.create(NewPrompt(name: "page \(number)", body: "paging")) }
        var found: [String] = []
        var cursor: String?
        repeat {
            let page = try node.library.search("paging", PromptFilter(), PageRequest(limit: 3, cursor: cursor))
            found += page.items.map(\.prompt.name)
            cursor = page.next
        } while cursor != nil
        #expect(found == (0..<7).map { "page \($0)" })
        try node.library.tag("page 3", ["only"])
        var request = FilterRequest()
        request.tag = "only"
        let filter = try node.library.filter(request)
        #expect(try node.library.search("paging", filter).items.map(\.prompt.name) == ["page 3"])
    }
}
