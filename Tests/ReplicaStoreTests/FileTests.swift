import Changesets
import PromptLibrary
import ReplicaStore
import Testing

@Suite("Exchange by files alone")
struct FileTests {
    let scratch: Scratch
    let a: Node
    let b: Node

    init() throws {
        scratch = try Scratch()
        a = try Node("a", workspace: .uuid7(at: 1), in: scratch)
        b = try Node("b", workspace: try a.library.status().workspace, in: scratch)
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        _ = try a.library.create(NewPrompt(name: "q", body: "one"))
        _ = try b.replica.join(a.exported())
    }

    /// Both sides edit; four files go around.
    private func files() throws -> [ChangesetFile] {
        var files = [try a.exported()]
        _ = try a.library.save("two of a", from: a.library.editBase("p"))
        try a.library.rename("q", to: "q of a")
        files.append(try a.exported())
        b.clock.now += 5
        _ = try b.library.save("two of b", from: b.library.editBase("p"))
        try b.library.rename("q", to: "q of b")
        files.append(try b.exported())
        _ = try b.library.delete("p")
        files.append(try b.exported())
        return files
    }

    @Test("in every order, and one file twice: equal in the end", arguments: 0..<24)
    func everyOrder(permutation: Int) throws {
        var files = try files()
        var order: [ChangesetFile] = []
        var rest = permutation
        while !files.isEmpty { order.append(files.remove(at: rest % files.count)); rest /= max(1, files.count + 1) }
        for file in order + [order[0]] {
            _ = try a.replica.join(file)
            _ = try b.replica.join(file)
        }
        // What each made of it, journals and joins, goes around once more.
        _ = try a.replica.join(b.exported())
        _ = try b.replica.join(a.exported())
        #expect(try a.digest == b.digest)
        #expect(try a.library.conflicts().items.map(\.id) == b.library.conflicts().items.map(\.id))
        #expect(try a.library.history("p").items.count == 3)
        #expect(try a.library.why("q of b").items.map(\.lostValue) == ["q of a"])
    }

    @Test("an export since a position holds what came later, and no more")
    func since() throws {
        let position = try a.library.status().position
        _ = try a.library.save("two", from: a.library.editBase("p"))
        let file = try a.exported(since: position)
        let rows = try file.pages.map { try ChangesetPage(encoded: $0).rowCount }.reduce(0, +)
        #expect(rows == 4, "the version, its tip, the tip before it, and the prompt")
        _ = try b.replica.join(file)
        #expect(try b.library.show("p").body == "two")
    }

    @Test("another workspace's file is refused, and changes nothing")
    func foreign() throws {
        let stranger = try Node("stranger", workspace: .uuid7(at: 2), in: scratch)
        _ = try stranger.library.create(NewPrompt(name: "s", body: "one"))
        let before = try a.digest
        #expect(throws: ReplicaError(.foreignWorkspace, "")) { try a.replica.join(stranger.exported()) }
        #expect(try a.digest == before)
    }

    @Test(
        "rows from a clock far ahead are set aside, the rest is taken; accepted, they are new edits and never win for ever"
    )
    func future() throws {
        _ = try b.library.create(NewPrompt(name: "in time", body: "x"))
        b.clock.now += 70 * 365 * 86_400_000
        try b.library.rename("p", to: "from the future")
        _ = try b.library.save("from the future", from: b.library.editBase("from the future"))
        let file = try b.exported()
        let summary = try a.replica.join(file)
        #expect(summary.parked > 0 && summary.denied.isEmpty)
        #expect(try a.library.show("in time").body == "x")
        #expect(try a.library.show("p").body == "one")
        #expect(try a.library.status().orphans == summary.parked)
        #expect(try a.replica.join(file).parked == 0)
        #expect(try a.library.acceptOrphans(nil) == summary.parked)
        #expect(try a.library.show("from the future").body == "from the future")
        #expect(try a.library.status().orphans == 0)
        #expect(try a.replica.join(file).parked == 0, "what is accepted is not set aside again")
        #expect(try a.replica.examine().isEmpty)
        a.clock.now += 1000
        try a.library.rename("from the future", to: "now")
        let other = try Node("c", workspace: a.replica.read { try $0.workspaceID() }, in: scratch)
        _ = try other.replica.join(a.exported())
        #expect(try other.library.show("now").body == "from the future")
    }

    @Test("what is set aside can be dropped, and a number that is not there is an error")
    func dropped() throws {
        b.clock.now += 10 * 86_400_000
        _ = try b.library.delete("p")
        _ = try a.replica.join(b.exported())
        let orphans = try a.library.orphans().items
        #expect(orphans.contains { $0.table == "prompts" && $0.isDeleted && $0.prompt == "p" && $0.kind == .parked })
        #expect(throws: LibraryError(.notFound, "")) { try a.library.dropOrphans([-1]) }
        #expect(try a.library.dropOrphans(orphans.map(\.number)) == orphans.count)
        #expect(try a.library.show("p").body == "one")
    }

    @Test("a node that was restored, and meets its own later work in a file, goes on as a new node")
    func restored() throws {
        let backup = try a.indistinguishableCopy("backup", in: scratch)
        _ = try a.library.save("later", from: a.library.editBase("p"))
        let file = try a.exported()
        _ = try backup.library.create(NewPrompt(name: "other", body: "by the backup"))
        _ = try backup.replica.join(file)
        #expect(try backup.library.show("p").body == "later")
        #expect(try backup.library.status().replica != a.library.status().replica)
        _ = try a.replica.join(backup.exported())
        #expect(try a.digest == backup.digest)
        #expect(try a.library.show("other").body == "by the backup")
    }
}
