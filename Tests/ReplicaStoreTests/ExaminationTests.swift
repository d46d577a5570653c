import Changesets
import PromptLibrary
import ReplicaStore
import Testing

@Suite("Examination and mending")
struct ExaminationTests {
    let scratch: Scratch
    let node: Node

    init() throws {
        scratch = try Scratch()
        node = try Node("a", workspace: .uuid7(at: 1), in: scratch)
        var prompt = NewPrompt(name: "p", body: "one")
        prompt.tags = ["t"]
        _ = try node.library.create(prompt)
        _ = try node.library.search("one")
    }

    @Test("a sound library has nothing wrong")
    func sound() throws {
        _ = try node.library.delete("p")
        #expect(try node.replica.examine().isEmpty)
    }

    @Test("what went past the log is found, and becomes an ordinary edit")
    func pastTheLog() throws {
        try node.sqlite("INSERT INTO projects (name) VALUES ('unseen'); DELETE FROM change_log")
        try node.sqlite("DELETE FROM tags; DELETE FROM change_log")
        #expect(Set(try node.replica.examine().map(\.kind)) == [.rowWithoutClock, .wrongSide])
        _ = try node.replica.mend()
        #expect(try node.replica.examine().isEmpty)
        let other = try Node("b", workspace: try node.library.status().workspace, in: scratch)
        _ = try other.replica.join(node.exported())
        #expect(try other.digest == node.digest)
        #expect(try other.library.show("p").prompt.tags.isEmpty)
    }

    @Test("a version that is not what its id says, a lost row and a broken search index are found")
    func damage() throws {
        try node.sqlite("INSERT INTO versions (id, prompt_id, body) SELECT zeroblob(32), id, 'forged' FROM prompts")
        #expect(try node.replica.examine().map(\.kind) == [.version])
        try node.sqlite("DELETE FROM search_documents")
        #expect(try node.replica.examine().map(\.kind).contains(.searchIndex))
        _ = try node.replica.mend()
        #expect(try node.library.search("one").items.count == 1)
        try node.sqlite("DELETE FROM tags; DELETE FROM deleted_tags; DELETE FROM change_log")
        #expect(try node.replica.examine().map(\.kind).contains(.clockWithoutRow))
        _ = try node.replica.mend()
        #expect(try node.replica.examine().map(\.kind) == [.version])
    }
}
