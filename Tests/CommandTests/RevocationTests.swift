import Foundation
import Testing

/// What becomes of a machine whose user may see less than before, while it was offline and had work unsent: over
/// real accounts, a real server and real files.
@Suite struct RevocationTests {
    private let scratch: Scratch
    private let server: Server
    private let ada: Node
    private let grace: Node

    /// A text of a prompt that nobody else's has.
    private static func secret(_ name: String) -> String { "the-\(name)-text-9f31" }

    init() throws {
        scratch = try Scratch()
        server = try Server(
            in: scratch, options: ["--no-verification", "--password-cost", "14", "--owner", "ada@example.org"],
            isFresh: true)
        ada = Node("ada", in: scratch)
        grace = Node("grace", in: scratch)
        try ada.run("init", "--name", "Stage team")
        for name in ["open", "shared", "hidden"] { try ada.run("new", name, "--body", Self.secret(name)) }
        try ada.run("project", "create", "backstage")
        try ada.run("set", "hidden", "--project", "backstage")
        try ada.login(server, "ada@example.org", passwords: try server.ownersPassword(), "password-of-ada")
        try ada.run("connect", server.url)
        try ada.sync()
    }

    private func invite(_ role: String) throws {
        let code = try ada.run("invite", "grace@example.org", "--role", role).line
        try grace.login(
            server, "grace@example.org", "--register", "--invitation", code, passwords: "password-of-grace")
        try grace.run("connect", server.url)
        try grace.sync()
    }

    /// The files of a node's library that hold a text.
    private func files(of node: Node, holding text: String) throws -> [String] {
        let folder = node.data + "/workspaces"
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            try Data(contentsOf: URL(filePath: "\(folder)/\($0)")).range(of: Data(text.utf8)) != nil
        }
    }

    @Test("Out of a project: its prompts leave no byte, an unsent edit is set aside, and it all comes back")
    func project() throws {
        try invite("member")
        #expect(try grace.run("show", "hidden").output == Self.secret("hidden"))
        try grace.run("edit", "hidden", "--body", "unsent work of grace")
        try grace.run("edit", "open", "--body", "also unsent")
        try ada.run("project", "access", "backstage", "--restrict")
        try grace.sync()
        #expect(try grace.items("list").strings("name").sorted() == ["open", "shared"])
        #expect(try files(of: grace, holding: Self.secret("hidden")).isEmpty)
        let orphans = scratch.path + "/orphans"
        try grace.run("orphans", "export", orphans)
        #expect(
            try String(decoding: Data(contentsOf: URL(filePath: orphans)), as: UTF8.self).contains(
                "unsent work of grace"))
        try ada.sync()
        #expect(try ada.run("show", "open").output == "also unsent", "the rest went through")
        #expect(try ada.run("show", "hidden").output == Self.secret("hidden"))
        try ada.run("project", "access", "backstage", "--add", "grace@example.org")
        try grace.sync()
        #expect(try grace.run("show", "hidden").output == Self.secret("hidden"))
    }

    @Test("Not a member any more: the library empties, but for what was unsent; invited again, it fills")
    func removal() throws {
        try invite("member")
        try grace.run("edit", "open", "--body", "unsent work of grace")
        try ada.run("members", "remove", "grace@example.org")
        _ = try grace.attempt("sync")
        for name in ["open", "shared", "hidden"] { #expect(try files(of: grace, holding: Self.secret(name)).isEmpty) }
        #expect(try grace.items("list").isEmpty)
        #expect(try grace.items("orphans").isEmpty == false)
        try ada.sync()
        #expect(try ada.run("show", "open").output == Self.secret("open"))
        let code = try ada.run("invite", "grace@example.org").line
        try grace.login(server, "grace@example.org", "--invitation", code, passwords: "password-of-grace")
        try grace.run("connect", server.url)
        try grace.sync()
        #expect(try grace.items("list").count == 3)
        #expect(try grace.digest() == ada.digest())
    }

    @Test("A viewer now: what was written as a member is refused with a reason, and the server's state stands")
    func role() throws {
        try invite("member")
        try grace.run("edit", "open", "--body", "unsent work of grace")
        try ada.run("members", "role", "grace@example.org", "viewer")
        let report = try grace.json("sync")
        #expect(report["denied"].array?.isEmpty == false)
        #expect(try grace.run("show", "open").output == Self.secret("open"))
        #expect(try grace.items("orphans").contains { $0["reason"].string?.contains("viewer") == true })
        try grace.run("fav", "open")
        #expect(try grace.json("sync")["denied"].array?.isEmpty == true, "a favourite of her own she may keep")
    }

    @Test("A guest sees the group that is shared with her and nothing else, and nothing once it is not")
    func group() throws {
        try ada.run("group", "create", "lines")
        try ada.run("group", "add", "lines", "shared")
        try ada.sync()
        try grace.login(server, "grace@example.org", "--register", passwords: "password-of-grace")
        try ada.run("share", "lines", "--with", "grace@example.org", "--edit")
        let id = try #require(try ada.json("status")["workspace_id"].string)
        try grace.run("connect", server.url, "--to", id)
        try grace.sync()
        #expect(try grace.items("list").strings("name") == ["shared"])
        #expect(try files(of: grace, holding: Self.secret("open")).isEmpty)
        try grace.run("edit", "shared", "--body", "edited by a guest")
        try grace.sync()
        try ada.sync()
        #expect(try ada.run("show", "shared").output == "edited by a guest")
        try grace.run("edit", "shared", "--body", "unsent work of a guest")
        try ada.run("unshare", "lines", "--with", "grace@example.org")
        _ = try grace.attempt("sync")
        #expect(try grace.items("list").isEmpty)
        #expect(try files(of: grace, holding: "edited by a guest").isEmpty)
        #expect(try files(of: grace, holding: Self.secret("shared")).isEmpty)
    }
}
